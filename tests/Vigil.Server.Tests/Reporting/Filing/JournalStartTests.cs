using System.Diagnostics;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A start reads the journal once, and asks the database about what is not over there.</summary>
public sealed class JournalStartTests
{
    private const int LinesOfAReport = 6;
    private const int ReceiptBytes = 1000;

    [Fact(Timeout = 1_800_000)]
    public async Task A_start_reads_every_line_once_and_stops_for_the_one_report_that_is_not_over()
    {
        var lines = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 1_000_000 : 6_000;
        using var folder = new TestFolder();
        using var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(folder["vigil.db"]),
                KeysFolder = folder["keys"],
                Profile = Profile.Demo,
            },
            VigilApp.Tables
        );
        var reports = Enumerable.Range(0, lines / LinesOfAReport).Select(_ => Guid.CreateVersion7()).ToList();
        // A transaction has seconds.
        foreach (var some in reports.Chunk(2_000))
        {
            await PutAsync(kernel, some, waits: reports[^1]);
        }
        Write(kernel, reports);
        var bytes = new FileInfo(
            Directory.GetFiles(folder["journals"], "*.log", SearchOption.AllDirectories).Single()
        ).Length;

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var began = Stopwatch.GetTimestamp();
        var over = await kernel.Db.SystemAsync("test", isWrite: false, FilingRow.OverAsync);
        using var journal = FilingJournal.Open(kernel.Journals, TenantId.Default, Guid.NewGuid(), over);
        var read = Stopwatch.GetElapsedTime(began);
        await kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            tx => Fence.CompareAsync(tx, journal, wasPutBack: false)
        );
        var whole = Stopwatch.GetElapsedTime(began);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal(reports.Count, journal.Last.Count);
        // The last one is not over in the database, and only its receipt is at hand for who decides.
        Assert.Equal(
            reports[^1],
            Assert.Single(journal.Last.Values, line => line.Receipt is not null).Report
        );
        var waiting = await kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => FenceRow.WaitingAsync(tx, 10)
        );
        Assert.Equal(reports[^1], Assert.Single(waiting).ReportId);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"lines={lines} reports={reports.Count} bytes={bytes} a_report={bytes / reports.Count} "
                + $"read={read.TotalSeconds:F1}s whole={whole.TotalSeconds:F1}s memory={memory / 1e6:F0}MB"
        );
    }

    /// <summary>Filed, as far as the fence asks for it; one still waits to begin.</summary>
    private static Task<bool> PutAsync(TrustKernel kernel, Guid[] reports, Guid waits) =>
        kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            async tx =>
            {
                foreach (var id in reports)
                {
                    await tx.ExecuteAsync(
                        """
                        insert into report (tenant, id, case_ref, destination, environment, jurisdiction, state,
                            state_since, owner, is_test, is_high_priority, knowledge_at, created_at, created_by,
                            draft_version, draft)
                        values (@tenant, @id, 'VC-0000-0000-00', 'cybertip', 'Test', 'US', 'Filed', @now, '', @no, @no,
                            @now, @now, 'test', 1, @draft)
                        """,
                        new
                        {
                            id,
                            now = tx.Now,
                            no = false,
                            draft = "SAMPLE"u8.ToArray(),
                        }
                    );
                    var state = FilingState.Approve(tx.Now, []);
                    state = id == waits ? state : state with { Phase = FilingPhase.Filed };
                    await FilingRow.AddAsync(tx, id, Features.Reporting.ReportEnvironment.Test, state);
                }
                return true;
            }
        );

    private static void Write(TrustKernel kernel, List<Guid> reports)
    {
        using var log = kernel.Journals.Open(TenantId.Default, FilingJournal.Name, _ => { });
        log.Append(new JournalLine { Journal = Guid.NewGuid() }.ToUtf8Json());
        foreach (var id in reports)
        {
            for (var call = 1; call <= LinesOfAReport; call++)
            {
                log.Append(LineOf(id, call).ToUtf8Json());
            }
        }
        log.Sync();
    }

    private static JournalLine LineOf(Guid id, int call) =>
        new()
        {
            Report = id,
            Case = "VC-0000-0000-00",
            Destination = FilingKinds.CyberTip,
            Environment = Features.Reporting.ReportEnvironment.Production,
            Drafted = DateTimeOffset.UnixEpoch.AddYears(56),
            At = DateTimeOffset.UnixEpoch.AddYears(56),
            Epoch = 1,
            Attempt = 1,
            Call = call,
            Phase = call == LinesOfAReport ? FilingPhase.Filed : FilingPhase.Finishing,
            RemoteId = 1_000_000_000,
            FinishMayHaveArrived = call == LinesOfAReport,
            RequestIds = [.. Enumerable.Range(0, call).Select(_ => $"{id:n}")],
            Receipt = call == LinesOfAReport ? new byte[ReceiptBytes] : null,
        };
}
