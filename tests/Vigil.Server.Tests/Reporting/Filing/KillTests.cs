using System.Security.Cryptography;
using Vigil.CyberTip.Service;
using Vigil.FaultProbe;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>kill -9 of the real program at any moment of filing: every report is finished once, none is lost.</summary>
public sealed class KillTests : IDisposable
{
    private const int ReportsOfALife = 2;
    private static readonly CaseRef Case = new("VC-0000-0000-00");

    private static readonly int Kills =
        Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 200 : 6;

    private readonly TestFolder _folder = new();
    private readonly List<Guid> _reports = [];

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 3_600_000)]
    public async Task Every_report_is_finished_once_however_often_the_program_is_killed()
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var simulator = CyberTipSimulator.Start();
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        for (var kill = 0; kill < Kills; kill++)
        {
            await ApproveAsync(database, simulator);
            await using var served = await StartAsync(database, simulator);
            var enough = simulator.Calls + random.Next(1, 12);
            await UntilAsync(() => simulator.Calls >= enough || FinishedOf(simulator) == _reports.Count);
            await Task.Delay(random.Next(40));
            await served.KillAsync();
        }
        await using (var last = await StartAsync(database, simulator))
        {
            await UntilFiledAsync(database);
            last.Signal(ServedProcess.SigTerm);
            await last.EndAsync();
        }
        await AssertAsync(database, simulator);
    }

    private async Task AssertAsync(TestDatabase database, CyberTipSimulator simulator)
    {
        using var kernel = await OpenAsync(database);
        var rows = await RowsAsync(kernel);
        var finished = simulator
            .Reports.Where(report => report.State == SimulatedReportState.Finished)
            .Select(report => $"{report.Id}")
            .ToHashSet(StringComparer.Ordinal);
        var once = rows.Where(row => row.RemoteId is { } number && finished.Contains(number))
            .Select(row => row.RemoteId)
            .Distinct()
            .Count();
        var (lost, duplicated) = (_reports.Count - once, finished.Count - once);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"kills={Kills} reports={_reports.Count} finished_once={once} lost={lost} duplicated={duplicated}"
        );
        Assert.All(rows, row => Assert.True(IsFiled(row), $"{row.State}"));
        Assert.Equal((0, 0), (lost, duplicated));
        var acts = await kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.FindAsync<long>("select count(*) from ledger_event where action = 'report.filed'")
        );
        Assert.Equal(_reports.Count, acts);
    }

    /// <summary>Two more reports, each with a file, and at first the credentials.</summary>
    private async Task ApproveAsync(TestDatabase database, CyberTipSimulator simulator)
    {
        using var kernel = await OpenAsync(database);
        kernel.Reactions.Answer<ContentCase, CaseForContent>(
            (_, _) => Task.FromResult(new CaseForContent(true, false, false, "US", true, null))
        );
        await using var signing = new LedgerSigning(kernel);
        var actor = Actor.Machine(
            TenantId.Default,
            "test",
            Permission.SettingsWrite,
            Permission.ContentBring
        );
        if (_reports.Count == 0)
        {
            await kernel.Db.ActAsync(
                actor,
                Permission.SettingsWrite,
                async tx =>
                {
                    var (address, name) = (simulator.Address.ToString(), simulator.UserName);
                    await FilingEnvironment.SetAsync(
                        tx,
                        ReportEnvironment.Test,
                        address,
                        name,
                        simulator.Password
                    );
                    return await FilingEnvironment.NoteAsync(tx, ReportEnvironment.Test, AnswerClass.Done);
                }
            );
        }
        for (var i = 0; i < ReportsOfALife; i++)
        {
            var bytes = RandomNumberGenerator.GetBytes(20_000);
            var what = new ContentToSeal { Case = Case, Sha256 = SHA256.HashData(bytes) };
            var content = await kernel.Contents.SealAsync(actor, what, new MemoryStream(bytes));
            var file = new ApprovedFile(content, "sample.bin", MadeReports.Details("sample.bin"));
            _reports.Add(await kernel.ApproveAsync(new MadeReport { Case = Case, Files = [file] }));
        }
    }

    /// <summary>What the service finished in a life that was killed still has its answer to get.</summary>
    private async Task UntilFiledAsync(TestDatabase database)
    {
        using var kernel = await OpenAsync(database);
        var open = new List<string>();
        try
        {
            await TestServer.EventuallyAsync(
                async () =>
                {
                    open =
                    [
                        .. (await RowsAsync(kernel))
                            .Where(row => !IsFiled(row))
                            .Select(row => $"{row.Id}: {row.State}"),
                    ];
                    return open.Count == 0 ? "so" : null;
                },
                "all are filed",
                deadlineSeconds: 900 // A report that failed often waits up to five minutes for its next try.
            );
        }
        catch (TimeoutException)
        {
            Assert.Empty(open);
        }
    }

    private async Task<List<ReportRow>> RowsAsync(TrustKernel kernel)
    {
        var rows = new List<ReportRow>();
        foreach (var id in _reports)
        {
            rows.Add(
                (await kernel.Db.SystemAsync("test", isWrite: false, tx => ReportRow.FindAsync(tx, id)))!
            );
        }
        return rows;
    }

    private static bool IsFiled(ReportRow row) =>
        row.State is ReportState.Filed or ReportState.FiledReceiptLost;

    private static int FinishedOf(CyberTipSimulator simulator) =>
        simulator.Reports.Count(report => report.State == SimulatedReportState.Finished);

    private static Task<string> UntilAsync(Func<bool> isSo) =>
        TestServer.EventuallyAsync(() => Task.FromResult(isSo() ? "so" : null), "calls", deadlineSeconds: 60);

    private Task<TrustKernel> OpenAsync(TestDatabase database) =>
        TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(database.Source),
                KeysFolder = _folder["data/keys"],
                Profile = Profile.Demo,
            },
            VigilApp.Tables
        );

    private Task<ServedProcess> StartAsync(TestDatabase database, CyberTipSimulator simulator) =>
        ServedProcess.StartAsync(
            _folder["data"],
            [
                "--database",
                database.Source,
                "--profile",
                "demo",
                "--allow-outbound",
                simulator.Address.Authority,
            ]
        );
}
