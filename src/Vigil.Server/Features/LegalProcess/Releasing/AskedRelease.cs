using Vigil.Evidence;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>What waited for a second person is void: since when, and why.</summary>
internal sealed record VoidAsk(DateTimeOffset At, string Because)
{
    public static VoidAsk? Of(LegalRequest request) =>
        request is { VoidAt: { } at, VoidBecause: { } because } ? new(at, WaitingAsk.TextOf(because)) : null;
}

/// <summary>What one person asked for, and a second must approve or has approved: all that they confirm.</summary>
/// <param name="IsWaiting">For the second person.</param>
/// <param name="Read">Given back with the approval; null: nothing waits.</param>
/// <param name="ConfirmableFrom">In solo mode a day later.</param>
internal sealed record AskedRelease(
    bool IsWaiting,
    string? Read,
    DateTimeOffset? ConfirmableFrom,
    string AskedBy,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    IReadOnlyList<Guid> Contents,
    bool Facts
)
{
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>The asker's words.</summary>
    public string Reason { get; init; } = "";
    public string Authority { get; init; } = "";
    public string Country { get; init; } = "";
    public string Reference { get; init; } = "";

    /// <summary>Of the key that it is sealed to; null: nothing is given out.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Who recorded that key.</summary>
    public string? KeyBy { get; init; }

    /// <summary>The second person calls the authority, and types the fingerprint as it said it.</summary>
    public bool OwnCallNeeded { get; init; }
    public IReadOnlyList<PlannedCase> Cases { get; init; } = [];

    /// <summary>What the reader has opened of it; null: nothing waits for an approval.</summary>
    public OpenedByApprover? Opened { get; init; }

    /// <summary>The contents in facts; of what waits.</summary>
    public IReadOnlyList<ScopedContent> Files { get; init; } = [];

    public static async Task<AskedRelease?> FindAsync(Tx tx, LegalRequest request)
    {
        if (request.Released is null)
        {
            return null;
        }
        var plan = request.PlanOf(tx);
        var (read, ripe, isSolo) = await ReadAsync(tx, request, plan);
        return new AskedRelease(
            read is not null,
            read,
            ripe,
            request.AskedBy ?? "",
            read is null ? request.ApprovedBy : null,
            read is null ? request.ApprovedAt : null,
            plan.Contents,
            plan.Facts
        )
        {
            AskedAt = plan.AskedAt,
            Reason = plan.Reason,
            Authority = plan.Authority,
            Country = plan.Country,
            Reference = plan.Reference,
            Fingerprint = plan.Key is { } key ? RecipientKey.FromBytes(key).Fingerprint : null,
            KeyBy = plan.Key is null ? null : request.KeyBy,
            OwnCallNeeded = plan.Key is not null && !isSolo && OwnCall.IsNeeded(request),
            Cases = plan.Cases,
            Opened =
                read is null || request.Kind == LegalKind.Destruction
                    ? null
                    : await OpenedByApprover.ReadAsync(tx, plan, [.. plan.Cases.Select(one => one.CaseRef)]),
            Files = read is null ? [] : await FilesAsync(tx, request, plan.Contents),
        };
    }

    private static async Task<(string? Read, DateTimeOffset? Ripe, bool IsSolo)> ReadAsync(
        Tx tx,
        LegalRequest request,
        ReleasePlan plan
    )
    {
        if (request.State != LegalState.ScopeReview)
        {
            return default;
        }
        if (request.Kind == LegalKind.Destruction)
        {
            return await DestroyOnRequest.WaitsAsync(tx, plan)
                ? (DestroyOnRequest.ReadOf(tx, plan), null, false)
                : default;
        }
        var asked = await SecondPerson.FindAsync(tx, Release.Action, $"{request.Id}");
        return (asked?.Read, asked?.RipeAt, asked?.IsSolo == true);
    }

    private static async Task<IReadOnlyList<ScopedContent>> FilesAsync(
        Tx tx,
        LegalRequest request,
        IReadOnlyList<Guid> contents
    )
    {
        var files = new List<ScopedContent>(contents.Count);
        foreach (var id in contents)
        {
            if (await HeldContents.FindAsync(tx, id) is { } held)
            {
                files.Add(ScopedContent.Of(held, request));
            }
        }
        return files;
    }

    public override string ToString() => nameof(AskedRelease);
}
