using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>What a simulator took as production is not reported once real reports go to NCMEC.</summary>
public sealed class SimulatedClockTests
{
    private const string Simulator = "http://127.0.0.1:9/ispws";

    [Fact(Timeout = 120_000)]
    public async Task Clocks_that_reports_to_a_simulator_ended_run_again_when_the_address_is_NCMECs()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        var (alone, batched, nobody, packaged) = (
            await server.ConfirmedAsync("user-1"),
            await server.ConfirmedAsync("user-2"),
            await server.ConfirmedAsync("user-3"),
            await server.ConfirmedAsync("user-4")
        );
        await AddressAsync(server, Simulator, "one");
        time.Pass(TimeSpan.FromMinutes(1));
        var report = await FiledAsync(server, alone, "cybertip", batched);
        await FiledAsync(server, packaged, "police");
        await CloseAsync(server, nobody);
        Assert.Equal(("Met", "Met", "NoDuty", "Met"), await StatesAsync());
        var before = await ClockAsync(server, alone);
        Assert.Equal(report, before.ReportId);

        // Another password is no other address.
        time.Pass(TimeSpan.FromMinutes(1));
        await AddressAsync(server, Simulator, "two");
        Assert.Equal(("Met", "Met", "NoDuty", "Met"), await StatesAsync());

        time.Pass(TimeSpan.FromMinutes(1));
        await AddressAsync(server, $"{FilingAddress.DefaultOf(ReportEnvironment.Production)}", "three");
        var after = await ClockAsync(server, alone);
        Assert.Equal(("Open", "Open", "NoDuty", "Met"), await StatesAsync());
        Assert.Equal((before.KnowledgeAt, null, null), (after.KnowledgeAt, after.EndedAt, after.ReportId));

        // What was filed there does not end them again; what is filed now does, and stays so with the next address.
        await server.Kernel().Db.SystemAsync("test", isWrite: true, tx => DueClock.SettleAsync(tx));
        Assert.Equal(("Open", "Open", "NoDuty", "Met"), await StatesAsync());
        time.Pass(TimeSpan.FromMinutes(1));
        await FiledAsync(server, alone, "cybertip");
        Assert.Equal(("Met", "Open", "NoDuty", "Met"), await StatesAsync());
        await AddressAsync(server, Simulator, "four");
        Assert.Equal(("Met", "Open", "NoDuty", "Met"), await StatesAsync());
        time.Pass(TimeSpan.FromMinutes(1));
        await AddressAsync(server, $"{FilingAddress.DefaultOf(ReportEnvironment.Production)}", "five");
        Assert.Equal(("Met", "Open", "NoDuty", "Met"), await StatesAsync());

        async Task<(string, string, string, string)> StatesAsync() =>
            (
                (await ClockAsync(server, alone)).State,
                (await ClockAsync(server, batched)).State,
                (await ClockAsync(server, nobody)).State,
                (await ClockAsync(server, packaged)).State
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_on_its_way_when_the_address_was_set_counts_where_it_was_filed()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        var (there, here) = (await server.ConfirmedAsync("user-1"), await server.ConfirmedAsync("user-2"));
        await AddressAsync(server, Simulator, "one");
        time.Pass(TimeSpan.FromMinutes(1));
        var ncmec = FilingAddress.DefaultOf(ReportEnvironment.Production).AbsoluteUri;
        await AddressAsync(server, ncmec, "two");
        time.Pass(TimeSpan.FromMinutes(1));

        // Its calls went to the address of before, and its end came after the change.
        var report = await FiledAtAsync(server, there, Simulator);
        Assert.Equal("Open", (await ClockAsync(server, there)).State);
        Assert.Equal("first_production_report", await WhyAsync());
        Assert.Equal(0, await CountedAsync());

        report = await FiledAtAsync(server, here, ncmec);
        Assert.Equal("Met", (await ClockAsync(server, here)).State);
        Assert.Equal("Open", (await ClockAsync(server, there)).State);
        Assert.Equal("setting", await WhyAsync());
        Assert.Equal(1, await CountedAsync());

        Task<string> WhyAsync() =>
            SystemAsync(
                server,
                async tx =>
                    (await SecondPolicy.OfAsync(tx, (await ReportRow.FindAsync(tx, report))!, false)).Why
            );

        Task<int> CountedAsync() =>
            SystemAsync(
                server,
                async tx =>
                    (await GoLive.ReadAsync(tx)).Count(step =>
                        step is { Step: GoLiveStep.FirstReport, IsDone: true }
                    )
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_notes_the_address_that_its_calls_went_to()
    {
        await using var filing = await FilingServer.StartAsync();
        var there = filing.Test.Address.AbsoluteUri;
        filing.Test.OnCall = place =>
        {
            if (place.StartsWith("finish", StringComparison.Ordinal))
            {
                Change(filing);
            }
        };
        var id = await filing.ApproveAsync();

        var report = await filing.UntilAsync(id, ReportState.Filed);

        Assert.Equal(there, report.FiledAddress);
        Assert.Contains("0 of", await TestsAsync(), StringComparison.Ordinal);

        Task<string> TestsAsync() =>
            filing.ReadAsync(async tx =>
                (await GoLive.ReadAsync(tx)).Single(step => step.Step == GoLiveStep.TestReports).Note
            );
    }

    /// <summary>Another address is set while the last call is on its way.</summary>
    private static void Change(FilingServer filing) =>
        Task.Run(() =>
                filing.ActAsync(
                    FilingServer.Admin,
                    Permission.SettingsWrite,
                    tx =>
                        FilingEnvironment.SetAsync(
                            tx,
                            ReportEnvironment.Test,
                            $"{filing.Production.Address}",
                            filing.Production.UserName,
                            filing.Production.Password
                        )
                )
            )
            .GetAwaiter()
            .GetResult();

    private static Task<Guid> FiledAtAsync(TestServer server, string reference, string address) =>
        SystemAsync(
            server,
            async tx =>
            {
                var made = new MadeReport
                {
                    Case = new CaseRef(reference),
                    Destination = "cybertip",
                    Environment = ReportEnvironment.Production,
                    State = ReportState.Filed,
                    IsConfirmed = false,
                };
                var id = await MadeReports.ApproveAsync(tx, made);
                await tx.ExecuteAsync(
                    """
                    update report set filed_at = @now, filed_address = @address
                    where tenant = @tenant and id = @id
                    """,
                    new
                    {
                        id,
                        address,
                        now = tx.Now,
                    }
                );
                await DueClock.SettleAsync(tx);
                return id;
            }
        );

    private static Task<T> SystemAsync<T>(TestServer server, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, work);

    private static async Task<DueClock> ClockAsync(TestServer server, string reference) =>
        (
            await server
                .Kernel()
                .Db.SystemAsync("test", isWrite: true, tx => DueClock.FindAsync(tx, reference))
        )!;

    private static Task<bool> AddressAsync(TestServer server, string address, string password) =>
        server
            .Kernel()
            .Db.ActAsync(
                FilingServer.Admin,
                Permission.SettingsWrite,
                async tx =>
                {
                    await FilingEnvironment.SetAsync(
                        tx,
                        ReportEnvironment.Production,
                        address,
                        "sample",
                        password
                    );
                    return true;
                }
            );

    private static Task<bool> CloseAsync(TestServer server, string reference) =>
        server
            .Kernel()
            .Db.ActAsync(
                FilingServer.Officer,
                Permission.ReportFile,
                async tx =>
                {
                    await DueClock.CloseAsync(tx, reference, "It was a drill.");
                    return true;
                }
            );

    /// <summary>A real report as its end leaves it; no law of a place asks for one, so any ends the clock.</summary>
    private static Task<Guid> FiledAsync(
        TestServer server,
        string reference,
        string destination,
        params string[] batch
    ) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var made = new MadeReport
                    {
                        Case = new CaseRef(reference),
                        Destination = destination,
                        Environment = ReportEnvironment.Production,
                        State = ReportState.Filed,
                        IsConfirmed = false,
                    };
                    var id = await MadeReports.ApproveAsync(tx, made);
                    await NamingReports.AddAsync(tx, id, batch);
                    await tx.ExecuteAsync(
                        "update report set filed_at = @now where tenant = @tenant and id = @id",
                        new { id, now = tx.Now }
                    );
                    await DueClock.SettleAsync(tx);
                    return id;
                }
            );
}
