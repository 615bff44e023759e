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

    private const int Most = 100;

    public static async Task<bool> TellAsync(Tx tx)
    {
        if (!(await Rota.ReadAsync(tx)).Exists)
        {
            // Without a rota every channel is told already, and programs may bring what people say.
            await tx.ClearAlarmAsync(Code);
            return false;
        }
        var hours = await CaseSettings.NumberAsync(tx, CaseSettings.OpinionHours);
        var overdue = await tx.QueryAsync<Row>(
            """
            select o.item_id, f.ref, g.grader from case_opinion o
            join case_item i on i.tenant = o.tenant and i.id = o.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            left join case_grade g on g.tenant = o.tenant and g.item_id = o.item_id
            where o.tenant = @tenant and o.state = 'Waiting' and o.asked_at <= @before and not f.is_test
              and f.gold_for is null
            order by o.asked_at, o.item_id limit @most
            """,
            new { before = tx.Now - TimeSpan.FromHours(hours), most = Most }
        );
        // Where nobody is here at all, no turn of the rota mends it: opinion_nobody says what to do.
        var nobody = overdue.Count == 0 ? new HashSet<string>() : await OpinionReaders.Nobody.CasesAsync(tx);
        foreach (var item in overdue.Where(row => !nobody.Contains(row.Ref)).GroupBy(row => row.ItemId))
        {
            var graders = item.Select(row => row.Grader).OfType<string>().ToHashSet(StringComparer.Ordinal);
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

    private sealed class Row
    {
        public Guid ItemId { get; init; }
        public string Ref { get; init; } = "";
        public string? Grader { get; init; }
    }
}
