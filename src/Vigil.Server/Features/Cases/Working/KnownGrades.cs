using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What people graded of a case's items, and of whatever else the same entries found.</summary>
internal static class KnownGrades
{
    /// <summary>Entries of a case that are looked up, and items of each, the newest.</summary>
    private const int Entries = 20;
    private const int ItemsOfEntry = 200;

    /// <summary>
    /// Somebody may still have to judge an item alone. Who is offered a case by the queue learns nothing of a case that
    /// is passed over; who chose it by its reference must not learn from a refusal what others graded.
    /// </summary>
    private const string Tellable = """
        (@isOffered or g.grader = @me or not exists (select 1 from case_opinion o
            where o.tenant = g.tenant and o.item_id = g.item_id and o.state = 'Waiting')
          and not exists (select 1 from case_audit a
            where a.tenant = g.tenant and a.item_id = g.item_id and a.state = 'Waiting'))
        """;

    /// <summary>
    /// Who came to a case by its reference, and is still to judge something in it alone, is told nothing of what
    /// others graded of its other items either: all of it is hidden from them (<see cref="BlindReading"/>).
    /// </summary>
    private const string OfOthers = """
        (@isTold or g.grader = @me or not exists (select 1 from case_item c
            where c.tenant = g.tenant and c.id = g.item_id and c.case_id = @caseId))
        """;

    public static async Task<IReadOnlyList<GradeFacts>> OfAsync(
        Tx tx,
        CaseFile file,
        IReadOnlyList<BurdenItem> items,
        bool isOffered
    )
    {
        var isTold = isOffered || await BlindReading.WhyAsync(tx, file, tx.Actor.Name) is null;
        var grades = new List<Grade>(
            await tx.QueryAsync<Grade>(
                $"""
                select {Grade.Columns} from case_grade g where g.tenant = @tenant and g.is_current and {Tellable}
                  and {OfOthers}
                  and g.item_id in (select i.id from case_item i where i.tenant = @tenant and i.case_id = @caseId)
                """,
                new
                {
                    caseId = file.Id,
                    isOffered,
                    isTold,
                    me = tx.Actor.Name,
                }
            )
        );
        foreach (var entry in items.Select(item => item.EntryId).OfType<Guid>().Distinct().Take(Entries))
        {
            grades.AddRange(await OfEntryAsync(tx, file, entry, isOffered, isTold));
        }
        return [.. grades.Select(grade => grade.Facts).Distinct()];
    }

    private static Task<IReadOnlyList<Grade>> OfEntryAsync(
        Tx tx,
        CaseFile file,
        Guid entry,
        bool isOffered,
        bool isTold
    ) =>
        tx.QueryAsync<Grade>(
            $"""
            select {Grade.Columns} from case_grade g where g.tenant = @tenant and g.is_current and {Tellable}
              and {OfOthers}
              and g.item_id in (select i.id from case_item i where i.tenant = @tenant and i.entry_id = @entry
                order by i.at desc limit {ItemsOfEntry})
            """,
            new
            {
                caseId = file.Id,
                entry,
                isOffered,
                isTold,
                me = tx.Actor.Name,
            }
        );
}
