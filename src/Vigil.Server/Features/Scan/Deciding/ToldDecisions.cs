using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>
/// What a reader may be told of decisions: inside fences those of their cases, and of a case in which they are still
/// to judge alone not what became of its decisions. Other cases are named to who may open them.
/// </summary>
internal static class ToldDecisions
{
    /// <summary>A decision whose state is not told.</summary>
    public const string Hidden = "hidden";

    /// <param name="tx">Of the read.</param>
    /// <param name="rows">As they are.</param>
    /// <param name="isByState">They were asked for by state: those whose state is hidden are left out then.</param>
    public static async Task<IReadOnlyList<DecisionRow>> OfAsync(
        Tx tx,
        IReadOnlyList<DecisionRow> rows,
        bool isByState
    )
    {
        var hidden = await HiddenVerdicts.ReadAsync(tx, rows.Select(row => row.CaseRef));
        foreach (var row in rows)
        {
            row.IsStateHidden = hidden.Hides(row.CaseRef);
        }
        return isByState ? [.. rows.Where(row => !row.IsStateHidden)] : rows;
    }

    /// <summary>Of the cases in which equal files were seen, those that the reader may be told of.</summary>
    public static async Task<IReadOnlySet<string>> NamedAsync(Tx tx, IEnumerable<Finding> findings)
    {
        var cases = findings
            .Select(finding => finding.Fact.Seen?.CaseRef)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        if (cases.Count == 0)
        {
            return cases;
        }
        if (await tx.VisibleCasesAsync() is { } visible)
        {
            cases.IntersectWith(visible);
        }
        var hidden = await HiddenVerdicts.ReadAsync(tx, cases);
        cases.RemoveWhere(hidden.Hides);
        return cases;
    }

    public static string StateOf(DecisionRow row) => row.IsStateHidden ? Hidden : PolicyText.Word(row.State);
}
