using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Evidence;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>A database that is put back to an older state gives no package out a second time.</summary>
public sealed class PackageRestoreTests
{
    private const string Late = "report_handover_late";

    [Fact(Timeout = 180_000)]
    public async Task Packages_that_were_given_out_after_the_backup_are_not_given_twice()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        var key = await KeyAsync(filing);
        var (given, handed, answered) = (
            await ApproveAsync(filing),
            await ApproveAsync(filing),
            await ApproveAsync(filing)
        );
        var (takenBack, kept) = (await ApproveAsync(filing), await ApproveAsync(filing));
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        foreach (var id in (Guid[])[given, handed, answered, takenBack])
        {
            await BuildAsync(filing, id, key);
        }
        foreach (var id in (Guid[])[handed, answered, takenBack])
        {
            await ActAsync(filing, id, "handover", new { });
        }
        var filedAt = DateTimeOffset.UtcNow;
        await ActAsync(filing, answered, "receipt", Receipt(filedAt));
        await ActAsync(filing, takenBack, "withdrawal", new { reason = "Not any more." });

        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Equal(ReportState.Approved, (await filing.ReportAsync(answered)).State);
        var waiting = await WaitingAsync(filing);
        Assert.Equal(
            ["filed", "given", "handed_over", "withdrawn"],
            waiting.Values.Select(row => row.Text("phase")).Order(StringComparer.Ordinal)
        );
        Assert.Equal("given", waiting[given].Text("phase"));
        Assert.Equal("NCA-17", waiting[answered].Text("remoteId"));
        // What nobody knows of is not given out either, as long as anything waits.
        foreach (var id in (Guid[])[given, handed, answered, takenBack, kept])
        {
            Assert.Equal(
                "behind_fence",
                await RefusalAsync(filing, id, "package", new { recipientId = key })
            );
        }
        Assert.Equal("behind_fence", await RefusalAsync(filing, given, "handover", new { }));
        await UrgedAsync(filing, [given, handed, answered, takenBack, kept], expected: 1);

        foreach (var id in (Guid[])[handed, answered, takenBack])
        {
            await FenceTests.RefusedAsync(filing, id, FenceDecision.GoOn);
        }
        // Nobody said more than that it was built: its recipient says that it never came.
        await FenceTests.DecideAsync(filing, given, FenceDecision.GoOn);
        await FenceTests.DecideAsync(filing, handed, FenceDecision.IsFiled, "NCA-18");
        await FenceTests.DecideAsync(filing, answered, FenceDecision.IsFiled);
        await FenceTests.DecideAsync(filing, takenBack, FenceDecision.Withdraw);
        await StandsAsync(filing, handed, ReportState.HandedOver, "NCA-18");
        // The journal has the receipt too, byte for byte.
        await StandsAsync(filing, answered, ReportState.Filed, "NCA-17");
        var answer = await filing.ReportAsync(answered);
        Assert.Equal(SHA256.HashData("Received."u8), answer.ReceiptSha256);
        Assert.Equal(filedAt, answer.FiledAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Single(await filing.LedgerAsync("report.filed", answered));
        Assert.Equal(ReportState.Withdrawn, (await filing.ReportAsync(takenBack)).State);
        // Its recipient may have it: whoever is cleared is told to them too.
        Assert.NotNull((await filing.ReportAsync(takenBack)).GivenAt);
        await UrgedAsync(filing, [given, kept], expected: 2);

        await BuildAsync(filing, given, key);
        await ActAsync(filing, given, "handover", new { });
        await filing.Server.RestartAsync();
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));
        // A second restore to the same backup is another.
        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Equal("handed_over", (await WaitingAsync(filing))[given].Text("phase"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_package_whose_report_was_written_after_the_backup_is_named_as_unknown()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        var reference = await filing.Server.CaseAsync();
        await filing.Server.SealAsync(reference, ViewingWork.Picture(1));
        var key = await KeyAsync(filing);
        var kept = await ApproveAsync(filing);
        await filing.ReadAsync(async tx =>
        {
            await tx.RaiseAsync(new CaseConfirmed(reference, [], tx.Now.AddMinutes(-1)));
            return await tx.ExecuteAsync(
                "update report_due set is_test = @yes where tenant = @tenant",
                new { yes = true }
            );
        });
        await filing.Server.RestartAsync(database => database.BackUpAsync());
        var gone = await ApproveAsync(filing, reference);
        var sha256 = await BuildAsync(filing, gone, key);
        // Taken back after it was given out: its recipient may have it.
        var takenBack = await ApproveAsync(filing, reference);
        await BuildAsync(filing, takenBack, key);
        // The locker knows no time of it, which it would bring back by itself.
        await filing.ReadAsync(tx => tx.ExecuteAsync("delete from content_clock where tenant = @tenant"));
        await ActAsync(filing, takenBack, "withdrawal", new { reason = "Not any more." });

        await filing.Server.RestartAsync(database => database.PutBackAsync());
        await filing.UntilAlarmAsync(Fence.Alarm);
        Assert.Null(await filing.ReadAsync(tx => ReportRow.FindAsync(tx, gone)));
        var waiting = await WaitingAsync(filing);
        Assert.Equal(2, waiting.Count);
        var shown = waiting[gone];
        Assert.Equal(gone, shown.GetProperty("reportId").GetGuid());
        Assert.False(shown.GetProperty("isInDatabase").GetBoolean());
        Assert.Equal(
            (ReportWork.Package, "test", reference.Value, sha256),
            (
                shown.Text("destination"),
                shown.Text("environment"),
                shown.Text("caseRef"),
                shown.Text("packageSha256")
            )
        );
        string[] asked =
        [
            "National Crime Agency",
            "SAMPLE office",
            PackageNote.NameOf(ReportWork.Package, gone),
        ];
        Assert.All(asked, word => Assert.Contains(word, shown.Text("advice"), StringComparison.Ordinal));
        var page = await filing.Server.Client.GetStringAsync("/console/reporting/fence");
        Assert.All(
            [sha256, "A package of it was given out", "do not write it again", "SAMPLE office"],
            word => Assert.Contains(word, page, StringComparison.Ordinal)
        );
        Assert.Equal("behind_fence", await RefusalAsync(filing, kept, "package", new { recipientId = key }));

        await FenceTests.RefusedAsync(filing, gone, FenceDecision.GoOn);
        await FenceTests.RefusedAsync(filing, gone, FenceDecision.IsFiled);
        await FenceTests.DecideAsync(filing, gone, FenceDecision.IsFiled, "NCA-19");
        await FenceTests.DecideAsync(filing, takenBack, FenceDecision.Withdraw);
        Assert.Equal(0, await filing.ReadAsync(FenceRow.CountAsync));
        // Nobody can enter its receipt any more: by the word of two its case is reported.
        var due = (await filing.ReadAsync(tx => DueClock.FindAsync(tx, reference.Value)))!;
        Assert.Equal(("Met", gone), (due.State, due.ReportId!.Value));
        Assert.Contains("NCA-19", due.Reason, StringComparison.Ordinal);
        foreach (var id in (Guid[])[gone, takenBack])
        {
            // By the law of whom it went to, as the line says; what it says is preserved.
            var clocks = await filing.ReadAsync(tx =>
                tx.QueryAsync<long>(
                    "select coalesce(keep_until, 0) from content_clock where tenant = @tenant and report_id = @id",
                    new { id = $"{id}" }
                )
            );
            Assert.Contains(
                clocks,
                until => until > DateTimeOffset.UtcNow.AddDays(300).ToUnixTimeMilliseconds()
            );
        }
        await BuildAsync(filing, kept, key);
    }

    /// <summary>Where the journal cannot be written nothing is given out, whatever the database says.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Nothing_is_given_out_that_the_journal_does_not_have()
    {
        await using var filing = await FilingServer.StartAsync(isReady: false);
        var key = await KeyAsync(filing);
        var id = await ApproveAsync(filing);
        var journal = Path.Combine(filing.Server.DataFolder, "journals");
        await BuildAsync(filing, await ApproveAsync(filing), key);
        var file = Directory.GetFiles(journal, "*.log", SearchOption.AllDirectories).Single();
        using (var cut = Process.Start("truncate", ["-s", "-1", file]))
        {
            await cut.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        using var answer = await filing.Server.Client.PostAsJsonAsync(
            $"/v1/reports/{id}/package",
            new { recipientId = key }
        );
        Assert.Contains(
            (await TestServer.JsonOf(answer)).Text("code"),
            (string[])["journal_not_written", "servers_not_heard", "behind_fence"]
        );
    }

    private static object Receipt(DateTimeOffset filedAt) =>
        new
        {
            text = "Received.",
            filedAt,
            remoteId = "NCA-17",
        };

    private static Task<Guid> ApproveAsync(FilingServer filing, CaseRef? reference = null)
    {
        var made = new MadeReport
        {
            Destination = ReportWork.Package,
            IsTest = true,
            Document = AllDestinations.Find(ReportWork.Package)!.Render(MaximalDraft.Draft).Document,
        };
        return filing.ApproveAsync(reference is { } other ? made with { Case = other } : made);
    }

    /// <summary>A key that two persons compared with its recipient.</summary>
    private static async Task<Guid> KeyAsync(FilingServer filing)
    {
        var key = RecipientKey.FromBytes(SecondReader.NewKeys().Public);
        using var answer = await filing.Server.Client.PutAsJsonAsync(
            "/v1/recipients",
            new
            {
                destination = ReportWork.Package,
                name = "SAMPLE office",
                publicKey = key.ToString(),
            }
        );
        var id = (await TestServer.JsonOf(answer)).GetProperty("recipientId").GetGuid();
        await filing.ActAsync(
            FilingServer.Officer,
            Permission.ReportFile,
            async tx =>
            {
                var read = await tx.ReadOfAsync(Recipients.Verified, $"{id}");
                await Recipients.VerifyAsync(tx, id, key.Fingerprint, "SAMPLE call", "", read);
            }
        );
        return id;
    }

    /// <summary>SHA-256 of what was given out, in hexadecimal.</summary>
    private static async Task<string> BuildAsync(FilingServer filing, Guid id, Guid key)
    {
        using var answer = await filing.Server.Client.PostAsJsonAsync(
            $"/v1/reports/{id}/package",
            new { recipientId = key }
        );
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(
            answer.StatusCode == HttpStatusCode.OK,
            answer.IsSuccessStatusCode ? "" : System.Text.Encoding.UTF8.GetString(bytes)
        );
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static Task<JsonElement> ActAsync(FilingServer filing, Guid id, string act, object body) =>
        filing.Server.PostAsync($"/v1/reports/{id}/{act}", body);

    private static async Task<string> RefusalAsync(FilingServer filing, Guid id, string act, object body) =>
        (await filing.Server.PostAsync($"/v1/reports/{id}/{act}", body, HttpStatusCode.Conflict)).Text(
            "code"
        );

    private static async Task<Dictionary<Guid, JsonElement>> WaitingAsync(FilingServer filing) =>
        (await filing.Server.GetJsonAsync("/v1/reporting/fence"))
            .GetProperty("waiting")
            .EnumerateArray()
            .ToDictionary(row => row.GetProperty("reportId").GetGuid());

    private static async Task StandsAsync(FilingServer filing, Guid id, ReportState state, string remoteId)
    {
        var report = await filing.ReportAsync(id);
        Assert.Equal((state, remoteId), (report.State, report.RemoteId));
        Assert.NotNull(report.GivenAt);
    }

    /// <summary>How many of these the alarm urges to hand over, long after they were approved.</summary>
    private static async Task UrgedAsync(FilingServer filing, Guid[] ids, int expected)
    {
        foreach (var id in ids)
        {
            await filing.ReadAsync(tx =>
                tx.ExecuteAsync(
                    """
                    update report set environment = 'Production', owner = 'filing_officer', state_since = 0
                    where tenant = @tenant and id = @id
                    """,
                    new { id }
                )
            );
        }
        await filing.ReadAsync(ReportAlarms.RunAsync);
        var text = await filing.ReadAsync(tx =>
            tx.FindAsync<string>(
                "select text from alert where tenant = @tenant and code = @code and state <> 'Closed'",
                new { code = Late }
            )
        );
        Assert.Contains($"nobody handed over: {expected},", text, StringComparison.Ordinal);
        foreach (var id in ids)
        {
            await filing.ReadAsync(tx =>
                tx.ExecuteAsync(
                    "update report set environment = 'Test' where tenant = @tenant and id = @id",
                    new { id }
                )
            );
        }
    }
}
