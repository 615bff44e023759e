using System.Globalization;
using System.Text.Json;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/decision.</summary>
internal sealed record DecisionRequest
{
    /// <summary>not_csam or confirmed.</summary>
    public string? Verdict { get; init; }

    /// <summary>Stands in the ledger: no accounts, no content.</summary>
    public string? Reason { get; init; }

    /// <summary>Ids of items; left out: all that are open, as far as they were read.</summary>
    public IReadOnlyList<Guid>? Items { get; init; }

    /// <summary>
    /// Where 'items' is left out: how many items the case had when it was read. Not needed where it holds one.
    /// </summary>
    public int? ItemsRead { get; init; }

    /// <summary>Of the claim it is made under.</summary>
    public long? Lease { get; init; }

    /// <summary>From a program: who decided, by your own system's pseudonym.</summary>
    public string? Person { get; init; }
}

/// <param name="Case">As it stands now.</param>
/// <param name="Changed">Items this request decided; 0: it was decided so already.</param>
/// <param name="Reporting">What is left to do, and where.</param>
/// <param name="UndoUntil">Until then nobody is told and it can be undone; null: it is told.</param>
internal sealed record DecisionAnswer(
    CaseStatus Case,
    int Changed,
    string? Reporting,
    DateTimeOffset? UndoUntil = null
);

/// <summary>
/// A person decides. "Not CSAM" reverses the decisions that scanning made, disputes the entries they rested on,
/// and re-opens what else rests on them, all in one transaction. "Confirmed" records the time of knowledge. What
/// leaves this installation waits for the end of the time in which the decision can be undone.
/// </summary>
internal static class DecideCase
{
    /// <summary>Said wherever something is confirmed: nothing is reported by itself.</summary>
    public const string DraftNow =
        "Recorded with its time of knowledge: the law's clocks run. Nothing is reported by itself: draft the report "
        + "now, and a named person approves it. Preserve the content on the platform until the recipient answers.";

    /// <summary>The reports of a case, and where one is drafted.</summary>
    public static string ReportsOf(string reference) => $"/console/reports?case={reference}";

    public static async Task<DecisionAnswer> RunAsync(
        Tx tx,
        DecidingPerson by,
        string reference,
        ItemState verdict,
        string? reason,
        IReadOnlyList<Guid>? itemIds,
        ItemsRead read,
        long? lease = null
    )
    {
        var file = await CaseActs.RequireAsync(tx, reference, lease);
        var items = await CaseItem.OfAsync(tx, file.Id);
        var text = CaseActs.ReasonFor(tx, file, items, reason);
        var chosen = Choose(items, itemIds);
        var changed = chosen.Where(item => item.State != verdict).ToList();
        Check(file, verdict, chosen, changed);
        if (itemIds is null)
        {
            read.Require(file, items);
        }
        else
        {
            read.RequireAsShown(file, changed);
        }
        DateTimeOffset? undoUntil = null;
        if (changed.Count > 0 || IsStanding(file, verdict, items))
        {
            undoUntil = await ChangeAsync(tx, by, file, items, changed, verdict, text);
        }
        else
        {
            await tx.RecordAsync(by.In(CaseActs.Ledger("case.decision_repeated", file, text)));
        }
        var now = (await CaseFile.FindAsync(tx, file.Id))!;
        return new DecisionAnswer(
            CaseStatus.Of(now),
            changed.Count,
            verdict == ItemState.Confirmed && file.GoldFor is null
                ? $"{DraftNow} {ReportsOf(file.Ref)}"
                : null,
            undoUntil
        );
    }

    private static List<CaseItem> Choose(IReadOnlyList<CaseItem> items, IReadOnlyList<Guid>? itemIds)
    {
        if (itemIds is null)
        {
            return [.. items.Where(item => item.State == ItemState.Open)];
        }
        var chosen = items.Where(item => itemIds.Contains(item.Id)).ToList();
        return itemIds.Count > 0 && chosen.Count == itemIds.Distinct().Count()
            ? chosen
            : throw ProblemException.BadRequest(
                "unknown_item",
                "'items' names what this case does not hold."
            );
    }

    internal static void Check(
        CaseFile file,
        ItemState verdict,
        List<CaseItem> chosen,
        List<CaseItem> changed
    )
    {
        var isDecidedOtherwise =
            changed.Count > 0 || (chosen.Count == 0 && file.Outcome?.ToString() != verdict.ToString());
        if (file.State != CaseState.Open && isDecidedOtherwise)
        {
            throw ProblemException.Conflict(
                "case_not_open",
                "This case is decided or closed: reopen it first, with a reason."
            );
        }
        // Opened again by what somebody said, a case may hold nothing but what was reversed: it is never confirmed.
        var isAllReversed =
            file.State == CaseState.Open && chosen.Count == 0 && verdict == ItemState.Confirmed;
        if (isAllReversed || changed.Any(item => item.State == ItemState.NotCsam))
        {
            throw ProblemException.Conflict(
                "already_reversed",
                "The platform was told that this is not CSAM. Open a case by hand for it, or have it scanned again."
            );
        }
    }

    /// <summary>All of it was reversed before, the case was opened again, and it stays so.</summary>
    private static bool IsStanding(CaseFile file, ItemState verdict, IReadOnlyList<CaseItem> items) =>
        file.State == CaseState.Open
        && verdict == ItemState.NotCsam
        && items.All(item => item.State == ItemState.NotCsam);

    private static async Task<DateTimeOffset?> ChangeAsync(
        Tx tx,
        DecidingPerson by,
        CaseFile file,
        IReadOnlyList<CaseItem> items,
        List<CaseItem> changed,
        ItemState verdict,
        string reason
    )
    {
        var drawn = await DrawnAudit.TakeAsync(tx, file.Id, changed);
        await DrawAudits.RunAsync(tx, by, file, changed, verdict);
        await SetAsync(tx, by, changed, verdict);
        var ids = changed.Select(item => item.Id).ToHashSet();
        var states = items.Select(item => ids.Contains(item.Id) ? verdict : item.State).ToList();
        await SettleAsync(tx, file.Id, states);
        var word = Words.NameOf(verdict);
        await CaseTimeline.AddAsync(
            tx,
            file.Id,
            word,
            changed.Count == 0 ? $"It stands. {reason}" : $"{changed.Count} of {items.Count} items. {reason}",
            by
        );
        await tx.RecordAsync(
            by.In(
                CaseActs.Ledger(
                    "case.decided",
                    file,
                    reason,
                    ("verdict", word),
                    ("items", changed.Count.ToString(CultureInfo.InvariantCulture))
                )
            )
        );
        if (file.GoldFor is not null)
        {
            await AnswerSample.RunAsync(tx, by, file, verdict);
            return null;
        }
        var unleft = await DecisionEffects.UnleftAsync(tx, file.Id);
        var effect = new DecisionEffect
        {
            Id = tx.NewId(),
            CaseId = file.Id,
            Verdict = verdict,
            Reason = reason,
            Items = JsonSerializer.Serialize(
                changed.Select(item =>
                    ItemBefore.Of(item, unleft) with
                    {
                        Decided = tx.Now,
                        Audit = drawn.GetValueOrDefault(item.Id),
                    }
                )
            ),
            DecidedBy = by.Name,
        };
        return await DecisionEffects.LeaveLaterAsync(tx, effect);
    }

    private static async Task SetAsync(Tx tx, DecidingPerson by, List<CaseItem> changed, ItemState verdict)
    {
        foreach (var item in changed)
        {
            await tx.ExecuteAsync(
                """
                update case_item set state = @state, decided_by = @by, decided_at = @at
                where tenant = @tenant and id = @id
                """,
                new
                {
                    state = verdict.ToString(),
                    by = by.Name,
                    at = tx.Now,
                    id = item.Id,
                }
            );
        }
    }

    /// <summary>The case follows its items: decided when none is open.</summary>
    private static async Task SettleAsync(Tx tx, Guid caseId, List<ItemState> states)
    {
        if (states.Contains(ItemState.Open))
        {
            await tx.ExecuteAsync(
                "update case_file set updated_at = @at where tenant = @tenant and id = @caseId",
                new { caseId, at = tx.Now }
            );
            return;
        }
        var outcome = states.Contains(ItemState.Confirmed) ? CaseOutcome.Confirmed : CaseOutcome.NotCsam;
        await tx.ExecuteAsync(
            """
            update case_file set state = 'Decided', outcome = @outcome, takes_items = false, updated_at = @at,
                claimed_by = null, lease_until = null, lease_epoch = lease_epoch + 1
            where tenant = @tenant and id = @caseId
            """,
            new
            {
                caseId,
                outcome = outcome.ToString(),
                at = tx.Now,
            }
        );
    }
}
