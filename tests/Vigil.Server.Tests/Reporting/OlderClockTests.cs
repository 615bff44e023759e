using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Clocks as earlier versions left them are put right once, before any of them rings.</summary>
public class OlderClockTests
{
    [Fact(Timeout = 180_000)]
    public async Task Clocks_that_run_for_what_is_filed_or_cleared_end_and_those_that_ended_too_early_run_again()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        await server.SetAsync("reports.goalHours", "1");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "FR");
        var (cleared, said, early, right, running, person) = (
            await OpenAsync(server, "user-1"),
            await OpenAsync(server, "user-2"),
            await OpenAsync(server, "user-3"),
            await OpenAsync(server, "user-4"),
            await OpenAsync(server, "user-5"),
            await OpenAsync(server, "user-6")
        );
        await ReopenAsync(server, cleared);
        await server.DecideAsync(cleared, "not_csam");
        var began = (await server.ClockAsync(early)).KnowledgeAt;
        var met = await server.FileAsync(said, "police", []);
        await server.FileAsync(said, "gb-nca", []);
        var police = await server.FileAsync(early, "police", []);
        await server.FileAsync(right, "police", []);
        await server.FileAsync(right, "gb-nca", []);
        Assert.Equal("Met", await server.ClockStateAsync(right));

        // As earlier versions left them.
        time.Pass(TimeSpan.FromHours(2));
        await LeaveAsync(server, cleared, "Open");
        await LeaveAsync(server, said, "Open", knowledge: time.GetUtcNow());
        await LeaveAsync(server, early, "Met", police);
        await LeaveAsync(server, person, "NoDuty");
        await ListAsync(server);
        Assert.Equal(
            ("NoDuty", "Met", "Open", "Met", "Open", "NoDuty"),
            (
                await server.ClockStateAsync(cleared),
                await server.ClockStateAsync(said),
                await server.ClockStateAsync(early),
                await server.ClockStateAsync(right),
                await server.ClockStateAsync(running),
                await server.ClockStateAsync(person)
            )
        );
        Assert.Equal(began, (await server.ClockAsync(early)).KnowledgeAt);
        Assert.NotNull((await server.ClockAsync(said)).ReportId);
        Assert.NotEqual(Guid.Empty, met);
        Assert.Contains(
            ReviewWork.Person,
            (await server.ClockAsync(cleared)).EndedBy,
            StringComparison.Ordinal
        );
        Assert.Equal(
            ((string[])[$"{early} Met Open", $"{said} Open Met"]).Order(StringComparer.Ordinal),
            (await server.LedgerAsync("report_due.put_right"))
                .Select(act =>
                    $"{act.Text("object")} {act.GetProperty("facts").Text("from")} {act.GetProperty("facts").Text("to")}"
                )
                .Order(StringComparer.Ordinal)
        );
        var looked = Assert.Single(await server.LedgerAsync("report_due.older_looked_at"));
        Assert.Equal("3", looked.GetProperty("facts").Text("changed"));
        // What rings is only what is outstanding: two cases.
        Assert.Contains(": 2,", await AlarmAsync(server), StringComparison.Ordinal);

        // Once: what changes later is no older clock.
        await LeaveAsync(server, early, "Met", police);
        Assert.Equal("Met", await server.ClockStateAsync(early));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_clock_is_left_as_it_is_whose_report_is_gone_or_cannot_be_read()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "FR");
        var (gone, broken) = (await OpenAsync(server, "user-1"), await OpenAsync(server, "user-2"));
        await server.FileAsync(gone, "police", []);
        var unread = await server.FileAsync(broken, "police", []);
        await LeaveAsync(server, gone, "Met", Guid.NewGuid());
        await LeaveAsync(server, broken, "Met", unread);
        await server.ExecuteAsync(
            "update report set draft = @draft where tenant = @tenant and id = @unread",
            new { unread, draft = new byte[64] }
        );
        await ListAsync(server);
        Assert.Equal(
            ("Met", "Met"),
            (await server.ClockStateAsync(gone), await server.ClockStateAsync(broken))
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task They_are_looked_at_in_parts_and_a_look_that_was_cut_off_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("training.required", "off");
        var reference = await OpenAsync(server, "user-1");
        // Cases that are not there any more: their clocks are left.
        for (var i = 0; i < 120; i++)
        {
            await server.ExecuteAsync(
                """
                insert into report_due (tenant, case_ref, jurisdiction, is_test, knowledge_at, goal_at, state)
                select tenant, @other, jurisdiction, is_test, knowledge_at, goal_at, 'Open' from report_due
                where tenant = @tenant and case_ref = @reference
                """,
                new { reference, other = $"VC-0000-{i:0000}-00" }
            );
        }
        await ListAsync(server);
        var actor = Actor.Machine(TenantId.Default, "reports", Permission.ReportRead);
        Assert.Equal(
            50,
            await server.Kernel().Db.ActAsync(actor, Permission.ReportRead, OlderClocks.ReadSomeAsync)
        );
        await server.ClockStateAsync(reference);
        Assert.Equal(
            ["50", "50", "21"],
            (await server.LedgerAsync("report_due.older_looked_at")).Select(act =>
                act.GetProperty("facts").Text("clocks")
            )
        );
    }

    private static async Task<string> OpenAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account, "suspected_csam", "GB");
        await server.DecideAsync(reference);
        return reference;
    }

    private static Task<JsonElement> ReopenAsync(TestServer server, string reference) =>
        server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );

    private static Task<int> LeaveAsync(
        TestServer server,
        string reference,
        string state,
        Guid? report = null,
        DateTimeOffset? knowledge = null
    ) =>
        server.SystemAsync(tx =>
            tx.ExecuteAsync(
                """
                update report_due set state = @state, report_id = @report, ended_by = null, reason = null,
                    ended_at = case when @state = 'Open' then null else knowledge_at end,
                    knowledge_at = coalesce(@knowledge, knowledge_at)
                where tenant = @tenant and case_ref = @reference
                """,
                new
                {
                    reference,
                    state,
                    report,
                    knowledge,
                }
            )
        );

    /// <summary>As migration 0023 does.</summary>
    private static Task<int> ListAsync(TestServer server) =>
        server.SystemAsync(tx =>
            tx.ExecuteAsync(
                """
                insert into report_due_unread (tenant, case_ref)
                select tenant, case_ref from report_due
                where tenant = @tenant and state in ('Open', 'Met') and not is_test
                """
            )
        );

    private static Task<string?> AlarmAsync(TestServer server) =>
        server.SystemAsync(tx =>
            tx.FindAsync<string>(
                "select text from alert where tenant = @tenant and code = 'report_goal_missed' and state <> 'Closed'"
            )
        );
}
