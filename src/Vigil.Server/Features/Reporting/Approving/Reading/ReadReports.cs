using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Unseen;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Reading;

/// <summary>What of the reports is wanted; null: all.</summary>
internal sealed record ReportFilter
{
    public ReportState? State { get; init; }
    public ReportEnvironment? Environment { get; init; }
    public string CaseRef { get; init; } = "";
    public string Destination { get; init; } = "";

    /// <summary>Older than this one.</summary>
    public Guid? Before { get; init; }

    /// <exception cref="ProblemException">A word that is none of its kind.</exception>
    public static ReportFilter Of(IQueryCollection query) =>
        new()
        {
            State = WordOf<ReportState>(query["state"], "state"),
            Environment = WordOf<ReportEnvironment>(query["environment"], "environment"),
            CaseRef = query["case"].ToString().Trim().ToUpperInvariant(),
            Destination = query["destination"].ToString().Trim(),
            Before = Guid.TryParse(query["before"], out var id) ? id : null,
        };

    private static T? WordOf<T>(string? word, string member)
        where T : struct, Enum => string.IsNullOrEmpty(word) ? null : Words.Read<T>(word, member);
}

/// <summary>Lists of reports, one report whole, the clocks.</summary>
internal static class ReadReports
{
    public const int Rows = 100;
    private const int MostDue = 200;

    /// <summary>Newest first, those whose case the actor may see.</summary>
    public static async Task<ReportsAnswer> ListAsync(Tx tx, ReportFilter filter)
    {
        var rows = await tx.QueryAsync<ReportRow>(
            $"""
            select {ReportRow.Columns} from report
            where tenant = @tenant and (@anyState or state = @state) and (@anywhere or environment = @environment)
              and (@caseRef = '' or case_ref = @caseRef) and (@destination = '' or destination = @destination)
              and (@isFirst or id < @before) and {tx.SeesCase("report.case_ref")}
            order by id desc limit @rows
            """,
            new
            {
                anyState = filter.State is null,
                state = $"{filter.State}",
                anywhere = filter.Environment is null,
                environment = $"{filter.Environment}",
                caseRef = filter.CaseRef,
                destination = filter.Destination,
                isFirst = filter.Before is null,
                before = filter.Before ?? Guid.Empty,
                rows = Rows,
            }
        );
        return new ReportsAnswer(
            [.. (await ToldAsync(tx, rows)).Select(report => ReportView.Of(report, tx.Now))],
            rows.Count == Rows ? rows[^1].Id : null
        );
    }

    /// <summary>
    /// A report tells that its case was confirmed: not for who only reads, and is still to judge in that case alone.
    /// Who files has to know.
    /// </summary>
    public static async Task<IReadOnlyList<ReportRow>> ToldAsync(Tx tx, IReadOnlyList<ReportRow> reports)
    {
        var hidden = await HiddenAsync(tx, reports.Select(report => report.CaseRef));
        return [.. reports.Where(report => !hidden.Hides(report.CaseRef))];
    }

    private static async Task<HiddenVerdicts> HiddenAsync(Tx tx, IEnumerable<string> cases) =>
        tx.Actor.May(Permission.ReportFile) ? HiddenVerdicts.None : await HiddenVerdicts.ReadAsync(tx, cases);

    /// <summary>Without a lock, for reading.</summary>
    /// <exception cref="ProblemException">
    /// None, or the case is not this actor's to see, or they are still to judge in it alone.
    /// </exception>
    public static async Task<ReportRow> RequireAsync(Tx tx, Guid id)
    {
        var report = await ReportRow.FindAsync(tx, id);
        if (report is null || !await tx.MaySeeCaseAsync(report.CaseRef))
        {
            throw ReportActs.Unknown();
        }
        var hidden = await HiddenAsync(tx, [report.CaseRef]);
        return hidden.Why.GetValueOrDefault(report.CaseRef) is { } why
            ? throw ProblemException.Conflict("judge_first", why)
            : report;
    }

    public static async Task<ReportAnswer> OneAsync(Tx tx, Guid id)
    {
        var report = await RequireAsync(tx, id);
        return await ReadyAsync(tx, report) is { } ready
            ? await OfDraftAsync(tx, ready)
            : await OfDoneAsync(tx, report);
    }

    /// <summary>No draft any more.</summary>
    public static async Task<ReportAnswer> OfDoneAsync(Tx tx, ReportRow report) =>
        new(ReportView.Of(report, tx.Now), null, null)
        {
            Unseen =
            [
                .. (await UnseenReason.OfAsync(tx, report.Id)).Select(reason =>
                    UnseenView.Of(reason.AboutId, reason.What, reason)
                ),
            ],
        };

    /// <summary>A draft as it would leave; null: it is no draft, or its destination is gone.</summary>
    public static async Task<ReadyReport?> ReadyAsync(Tx tx, ReportRow report) =>
        report.State == ReportState.Draft && AllDestinations.Find(report.Destination) is not null
            ? await ApprovalChecks.RenderAsync(tx, report)
            : null;

    public static async Task<ReportAnswer> OfDraftAsync(Tx tx, ReadyReport ready)
    {
        var first = await FirstApproval.FindAsync(tx, ready.Report.Id);
        return new ReportAnswer(
            ReportView.Of(ready.Report, tx.Now),
            StandingOf(ready),
            first?.IsOf(ready.Report, ready.Sha256) == true
                ? new FirstApprovalView(first.ApprovedBy, first.ApprovedAt)
                : null
        )
        {
            Unseen = ready.Unseen.Points,
        };
    }

    public static async Task<DueAnswer> DueAsync(Tx tx)
    {
        var clocks = await DueClock.OpenAsync(tx, MostDue, withTests: true);
        var hidden = await HiddenAsync(tx, clocks.Select(clock => clock.CaseRef));
        var routing = await tx.AskAsync<RoutesWanted, RoutingAnswer>(new(""));
        var isByHost = routing.Routes.Any(route => route.Hosts is not null);
        var behind = await LostClocks.UndecidedAsync(tx);
        return new([
            .. clocks
                .Where(clock => !hidden.Hides(clock.CaseRef))
                .Select(clock =>
                    DueView.Of(clock, tx.Now) with
                    {
                        ByHost = isByHost && !clock.IsTest,
                        BehindFence = behind.Contains(clock.CaseRef),
                    }
                ),
        ]);
    }

    private static StandingView StandingOf(ReadyReport ready) =>
        new(
            ready.Standing.Completeness,
            ready.Standing.Urgency,
            ready.Standing.Estimate,
            [
                .. ready.Standing.Findings.Select(finding => new FindingView(
                    finding.Path,
                    finding.Rule,
                    finding.Text,
                    finding.IsBlocking
                )),
            ],
            [
                .. ready
                    .Standing.Missing.OrderByDescending(missing =>
                        missing is { IsRelevant: true, Reason: null }
                    )
                    .Select(missing => new MissingView(
                        missing.Path,
                        missing.What,
                        missing.Supplier,
                        missing.IsRelevant,
                        missing.Reason
                    )),
            ],
            ready.Unseen.MustBeSeen
        );
}
