using Vigil.Server.Features.Cases.Waiting;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>Who could give an opinion that is wanted: somebody who may grade and has not graded the item.</summary>
internal static class OpinionReaders
{
    public static readonly NobodyHere Nobody = new(
        "opinion_nobody",
        "Items wait for another opinion",
        "give another person a role that reviews, and the case where it takes a grant",
        NobodyForAsync
    );

    /// <summary>Grades of items whose opinion waits, looked at.</summary>
    private const int Most = 2000;

    /// <summary>Cases of which nobody can give any opinion that is wanted.</summary>
    private static async Task<IReadOnlySet<string>> NobodyForAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select f.ref, o.item_id, g.grader from case_opinion o
            join case_item i on i.tenant = o.tenant and i.id = o.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            join case_grade g on g.tenant = o.tenant and g.item_id = o.item_id
            where o.tenant = @tenant and o.state = 'Waiting' and not f.is_test and f.gold_for is null
            order by f.ref, o.item_id limit @most
            """,
            new { most = Most }
        );
        if (rows.Count == 0)
        {
            return new HashSet<string>();
        }
        var people = await AssignCase.WhoMayAsync(tx, Permission.CaseGrade);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ofCase in rows.GroupBy(row => row.Ref))
        {
            if (!await IsAnyForSomebodyAsync(tx, ofCase, people))
            {
                found.Add(ofCase.Key);
            }
        }
        return found;
    }

    private static async Task<bool> IsAnyForSomebodyAsync(
        Tx tx,
        IGrouping<string, Row> ofCase,
        IReadOnlyList<Person> people
    )
    {
        foreach (var ofItem in ofCase.GroupBy(row => row.ItemId, row => row.Grader))
        {
            var graders = ofItem.ToHashSet(StringComparer.Ordinal);
            if (!await NobodyHere.IsNobodyAsync(tx, ofCase.Key, people, graders))
            {
                return true;
            }
        }
        return false;
    }

    private sealed class Row
    {
        public string Ref { get; init; } = "";
        public Guid ItemId { get; init; }
        public string Grader { get; init; } = "";
    }
}
