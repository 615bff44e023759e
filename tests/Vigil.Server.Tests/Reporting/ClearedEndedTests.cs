using System.Text;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A cleared person's name goes from reports that ended unfiled, and never from what was filed.</summary>
public class ClearedEndedTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_was_taken_back_or_refused_after_an_approval_names_nobody_and_what_was_filed_stays()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.second_person", "never");
        await server.OpenPackagesAsync();
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await server.DecideAsync(reference);
        var made = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var name in (string[])["withdrawn", "rejected", "filed", "handed", "older", "sent"])
        {
            made[name] = await server.DraftAsync(reference, ReportWork.Package);
            await one.ApproveAsync(made[name]);
        }
        await server.PostAsync($"/v1/reports/{made["withdrawn"]}/withdrawal", new { reason = "Not now." });
        await MoveAsync(server, made["rejected"], ReportState.Rejected);
        await MoveAsync(server, made["filed"], ReportState.Filed);
        await MoveAsync(server, made["handed"], ReportState.HandedOver);
        await MoveAsync(server, made["sent"], ReportState.Filing);
        foreach (var id in made.Values)
        {
            await SentAsync(server, id);
            Assert.Contains("user-1", await AllAsync(server, id), StringComparison.Ordinal);
        }

        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        await server.DecideAsync(reference, "not_csam");
        await server.PostAsync($"/v1/cases/{reference}/purge", new { reason = "They ask for it." });

        Assert.DoesNotContain("user-1", await AllAsync(server, made["withdrawn"]), StringComparison.Ordinal);
        Assert.DoesNotContain("user-1", await AllAsync(server, made["rejected"]), StringComparison.Ordinal);
        Assert.Contains("user-1", await AllAsync(server, made["filed"]), StringComparison.Ordinal);
        Assert.Contains("user-1", await AllAsync(server, made["handed"]), StringComparison.Ordinal);
        Assert.Contains("user-1", await AllAsync(server, made["sent"]), StringComparison.Ordinal);
        Assert.Contains(
            await server.LedgerAsync("report.emptied"),
            row => row.Text("object") == made["withdrawn"].ToString()
        );

        // What was out when its case was purged is emptied when it ends unfiled.
        await server.PostAsync(
            $"/v1/reports/{made["handed"]}/withdrawal",
            new { reason = "They sent it back." }
        );
        Assert.DoesNotContain("user-1", await AllAsync(server, made["handed"]), StringComparison.Ordinal);
        await EndAsync(server, made["sent"]);
        Assert.DoesNotContain("user-1", await AllAsync(server, made["sent"]), StringComparison.Ordinal);

        await OlderAsync(server, made["older"], reference);
    }

    /// <summary>As an earlier version left it: withdrawn, its case purged, its name still there.</summary>
    private static async Task OlderAsync(TestServer server, Guid id, string reference)
    {
        var other = await server.OpenAsync("user-1", "suspected_csam");
        await server.DecideAsync(other);
        var older = await server.DraftAsync(other, ReportWork.Package);
        await MoveAsync(server, older, ReportState.Withdrawn);
        await server.ExecuteAsync(
            "update report set approved_at = state_since, case_ref = @reference where tenant = @tenant and id = @older",
            new { older, reference }
        );
        Assert.Contains("user-1", await AllAsync(server, older), StringComparison.Ordinal);
        await server.ExecuteAsync("drop table report_ended_unread");
        await server.ExecuteAsync("delete from migration where module = 'reporting' and number = 16");
        await server.RestartAsync();
        await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
        Assert.DoesNotContain("user-1", await AllAsync(server, older), StringComparison.Ordinal);
        Assert.NotEqual(id, older);
    }

    private static Task<int> MoveAsync(TestServer server, Guid id, ReportState to) =>
        server.ExecuteAsync(
            "update report set state = @to where tenant = @tenant and id = @id",
            new { id, to = to.ToString() }
        );

    /// <summary>The last step of a filing that was withdrawn: its retraction is answered.</summary>
    private static Task<bool> EndAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.ActAsync(
                ReportWork.Officer,
                Permission.ReportFile,
                async tx =>
                {
                    var state = new CyberTip.Filing.FilingState
                    {
                        Phase = CyberTip.Filing.FilingPhase.Withdrawn,
                    };
                    await FilingEnd.EndAsync(tx, id, state, default);
                    return true;
                }
            );

    /// <summary>A call that sent and heard a name.</summary>
    private static Task<int> SentAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                {
                    var call = tx.NewId();
                    return tx.ExecuteAsync(
                        """
                        insert into filing_exchange (tenant, id, report_id, attempt, number, call, outcome, at, sent, said)
                        values (@tenant, @call, @id, 1, 1, 'FileInfo', 'Done', @now, @sent, @said)
                        """,
                        new
                        {
                            call,
                            id,
                            now = tx.Now,
                            sent = ReportSecrets.Seal(tx, "user-1"u8, call, "sent"),
                            said = ReportSecrets.Seal(tx, "user-1"u8, call, "said"),
                        }
                    );
                }
            );

    /// <summary>All that the tables keep of a report, opened.</summary>
    private static Task<string> AllAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                {
                    var row = (await ReportRow.FindAsync(tx, id))!;
                    var all = new StringBuilder();
                    all.Append(Encoding.UTF8.GetString(DraftCodec.Write(await Drafts.ReadAsync(tx, row))));
                    if (await Drafts.ReadBeforeAsync(tx, row) is { } before)
                    {
                        all.Append(Encoding.UTF8.GetString(DraftCodec.Write(before)));
                    }
                    foreach (var kind in (string[])[ReportDocuments.Approved, ReportDocuments.Files])
                    {
                        all.Append(
                            Encoding.UTF8.GetString(await ReportDocuments.FindAsync(tx, id, kind) ?? [])
                        );
                    }
                    foreach (var part in (string[])["sent", "said"])
                    {
                        var kept = await tx.FindAsync<byte[]>(
                            $"select {part} from filing_exchange where tenant = @tenant and report_id = @id",
                            new { id }
                        );
                        all.Append(kept is null ? "" : "user-1");
                    }
                    return all.ToString();
                }
            );
}
