using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Suppressing;

/// <summary>A suppression as it is shown; never its value.</summary>
internal sealed class SuppressionView
{
    public const string Select = """
        select id, case when sha256_blind is null then 'md5+sha1' else 'sha256' end as kind, reason, expires_at,
            sample_every, hits, sampled, last_hit_at, created_at, created_by, removed_at, removed_reason
        from suppression where tenant = @tenant
        """;

    public Guid Id { get; init; }

    /// <summary>sha256, or md5+sha1.</summary>
    public string Kind { get; init; } = "";
    public string Reason { get; init; } = "";
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>One in so many goes to review all the same.</summary>
    public int SampleEvery { get; init; }

    /// <summary>Matches that it kept quiet.</summary>
    public long Hits { get; init; }
    public long Sampled { get; init; }
    public DateTimeOffset? LastHitAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset? RemovedAt { get; init; }
    public string? RemovedReason { get; init; }
    public string State { get; set; } = "";

    public SuppressionView Judge(DateTimeOffset now)
    {
        State =
            RemovedAt is not null ? "removed"
            : ExpiresAt <= now ? "expired"
            : "active";
        return this;
    }

    public static async Task<SuppressionView> GetAsync(Tx tx, Guid id)
    {
        var view =
            await tx.FindAsync<SuppressionView>($"{Select} and id = @id", new { id })
            ?? throw ProblemException.NotFound("There is no such suppression.");
        return view.Judge(tx.Now);
    }
}
