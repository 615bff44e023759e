using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A server with a simulated CyberTipline for each environment.</summary>
internal sealed class FilingServer : IAsyncDisposable
{
    public static readonly Actor Officer = PersonNamed("filing-officer-1");
    public static readonly Actor Second = PersonNamed("filing-officer-2");

    public static readonly Actor Admin = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.SettingsRead,
        Permission.SettingsWrite
    );

    private FilingServer(TestServer server, CyberTipSimulator test, CyberTipSimulator production) =>
        (Server, Test, Production) = (server, test, production);

    public TestServer Server { get; }
    public CyberTipSimulator Test { get; }
    public CyberTipSimulator Production { get; }
    public TrustKernel Kernel => Server.Kernel();

    public int Finished => Test.Reports.Count(report => report.State == SimulatedReportState.Finished);

    /// <summary>Contents are kept in a demo without a drill.</summary>
    /// <param name="time">Null: the machine's.</param>
    /// <param name="isReady">The test environment is set and checked.</param>
    /// <param name="allow">A third place that may be called.</param>
    /// <param name="limits">Null: <see cref="Quick"/>.</param>
    public static async Task<FilingServer> StartAsync(
        TimeProvider? time = null,
        bool isReady = true,
        string[]? allow = null,
        FilingLimits? limits = null
    )
    {
        var (test, production) = (CyberTipSimulator.Start(), CyberTipSimulator.Start());
        production.Password = "only of production";
        var server = await TestServer.StartAsync(
            Profile.Demo,
            options =>
                options with
                {
                    Outbound = options.Outbound with
                    {
                        Allow = [test.Address.Authority, production.Address.Authority, .. allow ?? []],
                    },
                    Time = time ?? TimeProvider.System,
                    Filing = limits ?? Quick,
                }
        );
        await server.SetAsync("training.required", "off");
        var made = new FilingServer(server, test, production);
        if (isReady)
        {
            await made.SetAsync(ReportEnvironment.Test);
        }
        return made;
    }

    public static FilingLimits Quick =>
        new()
        {
            Poll = TimeSpan.FromMilliseconds(30),
            WatchEvery = TimeSpan.FromMilliseconds(100),
            CallTimeout = TimeSpan.FromSeconds(2),
            PeerGone = TimeSpan.FromSeconds(2),
        };

    /// <summary>Credentials, and the check that they work.</summary>
    public async Task SetAsync(ReportEnvironment environment, string? password = null)
    {
        var simulator = environment == ReportEnvironment.Test ? Test : Production;
        await ActAsync(
            Admin,
            Permission.SettingsWrite,
            tx =>
                FilingEnvironment.SetAsync(
                    tx,
                    environment,
                    simulator.Address.ToString(),
                    simulator.UserName,
                    password ?? simulator.Password
                )
        );
        await CheckAsync(environment);
    }

    public Task<CyberTip.Service.AnswerClass> CheckAsync(ReportEnvironment environment) =>
        Server
            .Server.Services.GetRequiredService<CallEnvironment>()
            .CheckAsync(Admin, environment, TestContext.Current.CancellationToken);

    public Task<Guid> ApproveAsync(MadeReport? made = null) => Kernel.ApproveAsync(made);

    /// <summary>A person approves what the preview of a draft shows.</summary>
    public async Task ApproveDraftAsync(Guid id)
    {
        using var preview = await Server.Client.GetAsync($"/v1/reports/{id}/preview");
        var request = new ApprovalRequest
        {
            Sha256 = preview.Headers.GetValues("Vigil-Sha256").Single(),
            Version = (await ReportAsync(id)).DraftVersion,
            Checked = ["read", "destination"],
        };
        await ActAsync(Officer, Permission.ReportFile, tx => Approvals.ApproveAsync(tx, id, request));
    }

    public Task<bool> ActAsync(Actor actor, Permission permission, Func<Tx, Task> act) =>
        Kernel.Db.ActAsync(
            actor,
            permission,
            async tx =>
            {
                await act(tx);
                return true;
            }
        );

    public Task<T> ReadAsync<T>(Func<Tx, Task<T>> read) => Kernel.Db.SystemAsync("test", isWrite: true, read);

    public async Task<ReportRow> ReportAsync(Guid id) =>
        (await ReadAsync(tx => ReportRow.FindAsync(tx, id)))!;

    public async Task<FilingRow> FilingAsync(Guid id) =>
        (await ReadAsync(tx => FilingRow.LockAsync(tx, id)))!;

    /// <exception cref="TimeoutException">With where its filing stood, and what rang.</exception>
    public async Task<ReportRow> UntilAsync(Guid id, params ReportState[] states)
    {
        try
        {
            return await TestServer.EventuallyAsync(
                async () =>
                    await ReportAsync(id) is { } report && states.Contains(report.State) ? report : null,
                $"report {string.Join(" or ", states)}",
                deadlineSeconds: 60
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; {await StandingAsync(id)}", e);
        }
    }

    private async Task<string> StandingAsync(Guid id)
    {
        var (report, filing) = (await ReportAsync(id), await FilingAsync(id));
        return $"it is {report.State}, version {filing.Version}, epoch {filing.Epoch}, next {filing.NextAt:O} at "
            + $"{Kernel.Time.GetUtcNow():O}, waits for '{filing.WaitsFor}', {filing.State}; alarms: "
            + string.Join(", ", await AlarmsAsync());
    }

    public Task<string> UntilWaitsAsync(Guid id, string waitsFor) =>
        TestServer.EventuallyAsync(
            async () => (await FilingAsync(id))?.WaitsFor == waitsFor ? waitsFor : null,
            $"it waits for {waitsFor}"
        );

    public Task<IReadOnlyList<string>> AlarmsAsync() =>
        ReadAsync(tx =>
            tx.QueryAsync<string>("select code from alert where tenant = @tenant and state <> 'Closed'")
        );

    public Task<string> UntilAlarmAsync(string code) =>
        TestServer.EventuallyAsync(
            async () => (await AlarmsAsync()).Contains(code) ? code : null,
            $"the alarm {code}"
        );

    /// <summary>Ledger rows of an action about a report.</summary>
    public async Task<IReadOnlyList<JsonElement>> LedgerAsync(string action, Guid id) =>
        [.. (await Server.LedgerAsync(action)).Where(row => row.Text("object") == id.ToString())];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Test.DisposeAsync();
        await Production.DisposeAsync();
    }

    private static Actor PersonNamed(string pseudonym) =>
        new(
            TenantId.Default,
            ActorKind.Person,
            $"person:{pseudonym}",
            new HashSet<Permission> { Permission.ReportFile }
        );
}
