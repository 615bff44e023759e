using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>
/// A destination that takes one report for each host: each is in one that is filed, or a named person said why it is in
/// none.
/// </summary>
/// <param name="Reports">The newest of each host; none: all hosts are said to be in none.</param>
/// <param name="SaidAt">When the last of those was said; null: each is in a report.</param>
internal sealed record ToldHosts(IReadOnlyList<FiledReport> Reports, DateTimeOffset? SaidAt)
{
    /// <summary>Null: a host is missing, or it is not known which there are.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="caseRef">Of the case.</param>
    /// <param name="filed">To this destination, the newest first.</param>
    /// <param name="hosts">That are owed.</param>
    /// <param name="since">What was said of a host before does not count.</param>
    public static async Task<ToldHosts?> ReadAsync(
        Tx tx,
        string caseRef,
        IReadOnlyList<FiledReport> filed,
        IReadOnlyList<string> hosts,
        DateTimeOffset since
    )
    {
        var (reports, missing, said) = await FindAsync(tx, caseRef, filed, hosts, since);
        return hosts.Count == 0 || missing.Count > 0
            ? null
            : new ToldHosts(
                [.. hosts.Select(host => reports.GetValueOrDefault(host)).OfType<FiledReport>().Distinct()],
                said.Count == 0 ? null : said.Values.Max()
            );
    }

    /// <summary>Hosts that are in no report, and nobody said why.</summary>
    public static async Task<IReadOnlyList<string>> MissingAsync(
        Tx tx,
        string caseRef,
        IReadOnlyList<FiledReport> filed,
        IReadOnlyList<string> hosts,
        DateTimeOffset since
    )
    {
        return (await FindAsync(tx, caseRef, filed, hosts, since)).Missing;
    }

    /// <summary>Reports by host, hosts that are in none without a reason, when one was said of others.</summary>
    private static async Task<(
        Dictionary<string, FiledReport> Reports,
        IReadOnlyList<string> Missing,
        IReadOnlyDictionary<string, DateTimeOffset> Said
    )> FindAsync(
        Tx tx,
        string caseRef,
        IReadOnlyList<FiledReport> filed,
        IReadOnlyList<string> hosts,
        DateTimeOffset since
    )
    {
        var reports = await ByHostAsync(tx, filed);
        var without = hosts.Where(host => !reports.ContainsKey(host)).ToList();
        var said = await UntoldHost.OfAsync(tx, caseRef, without, since);
        return (reports, [.. without.Where(host => !said.ContainsKey(host))], said);
    }

    /// <summary>The newest of each host.</summary>
    private static async Task<Dictionary<string, FiledReport>> ByHostAsync(
        Tx tx,
        IReadOnlyList<FiledReport> filed
    )
    {
        var reports = new Dictionary<string, FiledReport>(StringComparer.Ordinal);
        foreach (var report in filed)
        {
            if (await SaidItems.ReadAsync(tx, report) is { } said)
            {
                foreach (var host in said.Hosts)
                {
                    reports.TryAdd(host, report);
                }
            }
        }
        return reports;
    }
}
