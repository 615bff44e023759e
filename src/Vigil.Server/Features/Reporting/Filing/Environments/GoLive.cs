using System.Globalization;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>The steps to the first real report, in order.</summary>
internal enum GoLiveStep
{
    /// <summary>The organisation is registered with NCMEC; noted by a person.</summary>
    Registration,

    /// <summary>Whom NCMEC and investigators reach; noted by a person.</summary>
    Contacts,

    /// <summary>Where the service is established is set: whose law says where a report may go.</summary>
    Establishment,

    /// <summary>The test environment takes the credentials.</summary>
    TestCredentials,

    /// <summary>The service's own schema was fetched.</summary>
    Schema,

    /// <summary>Enough test reports were accepted.</summary>
    TestReports,

    /// <summary>The production environment takes its credentials.</summary>
    ProductionCredentials,

    /// <summary>The first production report, approved by two people, was accepted.</summary>
    FirstReport,
}

/// <param name="Note">What somebody noted, or how far it is.</param>
internal sealed record GoLiveState(GoLiveStep Step, bool IsDone, string Note, DateTimeOffset? At, string? By);

/// <summary>
/// What stands between an installation and its first real report. Production filing is refused until it is done.
/// </summary>
internal static class GoLive
{
    /// <summary>Test reports that must be accepted first.</summary>
    public const string TestReportsSetting = "reporting.testReports";
    private const int TestReportsByDefault = 3;
    private const int MaxNote = 200;

    public static async Task<IReadOnlyList<GoLiveState>> ReadAsync(Tx tx)
    {
        var notes = (
            await tx.QueryAsync<NoteRow>(
                "select step, note, at, by_whom from filing_step where tenant = @tenant"
            )
        ).ToDictionary(row => row.Step, StringComparer.Ordinal);
        var test = await FilingEnvironment.FindAsync(tx, ReportEnvironment.Test);
        var real = await FilingEnvironment.FindAsync(tx, ReportEnvironment.Production);
        var tests = await FiledAsync(tx, ReportEnvironment.Test, test);
        var filed = await FiledAsync(tx, ReportEnvironment.Production, real);
        var wanted = await TestReportsWantedAsync(tx);
        // What a simulator takes proves nothing to the service.
        var isProof =
            real is null
            || new Uri(real.Address).IsLoopback
            || (test is not null && FilingAddress.IsServices(ReportEnvironment.Test, test.Address));
        return
        [
            Noted(GoLiveStep.Registration),
            Noted(GoLiveStep.Contacts),
            await EstablishmentAsync(tx),
            Proving(Credentials(GoLiveStep.TestCredentials, test)),
            SchemaOf(isProof ? test : null, real),
            Proving(
                new(
                    GoLiveStep.TestReports,
                    tests.Count >= wanted,
                    $"{tests.Count} of {wanted} accepted",
                    tests.LastAt,
                    null
                )
            ),
            Credentials(GoLiveStep.ProductionCredentials, real),
            new(GoLiveStep.FirstReport, filed.Count > 0, $"{filed.Count} filed", filed.LastAt, null),
        ];
        GoLiveState Proving(GoLiveState state) =>
            isProof
                ? state
                : state with
                {
                    IsDone = false,
                    Note =
                        $"{state.Note}; not by {FilingAddress.DefaultOf(ReportEnvironment.Test).Host}, whose word "
                        + "counts before real reports go to NCMEC",
                };
        GoLiveState Noted(GoLiveStep step) =>
            notes.GetValueOrDefault(step.ToString()) is { } row
                ? new(step, true, row.Note, row.At, row.ByWhom)
                : new(step, false, "", null, null);
    }

    /// <summary>Everything before the first real report is done.</summary>
    public static bool IsReady(IReadOnlyList<GoLiveState> steps) =>
        steps.Where(step => step.Step != GoLiveStep.FirstReport).All(step => step.IsDone);

    /// <summary>
    /// The first real report was accepted: one person is enough from here on, where policy asks for no second.
    /// </summary>
    public static bool IsLive(IReadOnlyList<GoLiveState> steps) => steps.All(step => step.IsDone);

    /// <summary>What only a person can know. Records itself.</summary>
    /// <exception cref="ProblemException">It comes by itself, or the note is none.</exception>
    public static async Task NoteAsync(Tx tx, GoLiveStep step, string? note)
    {
        if (step is not (GoLiveStep.Registration or GoLiveStep.Contacts))
        {
            throw ProblemException.BadRequest(
                "step_comes_by_itself",
                "This step is done by what happens, not noted."
            );
        }
        if (note?.Trim() is not { Length: > 0 and <= MaxNote } text)
        {
            throw ProblemException.BadRequest(
                "bad_note",
                $"A 'note' of 1 to {MaxNote} characters says how you know."
            );
        }
        await tx.ExecuteAsync(
            """
            insert into filing_step (tenant, step, note, at, by_whom) values (@tenant, @step, @text, @now, @by)
            on conflict (tenant, step) do update set note = excluded.note, at = excluded.at, by_whom = excluded.by_whom
            """,
            new
            {
                step = step.ToString(),
                text,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(new LedgerAct("reporting.step_noted", step.ToString()) { Reason = text });
    }

    private static GoLiveState SchemaOf(FilingEnvironment? test, FilingEnvironment? real) =>
        new(
            GoLiveStep.Schema,
            (test?.SchemaAt ?? real?.SchemaAt) is not null,
            "",
            test?.SchemaAt ?? real?.SchemaAt,
            test?.SchemaBy ?? real?.SchemaBy
        );

    private static async Task<GoLiveState> EstablishmentAsync(Tx tx)
    {
        var place = await TenantSettings.FindAsync(tx, CaseRouting.EstablishmentSetting) ?? "";
        var isKnown = KnownJurisdictions.IsWellFormed(place);
        return new(GoLiveStep.Establishment, isKnown, isKnown ? place : "not set", null, null);
    }

    private static GoLiveState Credentials(GoLiveStep step, FilingEnvironment? environment) =>
        new(
            step,
            environment?.IsChecked == true,
            environment is null ? "not set" : environment.Outcome,
            environment?.CheckedAt,
            environment?.CheckedBy
        );

    /// <summary>Accepted by who is there now: a simulator's word says nothing of the service.</summary>
    private static async Task<FiledCount> FiledAsync(
        Tx tx,
        ReportEnvironment environment,
        FilingEnvironment? set
    ) =>
        (
            await tx.FindAsync<FiledCount>(
                """
                select count(*) as count, max(filed_at) as last_at from report
                where tenant = @tenant and environment = @environment and destination = @cybertip
                  and state in ('Filed', 'FiledReceiptLost') and filed_at >= @since
                  and coalesce(filed_address, @address) = @address
                """,
                new
                {
                    environment = environment.ToString(),
                    cybertip = FilingKinds.CyberTip,
                    since = set?.AddressAt ?? tx.Now,
                    address = set?.Address ?? "",
                }
            )
        )!;

    private static async Task<int> TestReportsWantedAsync(Tx tx) =>
        int.TryParse(
            await TenantSettings.FindAsync(tx, TestReportsSetting),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : TestReportsByDefault;

    private sealed class NoteRow
    {
        public string Step { get; init; } = "";
        public string Note { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public string ByWhom { get; init; } = "";
    }

    private sealed class FiledCount
    {
        public long Count { get; init; }
        public DateTimeOffset? LastAt { get; init; }
    }
}
