using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/close.</summary>
internal sealed record CloseRequest : INamesPerson
{
    /// <summary>A word of the closed enumeration.</summary>
    public string? Because { get; init; }
    public string? Reason { get; init; }

    /// <summary>How many items the case had when it was read; not needed where it holds one, or none is open.</summary>
    public int? ItemsRead { get; init; }
    public long? Lease { get; init; }

    /// <summary>From a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <summary>Puts a case aside, for a reason; nothing about its items is decided by it.</summary>
internal static class CloseCase
{
    public static async Task<CaseStatus> RunAsync(
        Tx tx,
        DecidingPerson by,
        string reference,
        CloseReason because,
        string? reason,
        ItemsRead read,
        long? lease = null
    )
    {
        var file = await CaseActs.RequireAsync(tx, reference, lease);
        UndoDecision.RefuseWhileLeaving(file);
        var items = await CaseItem.OfAsync(tx, file.Id);
        var text = CaseActs.ReasonFor(tx, file, items, reason);
        if (file.State != CaseState.Closed)
        {
            read.Require(file, items);
        }
        await tx.RecordAsync(
            by.In(CaseActs.Ledger("case.closed", file, text, ("because", Words.NameOf(because))))
        );
        if (file.State != CaseState.Closed)
        {
            await tx.ExecuteAsync(
                """
                update case_file set state = 'Closed', closed_because = @because, takes_items = false, updated_at = @at,
                    claimed_by = null, lease_until = null, lease_epoch = lease_epoch + 1
                where tenant = @tenant and id = @id
                """,
                new
                {
                    id = file.Id,
                    because = Words.NameOf(because),
                    at = tx.Now,
                }
            );
            await CaseTimeline.AddAsync(tx, file.Id, "closed", $"{Words.NameOf(because)}. {text}", by);
            await TakeBackGroundless.UntoldAsync(tx, file, by);
            await CaseTimeline.PublishAsync(tx, "case.closed", file.Id);
            if (file is { State: CaseState.Open, GoldFor: not null })
            {
                await AnswerSample.ClosedAsync(tx, file);
            }
        }
        return CaseStatus.Of((await CaseFile.FindAsync(tx, file.Id))!);
    }
}
