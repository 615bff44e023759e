using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>Hosts for which a case's clock waits.</summary>
internal static class MissingHosts
{
    /// <summary>Owed a report, in none that is filed, and nobody said why; by name.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="due">A clock that runs.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(Tx tx, DueView due) =>
        await OfAsync(
            tx,
            due.CaseRef,
            await FiledReport.OwedAsync(tx, due.CaseRef, due.Jurisdiction, due.Sample),
            due.KnowledgeAt
        );

    /// <param name="tx">The transaction.</param>
    /// <param name="caseRef">Whose clock runs.</param>
    /// <param name="owed">Hosts by destination; null: no matter which.</param>
    /// <param name="since">What was said of a host before does not count.</param>
    public static async Task<IReadOnlyList<string>> OfAsync(
        Tx tx,
        string caseRef,
        IReadOnlyDictionary<string, IReadOnlyList<string>?> owed,
        DateTimeOffset since
    )
    {
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        var filed = await FiledReport.OfAsync(tx, "Open", caseRef);
        foreach (var (destination, hosts) in owed)
        {
            var there = filed.Where(one => one.Destination == destination).ToList();
            missing.UnionWith(await ToldHosts.MissingAsync(tx, caseRef, there, hosts ?? [], since));
        }
        return [.. missing];
    }
}
