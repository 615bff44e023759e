using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>A person disputes entries: the other decisions that rest on them must be looked at again.</summary>
internal static class ReopenDecisions
{
    /// <summary>Decisions re-opened by one dispute; more is a list gone wrong, and an alarm.</summary>
    public const int MaxReopened = 10_000;

    /// <summary>Case references in the event; the count is of all.</summary>
    private const int MaxInEvent = 100;

    public static async Task HandleAsync(Tx tx, EntriesDisputed disputed)
    {
        var reopened = new List<Row>();
        foreach (var entry in disputed.Entries.Distinct())
        {
            reopened.AddRange(await ReopenAsync(tx, entry, MaxReopened - reopened.Count));
        }
        if (reopened.Count == 0)
        {
            return;
        }
        var cases = reopened
            .Select(row => row.CaseRef)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToList();
        await tx.PublishAsync(
            new OutboxEvent(
                "decisions.reopened",
                disputed.Case.Value,
                new { count = reopened.Count, caseRefs = cases.Take(MaxInEvent) }
            )
        );
        await tx.RecordAsync(
            new LedgerAct("decisions.reopened", disputed.Case.Value)
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["count"] = $"{reopened.Count}",
                },
            }
        );
        if (reopened.Count == MaxReopened)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "too_many_to_reopen",
                    AlarmSeverity.Urgent,
                    $"More than {MaxReopened} decisions rest on entries that a person disputes; "
                        + "the first were re-opened. "
                        + "Look at the list as a whole, and dispute the entries again for the rest."
                )
            );
        }
        await tx.RaiseAsync(
            new DecisionsReopened([.. cases.Select(text => new CaseRef(text))], disputed.Reason)
        );
    }

    private static async Task<IReadOnlyList<Row>> ReopenAsync(Tx tx, EntryKey entry, int most) =>
        most <= 0
            ? []
            : await tx.QueryAsync<Row>(
                """
                update decision set state = 'Reopened', state_at = @at
                where tenant = @tenant and id in (
                    select d.id from decision_entry e
                    join decision d on d.tenant = e.tenant and d.id = e.decision_id
                    where e.tenant = @tenant and e.entry_id = @entry and e.list_id = @list
                        and d.state = 'Active' and not d.is_shadow
                    limit @most
                )
                returning id, case_ref
                """,
                new
                {
                    at = tx.Now,
                    entry = entry.EntryId,
                    list = entry.ListId,
                    most,
                }
            );

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string? CaseRef { get; init; }
    }
}
