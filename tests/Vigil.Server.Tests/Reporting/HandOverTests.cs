using System.Net;
using System.Security.Cryptography;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

public class HandOverTests
{
    private const string Acts = "<h2 id=\"acts\">";

    [Fact(Timeout = 120_000)]
    public async Task A_case_is_due_until_its_package_has_a_receipt_and_whoever_is_late_is_told()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        server.AnswerForCases();
        await server.SetAsync("training.required", "off");
        // The first production report takes two all the same.
        await server.SetAsync("reports.second_person", "never");
        await server.SetAsync("reports.deadlineHours", "100");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        using var one = await ConsoleUser.InviteAsync(server, "filing.one", "filing_officer");
        using var two = await ConsoleUser.InviteAsync(server, "filing.two", "filing_officer");
        var reference = await server.ConfirmedAsync("user-1");
        var free = (await server.HitAsync("user-2")).Value;
        await KnowAsync(server, reference, time.GetUtcNow());
        await KnowAsync(server, free, time.GetUtcNow());
        var due = (await server.GetJsonAsync("/v1/reports/due")).GetProperty("due")[0];
        Assert.Contains("'reports.deadlineHours': 100 hours", due.Text("restsOn"), StringComparison.Ordinal);
        var id = await server.DraftAsync(reference, ReportWork.Package, ReportEnvironment.Production);
        Assert.EndsWith(
            "notice=report_first",
            (await one.ApproveAsync(id)).Location,
            StringComparison.Ordinal
        );
        await two.ApproveAsync(id, "second");

        await server.PostAsync($"/v1/reports/{id}/handover", new { }, HttpStatusCode.Conflict);
        time.Advance(TimeSpan.FromHours(5));
        Assert.Equal(["report_handover_late"], await AlarmsAsync(server));
        time.Advance(TimeSpan.FromHours(20));
        Assert.Equal(["report_goal_missed", "report_handover_late"], await AlarmsAsync(server));
        await CheckPackageAsync(server, id);
        await server.PostAsync($"/v1/reports/{id}/handover", new { });
        Assert.Equal(["report_goal_missed"], await AlarmsAsync(server));
        time.Advance(TimeSpan.FromHours(73));
        Assert.Equal(["report_deadline_near", "report_receipt_late"], await AlarmsAsync(server));
        time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(["report_overdue", "report_receipt_late"], await AlarmsAsync(server));
        Assert.Equal(2, (await server.GetJsonAsync("/v1/reports/due")).GetProperty("due").GetArrayLength());

        var program = await server.PostAsync(
            $"/v1/reports/due/{free}/no-duty",
            new { reason = "Another office reports it." },
            HttpStatusCode.Conflict
        );
        Assert.Equal("not_a_person", program.Text("code"));
        await server
            .Kernel()
            .Db.ActAsync(
                new Actor(
                    TenantId.Default,
                    ActorKind.Person,
                    "person:filing-officer-2",
                    Grants.Of([Role.FilingOfficer])
                ),
                Permission.ReportFile,
                async tx =>
                {
                    await DueClock.CloseAsync(tx, free, "Another office reports it.");
                    return true;
                }
            );
        byte[] receipt = [0, 1, 2, 255];
        await FileAsync(time.GetUtcNow().AddHours(1), HttpStatusCode.BadRequest);
        // Before it was approved.
        await FileAsync(time.GetUtcNow().AddHours(-200), HttpStatusCode.BadRequest);
        Assert.Contains(Acts, await PageAsync(), StringComparison.Ordinal);
        await FileAsync(time.GetUtcNow().AddMinutes(-1), HttpStatusCode.OK);
        // Nothing is left to do: no heading says that there is.
        Assert.DoesNotContain(Acts, await PageAsync(), StringComparison.Ordinal);
        Assert.Empty(await AlarmsAsync(server));
        Assert.Equal(0, (await server.GetJsonAsync("/v1/reports/due")).GetProperty("due").GetArrayLength());
        await CheckFiledAsync(server, id, reference, receipt);
        // What is filed may have been read there: it is not taken back.
        await server.PostAsync(
            $"/v1/reports/{id}/withdrawal",
            new { reason = "Too late." },
            HttpStatusCode.Conflict
        );
        await CheckClockAsync(server, time, reference);

        Task<string> PageAsync() => server.Client.GetStringAsync(ReportWork.Page(id));

        Task FileAsync(DateTimeOffset filedAt, HttpStatusCode expected) =>
            server.PostAsync(
                $"/v1/reports/{id}/receipt",
                new
                {
                    bytes = receipt,
                    filedAt,
                    remoteId = "P-17/2026",
                },
                expected
            );
    }

    /// <summary>What was never built of these bytes cannot have been given to anybody.</summary>
    private static async Task CheckPackageAsync(TestServer server, Guid id)
    {
        await RefusedAsync();
        await server.BuiltAsync(id, SHA256.HashData([1]));
        await RefusedAsync();
        await server.BuiltAsync(id, of: null, daysAgo: 30);
        await RefusedAsync();
        await server.BuiltAsync(id);

        async Task RefusedAsync()
        {
            var refused = await server.PostAsync(
                $"/v1/reports/{id}/handover",
                new { },
                HttpStatusCode.Conflict
            );
            Assert.Equal("no_package", refused.Text("code"));
            Assert.Contains(
                $"/console/destinations/packages/{id}",
                refused.Text("detail"),
                StringComparison.Ordinal
            );
        }
    }

    private static async Task CheckFiledAsync(TestServer server, Guid id, string reference, byte[] receipt)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(receipt));
        var report = (await server.GetJsonAsync($"/v1/reports/{id}")).GetProperty("report");
        Assert.Equal(("filed", sha256), (report.Text("state"), report.Text("receiptSha256")));
        Assert.Contains(
            sha256,
            Assert.Single(await server.LedgerAsync("report.filed")).ToString(),
            StringComparison.Ordinal
        );
        var (kept, told) = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                    (
                        await ReportDocuments.FindAsync(tx, id, ReportDocuments.Receipt),
                        await tx.AskAsync<CaseReportsWanted, CaseReports>(new(new CaseRef(reference)))
                    )
            );
        Assert.Equal(receipt, kept);
        Assert.Contains("P-17/2026", Assert.Single(told.Recipients), StringComparison.Ordinal);
        var figures = (await server.GetJsonAsync("/v1/reports/statistics")).GetProperty("all");
        Assert.Equal(
            (1, 1),
            (figures.GetProperty("approved").GetInt32(), figures.GetProperty("filed").GetInt32())
        );
        Assert.InRange(figures.GetProperty("minutesP95").GetDouble(), 100 * 60, 102 * 60);
    }

    /// <summary>A clock goes on for what is in no report, for an older report and for one to the test environment.</summary>
    private static async Task CheckClockAsync(TestServer server, ManualTime time, string reference)
    {
        time.Advance(TimeSpan.FromHours(1));
        await KnowAsync(server, reference, time.GetUtcNow());
        Assert.Equal(1, await DueAsync());
        // As an earlier version drafted it: a package of a real case, for the test environment.
        var test = await server.DraftAsync(reference, ReportWork.Package);
        await SetAsync("update report set environment = 'Test' where tenant = @tenant and id = @id", test);
        var real = await server.DraftAsync(reference, ReportWork.Package, ReportEnvironment.Production);
        time.Advance(TimeSpan.FromHours(1));
        await FiledAsync(test);
        Assert.Equal(1, await DueAsync());
        await SetAsync("update case_item set decided_at = @now where tenant = @tenant", real);
        await FiledAsync(real);
        // Its item was confirmed once more after it was drafted: it says it all the same.
        Assert.Equal(0, await DueAsync());
        time.Advance(TimeSpan.FromHours(1));
        await KnowAsync(server, reference, time.GetUtcNow());
        await server.ConfirmAnotherAsync(reference);
        time.Advance(TimeSpan.FromHours(1));
        await FiledAsync(real);
        // Another item was confirmed after it was drafted, and it does not say that one.
        Assert.Equal(1, await DueAsync());
        await SetAsync("update report set created_at = @now where tenant = @tenant and id = @id", real);
        Assert.Equal(0, await DueAsync());

        // Where the law of the service's place asks for another's report, a package is none.
        await server.SetAsync(CaseRouting.EstablishmentSetting, "US");
        await KnowAsync(server, reference, time.GetUtcNow());
        time.Advance(TimeSpan.FromHours(1));
        await FiledAsync(real);
        Assert.Equal(1, await DueAsync());
        await FiledAsync(await server.DraftAsync(reference, environment: ReportEnvironment.Production));
        Assert.Equal(0, await DueAsync());

        Task FiledAsync(Guid id) =>
            SetAsync(
                "update report set state = 'Filed', approved_at = @now, filed_at = @now where tenant = @tenant and id = @id",
                id
            );

        Task<int> SetAsync(string sql, Guid id) =>
            server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: true,
                    tx => tx.ExecuteAsync(sql, new { id, now = time.GetUtcNow() })
                );

        async Task<int> DueAsync()
        {
            await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
            return (await server.GetJsonAsync("/v1/reports/due")).GetProperty("due").GetArrayLength();
        }
    }

    private static Task<bool> KnowAsync(TestServer server, string reference, DateTimeOffset at) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await tx.RaiseAsync(new CaseConfirmed(new CaseRef(reference), [], at));
                    return true;
                }
            );

    private static async Task<IReadOnlyList<string>> AlarmsAsync(TestServer server)
    {
        await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
        return await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        """
                        select code from alert where tenant = @tenant and state <> 'Closed' and code like 'report_%'
                        order by code
                        """
                    )
            );
    }
}
