using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Training;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>The burden of a case for the actor, from what is in the database.</summary>
internal static class ReadBurden
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
            where o.tenant = g.tenant and o.item_id = g.item_id and o.state = 'Waiting'))
        """;

    /// <param name="tx">The transaction of who is to take it.</param>
    /// <param name="file">The case.</param>
    /// <param name="isOffered">By the queue; else the actor asked for this one.</param>
    public static async Task<Burden> RunAsync(Tx tx, CaseFile file, bool isOffered)
    {
        if (!MayTake.IsAsked(tx))
        {
            return Burden.None;
        }
        if (file.GoldSample is { } id)
        {
            return await Samples.FindAsync(tx, id) is { } sample
                ? SampleCase.BurdenOf(sample, isPractice: file.IsTest)
                : Burden.None;
        }
        var items = await tx.QueryAsync<BurdenItem>(
            """
            select i.id, i.origin, i.state, i.strength, i.surface, i.entry_id, l.purpose
            from case_item i left join scan_list l on l.tenant = i.tenant and l.id = i.list_id
            where i.tenant = @tenant and i.case_id = @id limit @most
            """,
            new { id = file.Id, most = CaseLimits.ItemsPerCase }
        );
        return Burden.Of(
            file.ProblemType,
            items,
            await FlagsAsync(tx, file.Id),
            await GradedAsync(tx, file.Id, items, isOffered),
            await UnseenAsync(tx, file)
        );
    }

    private static Task<IReadOnlyList<BurdenFlag>> FlagsAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<BurdenFlag>(
            """
            select g.item_id, g.reason, count(g.thread) as threads
            from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId group by g.item_id, g.reason
            """,
            new { caseId }
        );

    /// <summary>Of the case's items, and of whatever else the same entries found.</summary>
    private static async Task<IReadOnlyList<GradeFacts>> GradedAsync(
        Tx tx,
        Guid caseId,
        IReadOnlyList<BurdenItem> items,
        bool isOffered
    )
    {
        var me = tx.Actor.Name;
        var graded = new List<Grade>();
        graded.AddRange(
            await tx.QueryAsync<Grade>(
                $"""
                select {Grade.Columns} from case_grade g where g.tenant = @tenant and g.is_current and {Tellable}
                  and g.item_id in (select i.id from case_item i where i.tenant = @tenant and i.case_id = @caseId)
                """,
                new
                {
                    caseId,
                    isOffered,
                    me,
                }
            )
        );
        foreach (var entry in items.Select(item => item.EntryId).OfType<Guid>().Distinct().Take(Entries))
        {
            graded.AddRange(
                await tx.QueryAsync<Grade>(
                    $"""
                    select {Grade.Columns} from case_grade g where g.tenant = @tenant and g.is_current and {Tellable}
                      and g.item_id in (select i.id from case_item i where i.tenant = @tenant and i.entry_id = @entry
                        order by i.at desc limit {ItemsOfEntry})
                    """,
                    new
                    {
                        entry,
                        isOffered,
                        me,
                    }
                )
            );
        }
        return [.. graded.Select(grade => grade.Facts).Distinct()];
    }

    private static async Task<IEnumerable<ContentStanding>> UnseenAsync(Tx tx, CaseFile file) =>
        tx.IsAnswered<ContentStandingsWanted>()
            ? (
                await tx.AskAsync<ContentStandingsWanted, ContentStandings>(
                    new ContentStandingsWanted(new CaseRef(file.Ref))
                )
            ).Contents.Where(content => content is { NeedsView: true, FileViewed: false })
            : [];
}
