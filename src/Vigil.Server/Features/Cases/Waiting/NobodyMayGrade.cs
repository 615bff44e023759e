using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Waiting;

/// <summary>
/// An item waits longer than it should for another opinion, and nobody is on duty who may grade and has not said what
/// they think of it: everybody is told.
/// </summary>
internal static class NobodyMayGrade
{
    public const string Code = "nobody_may_grade";

    /// <summary>Items looked at, the oldest.</summary>
    private const int Most = 2000;

    public static async Task<bool> TellAsync(Tx tx)
    {
        if (!(await Rota.ReadAsync(tx)).Exists)
        {
            // Without a rota every channel is told already, and programs may bring what people say.
            await tx.ClearAlarmAsync(Code);
            return false;
        }
        var hours = await CaseSettings.NumberAsync(tx, CaseSettings.OpinionHours);
        foreach (var graders in await GradersAsync(tx, tx.Now - TimeSpan.FromHours(hours)))
        {
            if (!await Rota.IsSomebodyThereAsync(tx, Permission.CaseGrade, graders))
            {
                return await tx.RaiseAlarmOnceAsync(
                    new Alarm(
                        Code,
                        AlarmSeverity.Page,
                        "An item waits for another opinion for more hours than the settings have it, and nobody is on "
                            + "duty who may grade and has not graded it: put another grader into the rota."
                    )
                );
            }
        }
        await tx.ClearAlarmAsync(Code);
        return false;
    }

    /// <summary>Who graded each item that waits since before, each set of people once; nobody: an empty one.</summary>
    private static async Task<IEnumerable<HashSet<string>>> GradersAsync(Tx tx, DateTimeOffset before)
    {
        var overdue = await tx.QueryAsync<Row>(
            """
            select o.item_id, f.ref from case_opinion o
            join case_item i on i.tenant = o.tenant and i.id = o.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where o.tenant = @tenant and o.state = 'Waiting' and o.asked_at <= @before and not f.is_test
              and f.gold_for is null
            order by o.asked_at, o.item_id limit @most
            """,
            new { before, most = Most }
        );
        if (overdue.Count == 0)
        {
            return [];
        }
        // Where nobody is here at all, no turn of the rota mends it: opinion_nobody says what to do.
        var nobody = await OpinionReaders.Nobody.CasesAsync(tx);
        var items = overdue
            .Where(row => !nobody.Contains(row.Ref))
            .Select(row => row.ItemId)
            .Distinct()
            .ToList();
        var graded = await ManyRows.SelectWantedAsync<Graded>(
            tx,
            """
            select g.item_id, g.grader from wanted cross join case_grade g
            where g.tenant = @tenant and g.item_id = wanted.value
            """,
            items.Select(item => (object)item)
        );
        var graders = graded.ToLookup(row => row.ItemId, row => row.Grader);
        return items
            .Select(item => graders[item].ToHashSet(StringComparer.Ordinal))
            .DistinctBy(
                people => string.Join('\n', people.Order(StringComparer.Ordinal)),
                StringComparer.Ordinal
            );
    }

    private sealed class Row
    {
        public Guid ItemId { get; init; }
        public string Ref { get; init; } = "";
    }

    private sealed class Graded
    {
        public Guid ItemId { get; init; }
        public string Grader { get; init; } = "";
    }
}
