using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>Whether reports that are filed are all that a case owes.</summary>
internal static class Settled
{
    /// <summary>
    /// When, and by which report the last that is owed was there; null: one is not, a host is in none and nobody said
    /// why, or something is left out. Where no law is known that asks for one, any is enough.
    /// </summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="filed">Of one case, the newest draft first; at least one.</param>
    /// <param name="since">What was said of a host before does not count.</param>
    /// <param name="lost">Filed too, and not in this database any more; none: all are here.</param>
    public static async Task<(FiledReport Report, DateTimeOffset At)?> ByAsync(
        Tx tx,
        IReadOnlyList<FiledReport> filed,
        DateTimeOffset since,
        IReadOnlyList<LostReport> lost
    )
    {
        var owed = await filed[0].OwedAsync(tx);
        var needed = owed.Count == 0 ? [filed[0]] : new List<FiledReport>();
        var gone = new List<LostReport>();
        DateTimeOffset? said = null;
        foreach (var (destination, hosts) in owed)
        {
            var there = filed.Where(one => one.Destination == destination).ToList();
            if (hosts is null)
            {
                if (there.Count > 0)
                {
                    needed.Add(there[0]);
                }
                else
                {
                    var before = lost.Where(one => one.Line.To == destination).ToList();
                    if (before.Count == 0)
                    {
                        return null;
                    }
                    gone.AddRange(before);
                }
                continue;
            }
            if (await ToldHosts.ReadAsync(tx, filed[0].CaseRef, there, hosts, since) is not { } told)
            {
                return null;
            }
            needed.AddRange(told.Reports);
            said = told.SaidAt > said || said is null ? told.SaidAt : said;
        }
        return
            needed.Count > 0
            && await SaysAllAsync(tx, needed)
            && await LostClocks.SayAllAsync(tx, filed[0].CaseRef, gone)
            ? LastOf(needed.MaxBy(one => one.At)!, said)
            : null;
    }

    private static (FiledReport, DateTimeOffset) LastOf(FiledReport last, DateTimeOffset? said) =>
        (last, said > last.At ? said.Value : last.At);

    /// <summary>With each destination nothing was confirmed after its reports were drafted that is in none.</summary>
    private static async Task<bool> SaysAllAsync(Tx tx, List<FiledReport> needed)
    {
        var items = (await ReportActs.CaseOfAsync(tx, needed[0].CaseRef))
            .Items.Where(item => item.State == "Confirmed")
            .ToList();
        foreach (var reports in needed.GroupBy(one => one.Destination))
        {
            var says = new List<SaidItems>();
            foreach (var report in reports.DistinctBy(one => one.Id))
            {
                if (await SaidItems.ReadAsync(tx, report) is not { } one)
                {
                    // What it said cannot be read: the clock goes on, and a person looks.
                    return false;
                }
                says.Add(one);
            }
            if (
                items.Exists(item => says.TrueForAll(one => item.DecidedAt > one.DraftedAt && !one.Has(item)))
            )
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>With each destination that is owed a report, the filed ones say all of these items.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="filed">Of one case; none: nothing is said.</param>
    /// <param name="items">At least one.</param>
    public static async Task<bool> SaysAsync(
        Tx tx,
        IReadOnlyList<FiledReport> filed,
        IReadOnlyList<ReportableItem> items
    )
    {
        if (filed.Count == 0)
        {
            return false;
        }
        var owed = await filed[0].OwedAsync(tx);
        foreach (var (destination, hosts) in owed)
        {
            var there = filed.Where(one => one.Destination == destination).ToList();
            if (hosts is not null)
            {
                var told = await ToldHosts.ReadAsync(
                    tx,
                    filed[0].CaseRef,
                    there,
                    hosts,
                    DateTimeOffset.UnixEpoch
                );
                if (told is null)
                {
                    return false;
                }
                if (told.Reports.Count == 0)
                {
                    continue;
                }
            }
            if (!await SaidItems.AreAllInAsync(tx, there, items))
            {
                return false;
            }
        }
        return owed.Count > 0 || await SaidItems.AreAllInAsync(tx, filed, items);
    }
}
