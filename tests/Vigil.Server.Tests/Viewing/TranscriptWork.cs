using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Transcripts as an operator's own program delivers them.</summary>
internal static class TranscriptWork
{
    /// <summary>A word of it that must stand nowhere else.</summary>
    public const string Said = "quetzal-heard";

    public static string Path(Guid content) => $"/v1/contents/{content}/transcript";

    public static Task<JsonElement> TranscriptAsync(
        this TestServer server,
        Guid content,
        string? text = Said,
        string? language = "en",
        string? madeBy = "Tool 3",
        HttpStatusCode expected = HttpStatusCode.OK
    ) =>
        server.PostAsync(
            Path(content),
            new
            {
                text,
                language,
                madeBy,
            },
            expected
        );

    public static Task<IReadOnlyList<TranscriptRow>> TranscriptsAsync(this TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<TranscriptRow>(
                        "select content_id, words, made_by from viewing_transcript where tenant = 'default'"
                    )
            );
}

internal sealed class TranscriptRow
{
    public Guid ContentId { get; init; }
    public byte[] Words { get; init; } = [];
    public byte[] MadeBy { get; init; } = [];
}
