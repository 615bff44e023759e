using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What a person wants of a draft besides the case.</summary>
/// <param name="Type">Null: by the case's problem type.</param>
/// <param name="Batch">Other cases of the same file; null: a report of one account.</param>
internal sealed record DraftWish(IncidentType? Type = null, IReadOnlyList<CaseRef>? Batch = null);

/// <summary>Reads what is known of a case: questions to the features that know, own tables, views.</summary>
internal static class GatherSources
{
    public static async Task<DraftSources> ReadAsync(
        Tx tx,
        CaseRef reference,
        ReportableCase found,
        Destination destination,
        ReportEnvironment environment
    )
    {
        var standings = (await CaseStandings.OfAsync(tx, reference.Value)).Contents;
        var sources = new DraftSources
        {
            CaseRef = reference.Value,
            Case = found,
            Subject = await TellSubject.FindAsync(tx, reference.Value),
            Organisation = await Organisation.ReadAsync(tx),
            Contents = await KeptContent.OfCaseAsync(tx, reference.Value),
            Viewed = Those(standings, content => content.FileViewed),
            ExifViewed = Those(standings, content => content.ExifViewed),
            Views = tx.IsAnswered<CaseViewLogWanted>()
                ? (await tx.AskAsync<CaseViewLogWanted, CaseViewLog>(new CaseViewLogWanted(reference))).Views
                : [],
            Earlier = await EarlierAsync(tx, reference, found, destination, environment),
        };
        return sources with { Facts = await FactsAsync(tx, sources.Used) };
    }

    private static HashSet<Guid> Those(
        IReadOnlyList<ContentStanding> standings,
        Func<ContentStanding, bool> which
    ) => standings.Where(which).Select(content => content.ContentId).ToHashSet();

    private static async Task<IReadOnlyList<DecisionFact>> FactsAsync(
        Tx tx,
        IReadOnlyList<ReportableItem> used
    )
    {
        var decisions = used.Select(item => item.DecisionId).OfType<Guid>().ToList();
        return decisions.Count > 0 && tx.IsAnswered<DecisionFactsWanted>()
            ? (
                await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new DecisionFactsWanted(decisions))
            ).Facts
            : [];
    }

    /// <summary>
    /// Of this case, then of the account's others, batches that name them too; to this recipient and environment, and
    /// filed; those that the database lost in a restore among them.
    /// </summary>
    private static async Task<IReadOnlyList<EarlierReport>> EarlierAsync(
        Tx tx,
        CaseRef reference,
        ReportableCase found,
        Destination destination,
        ReportEnvironment environment
    )
    {
        var earlier = new List<EarlierReport>();
        var since = await WhoIsThere.SinceAsync(tx, destination.Code, environment);
        var address = await WhoIsThere.AddressAsync(tx, destination.Code, environment);
        var lost = await LostReport.ReadAsync(tx);
        foreach (var other in found.OtherCases.Prepend(reference).Distinct())
        {
            earlier.AddRange(
                lost.Where(report =>
                        report.Number.Length > 0
                        && report.Line.Cases.Contains(other.Value, StringComparer.Ordinal)
                        && report.WentTo(destination.Code, environment, since, address)
                    )
                    .Select(report => new EarlierReport(report.Number, report.Line.At))
            );
            earlier.AddRange(
                (await NamingReports.OfAsync(tx, other.Value))
                    .Where(row =>
                        row
                            is {
                                State: ReportState.Filed or ReportState.FiledReceiptLost,
                                RemoteId.Length: > 0
                            }
                        && row.Destination == destination.Code
                        && row.Environment == environment
                        && (row.FiledAt ?? row.StateSince) >= since
                        && (row.FiledAddress ?? address) == address
                    )
                    .Select(row => new EarlierReport(row.RemoteId!, row.FiledAt))
            );
        }
        return [.. earlier.DistinctBy(report => report.Number)];
    }
}
