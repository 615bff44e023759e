using Vigil.Server.Features.Cases.Training;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>The burden of a case for the actor, from what is in the database.</summary>
internal static class ReadBurden
{
    /// <param name="tx">The transaction of who is to take it.</param>
    /// <param name="file">The case.</param>
    /// <param name="isOffered">By the queue; else the actor asked for this one.</param>
    /// <param name="judged">An item that is to be judged again, whatever was decided of it; null: none.</param>
    public static async Task<Burden> RunAsync(Tx tx, CaseFile file, bool isOffered, Guid? judged = null)
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
            await KnownGrades.OfAsync(tx, file, items, isOffered),
            await UnseenAsync(tx, file),
            judged
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

    private static async Task<IReadOnlyList<ContentStanding>> UnseenAsync(Tx tx, CaseFile file)
    {
        if (!tx.IsAnswered<ContentStandingsWanted>())
        {
            return [];
        }
        var standings = await tx.AskAsync<ContentStandingsWanted, ContentStandings>(
            new ContentStandingsWanted(new CaseRef(file.Ref))
        );
        return [.. standings.Contents.Where(content => content.MustBeSeen)];
    }
}
