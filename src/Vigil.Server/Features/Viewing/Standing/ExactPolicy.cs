using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>Whether an exact match is looked at before a report.</summary>
public enum ExactViews
{
    Never,

    /// <summary>Until an equal file was seen here once.</summary>
    FirstCopy,

    /// <summary>One of twenty, the same ones for everybody.</summary>
    Sample,
    Always,
}

/// <summary>The policy, and who answers for it by name.</summary>
public sealed record ExactPolicy
{
    private const string Setting = "viewing.exactMatches";
    private const int SampledOneIn = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    public ExactViews Views { get; init; } = ExactViews.FirstCopy;

    /// <summary>Null: nobody has changed it from what comes with the program.</summary>
    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    /// <param name="digest">Of the file, keyed: which are sampled cannot be told from outside.</param>
    /// <param name="isSeenElsewhere">An equal file was shown whole here.</param>
    public bool NeedsView(ReadOnlySpan<byte> digest, bool isSeenElsewhere) =>
        Views switch
        {
            ExactViews.Never => false,
            ExactViews.FirstCopy => !isSeenElsewhere,
            ExactViews.Sample => digest.Length == 0 || digest[0] % SampledOneIn == 0,
            _ => true,
        };

    public static async Task<ExactPolicy> ReadAsync(Tx tx) =>
        await TenantSettings.FindAsync(tx, Setting) is { } text
            ? JsonSerializer.Deserialize<ExactPolicy>(text, Json)!
            : new ExactPolicy();

    /// <summary>Records itself in the ledger, with who approved it.</summary>
    public static Task ApproveAsync(Tx tx, ExactViews views) =>
        TenantSettings.SetAsync(
            tx,
            Setting,
            JsonSerializer.Serialize(
                new ExactPolicy
                {
                    Views = views,
                    ApprovedBy = tx.Actor.Name,
                    ApprovedAt = tx.Now,
                },
                Json
            )
        );
}
