using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>Journals and databases of two versions: what one wrote the other reads, or lets persons decide.</summary>
public sealed class OlderJournalTests
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
    };

    [Fact(Timeout = 120_000)]
    public async Task A_journal_of_an_earlier_version_is_read_and_what_it_gave_out_stands_as_the_database_says()
    {
        using var folder = new TestFolder();
        using var kernel = await OpenAsync(folder);
        var package = new MadeReport { Destination = ReportWork.Package, IsTest = true };
        var (filed, given) = (await kernel.ApproveAsync(), await kernel.ApproveAsync(package));
        // Given out by a version that noted no packages.
        await kernel.Db.SystemAsync("test", isWrite: true, tx => ReportRow.GiveAsync(tx, given));
        using (var log = kernel.Journals.Open(TenantId.Default, FilingJournal.Name, _ => { }))
        {
            foreach (var line in LinesOf(Guid.NewGuid(), filed))
            {
                log.Append(Encoding.UTF8.GetBytes(line));
            }
            log.Sync();
        }
        using var journals = new FilingJournals(kernel, JournalWorld.Limits, kernel.Journals);
        var journal = await journals.OpenAsync(Machine, TestContext.Current.CancellationToken);
        Assert.Equal(FilingPhase.Filed, journal.Last[filed].Phase);
        Assert.Equal(filed, Assert.Single(await WaitingAsync(kernel)).ReportId);

        // From here on it is noted, and an earlier version reads the line as of a report that may be filed.
        var lines = new PackageLines(journals);
        var line1 = await NextAsync(kernel, lines, given, PackageStep.HandedOver);
        var line2 = await NextAsync(kernel, lines, given, PackageStep.Filed);
        Assert.Equal((1, 2), (line1.Call, line2.Call));
        var old = JsonSerializer.Deserialize<OldLine>(line1.ToUtf8Json(), Json)!;
        Assert.Equal((given, 1, FilingPhase.Finishing), (old.Report, old.Call, old.Phase));
        // In whatever order they are written, the last that was counted is the last word.
        journal.Append(line2);
        journal.Append(line1);
        Assert.Equal(PackageStep.Filed, journal.Last[given].Package!.Step);
        journals.Dispose();

        // The database of before this version, put back beside the journal of this one.
        await kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            tx => tx.ExecuteAsync("update report set package_call = 0 where tenant = @tenant")
        );
        using var again = new FilingJournals(kernel, JournalWorld.Limits, kernel.Journals);
        var read = await again.OpenAsync(Machine, TestContext.Current.CancellationToken);
        Assert.Equal(PackageStep.Filed, read.Last[given].Package!.Step);
        Assert.Contains(
            await WaitingAsync(kernel),
            row => row.ReportId == given && row.Why == FenceRow.Ahead
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task That_the_installation_went_on_from_a_restore_is_kept_and_no_look_reads_the_ledger_for_it_again()
    {
        using var folder = new TestFolder();
        using var kernel = await OpenAsync(folder);
        await kernel.ApproveAsync();
        await kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            async tx =>
            {
                await tx.RecordAsync(new LedgerAct(LedgerResume.ResumedAction, "7"));
                return true;
            }
        );
        // Looked at by an earlier start, and the journal of that start is gone with what the database knew of it.
        await FenceAsync(kernel, wasResumed: true, expected: true);
        await FenceAsync(kernel, wasResumed: false, expected: false);
        Assert.True(
            await kernel.Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var newest = await ResumeRow.FindAsync(tx);
                    await ResumeRow.PutAsync(tx, newest + 1, wasResumed: true);
                    await ResumeRow.PutAsync(tx, newest + 2, wasResumed: false);
                    return await ResumeRow.WasResumedAsync(tx) && await ResumeRow.FindAsync(tx) == newest + 2;
                }
            )
        );
    }

    /// <summary>A journal that begins now, where all acts were looked at before.</summary>
    private static async Task FenceAsync(TrustKernel kernel, bool wasResumed, bool expected)
    {
        await kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            async tx =>
            {
                foreach (var table in (string[])["filing_resumed", "filing_fence", "filing_journal"])
                {
                    await tx.ExecuteAsync($"delete from {table} where tenant = @tenant");
                }
                var (newest, _) = await LedgerResume.SinceAsync(tx, 0);
                return await ResumeRow.PutAsync(tx, newest, wasResumed);
            }
        );
        using var journals = new FilingJournals(kernel, JournalWorld.Limits, kernel.Journals);
        await journals.OpenAsync(Machine, TestContext.Current.CancellationToken);
        Assert.Equal(expected, (await WaitingAsync(kernel)).Any(row => row.ReportId == Fence.Whole));
        journals.End(TenantId.Default);
    }

    private static Actor Machine => Actor.Machine(TenantId.Default, "filing", Permission.ReportFile);

    private static Task<TrustKernel> OpenAsync(TestFolder folder) =>
        TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(folder["vigil.db"]),
                KeysFolder = folder["keys"],
                Profile = Profile.Demo,
            },
            VigilApp.Tables
        );

    private static Task<IReadOnlyList<FenceRow>> WaitingAsync(TrustKernel kernel) =>
        kernel.Db.SystemAsync("test", isWrite: false, tx => FenceRow.WaitingAsync(tx, 10));

    private static Task<JournalLine> NextAsync(
        TrustKernel kernel,
        PackageLines lines,
        Guid id,
        PackageStep step
    ) =>
        kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            async tx => await lines.NextAsync(tx, (await ReportRow.FindAsync(tx, id))!, step, null)
        );

    /// <summary>As the first versions wrote them: no heads, no other cases, no packages, no addresses.</summary>
    private static IEnumerable<string> LinesOf(Guid journal, Guid report)
    {
        const string empty = "00000000-0000-0000-0000-000000000000";
        yield return $$"""
            {"Journal":"{{journal}}","Report":"{{empty}}","Case":"","At":"0001-01-01T00:00:00+00:00",
            "Epoch":0,"Attempt":0,"Call":0,"Phase":0,"FinishMayHaveArrived":false,"RequestIds":[]}
            """;
        foreach (var (call, phase) in ((int, string)[])[(1, "Opening"), (2, "Finishing"), (3, "Filed")])
        {
            yield return $$"""
                {"Report":"{{report}}","Case":"VC-0000-0000-00","At":"2026-11-01T10:00:00+00:00",
                "Epoch":1,"Attempt":1,"Call":{{call}},"Phase":"{{phase}}","RemoteId":7,"FinishMayHaveArrived":true,"RequestIds":["r{{call}}"]}
                """;
        }
    }

    /// <summary>A line as the version before packages has it.</summary>
    private sealed record OldLine
    {
        public Guid Report { get; init; }
        public string Case { get; init; } = "";
        public DateTimeOffset At { get; init; }
        public long Epoch { get; init; }
        public long Call { get; init; }
        public FilingPhase Phase { get; init; }
    }
}
