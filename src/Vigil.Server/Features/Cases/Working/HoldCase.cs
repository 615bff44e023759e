using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/hold and /resume.</summary>
internal sealed record HoldRequest
{
    /// <summary>When it comes back by itself; at most 30 days away.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Stands in the ledger: no account, no content.</summary>
    public string? Reason { get; init; }
    public long? Lease { get; init; }
}

/// <summary>
/// Waits for something: nobody is offered the case until then, or until something new comes into it. It stays visible,
/// with the time.
/// </summary>
internal static class HoldCase
{
    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, HoldRequest request)
    {
        var file = await CaseActs.RequireAsync(tx, reference, request.Lease);
        var reason = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), request.Reason);
        if (file.State != CaseState.Open || file.DangerAt is not null)
        {
            throw ProblemException.Conflict(
                "cannot_wait",
                "Only an open case waits, and never one where a child may be in danger."
            );
        }
        var until =
            request.Until is { } wanted && wanted > tx.Now && wanted <= tx.Now + CaseLimits.LongestHold
                ? wanted
                : throw ProblemException.BadRequest(
                    "bad_until",
                    $"'until' is a time within the next {CaseLimits.LongestHold.TotalDays:0} days."
                );
        await SetAsync(tx, file, until, "on_hold", $"Until {until:yyyy-MM-dd HH:mm} UTC. {reason}");
        await tx.RecordAsync(CaseActs.Ledger("case.on_hold", file, reason, ("until", $"{until:O}")));
        return CaseStatus.Of(file);
    }

    public static async Task<CaseStatus> ResumeAsync(Tx tx, string reference, long? lease)
    {
        var file = await CaseActs.RequireAsync(tx, reference, lease);
        await SetAsync(tx, file, null, "resumed", null);
        await tx.RecordAsync(new LedgerAct("case.resumed", file.Ref));
        return CaseStatus.Of(file);
    }

    /// <summary>Something came into the case: it is offered again, as what came is not what it waits for.</summary>
    /// <param name="tx">Of what came.</param>
    /// <param name="caseId">Nothing happens where it is not on hold.</param>
    public static async Task EndByNewsAsync(Tx tx, Guid caseId)
    {
        var ended = await tx.ExecuteAsync(
            """
            update case_file set hold_until = null, updated_at = @at
            where tenant = @tenant and id = @caseId and hold_until > @at
            """,
            new { caseId, at = tx.Now }
        );
        if (ended > 0)
        {
            await CaseTimeline.AddAsync(tx, caseId, "hold_ended", "Something new came into the case.");
        }
    }

    private static async Task SetAsync(
        Tx tx,
        CaseFile file,
        DateTimeOffset? until,
        string what,
        string? words
    )
    {
        await tx.ExecuteAsync(
            "update case_file set hold_until = @until, updated_at = @at where tenant = @tenant and id = @id",
            new
            {
                id = file.Id,
                until,
                at = tx.Now,
            }
        );
        await CaseLease.ReleaseAsync(tx, file.Id);
        await CaseTimeline.AddAsync(tx, file.Id, what, words);
    }
}
