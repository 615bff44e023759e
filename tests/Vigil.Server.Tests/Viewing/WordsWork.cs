using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Cases with words of people, and persons who read them.</summary>
internal static class WordsWork
{
    public const string Said = "quetzal-said";
    public const string Message = "quetzal-message";

    public static async Task<string> FlaggedAsync(this TestServer server, string account = "user-1") =>
        (
            await server.PostAsync(
                "/v1/flags",
                new
                {
                    account,
                    surface = "comment",
                    reason = "other",
                    text = Said,
                    thread = new[]
                    {
                        new
                        {
                            from = "somebody",
                            at = "2026-01-02T03:04:00Z",
                            text = Message,
                        },
                        new
                        {
                            from = "another",
                            at = "2026-01-02T03:09:00Z",
                            text = "No.",
                        },
                    },
                },
                HttpStatusCode.Accepted
            )
        ).Text("caseRef");

    /// <summary>By the form of a page of words.</summary>
    public static Task<ConsoleUser.Answer> ReadWordsAsync(
        this ConsoleUser user,
        string path,
        string reason = "decide",
        string text = "To decide the case."
    ) => user.PostAsync(path, path, ("reason", reason), ("text", text));

    public static Task<IReadOnlyList<WordsRow>> WordsAsync(this TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<WordsRow>(
                        """
                        select id, case_ref, about, viewer, state, started_at, ended_at, read_ms, is_ended
                        from viewing_words where tenant = 'default' order by started_at, id
                        """
                    )
            );
}

internal sealed class WordsRow
{
    public Guid Id { get; init; }
    public string CaseRef { get; init; } = "";
    public string About { get; init; } = "";
    public string Viewer { get; init; } = "";
    public string State { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset EndedAt { get; init; }
    public long ReadMs { get; init; }
    public bool IsEnded { get; init; }
}
