using Microsoft.Extensions.Logging.Abstractions;
using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>What is broken in one tenant ends no round: those behind it are looked at.</summary>
public class OneTenantTests
{
    private static readonly TenantId Acme = new("acme");

    [Fact(Timeout = 120_000)]
    public async Task What_waits_too_long_rings_behind_a_tenant_that_cannot_be_looked_at()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var acme = await server.TenantAsync("acme");
        await server.OpenInAsync(acme, "user-1");
        await BreakAsync(
            server,
            """
            insert into case_audit (tenant, item_id, decided_by, verdict, state, drawn_at)
            select tenant, id, 'person:x', 'Confirmed', 'Waiting', @never from case_item where tenant = @tenant
            """
        );
        await server.SetAsync("cases.auditPercent", "100");
        await server.DecideAsync(await server.OpenAsync("user-1"));
        time.Advance(TimeSpan.FromHours(73));
        using var watch = new WatchWaiting(server.Kernel(), NullLogger<WatchWaiting>.Instance);
        await Assert.ThrowsAnyAsync<Exception>(() =>
            watch.RunAsync(Acme, TestContext.Current.CancellationToken)
        );

        await watch.RoundAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["audit_overdue 1"], await AssignedTests.AlarmsAsync(server));
    }

    [Fact(Timeout = 180_000)]
    public async Task Decisions_leave_behind_a_tenant_whose_decisions_cannot_be_read()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var acme = await server.TenantAsync("acme", undoSeconds: 300);
        await server.DecideAsync(await server.OpenInAsync(acme, "user-1"), "not_csam", client: acme);
        await server.SetAsync("cases.undoSeconds", "300");
        var reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference, "not_csam");
        await BreakAsync(server, "update case_effect set due_at = @never where tenant = @tenant");

        // Another process: it took none of the decisions itself.
        await server.RestartAsync();
        time.Advance(TimeSpan.FromSeconds(301));

        await TestServer.EventuallyAsync(
            async () => (await server.OutboxAsync(reference)).Contains("case.decided") ? "" : null,
            "the decision is told",
            deadlineSeconds: 60
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Alarms_are_told_behind_one_of_a_tenant_that_cannot_be_read()
    {
        await using var server = await TestServer.StartAsync();
        using var acme = await server.TenantAsync("acme");
        await BreakAsync(
            server,
            """
            insert into alert (tenant, id, code, about, severity, text, state, count, first_at, last_at, told, tell_at)
            values (@tenant, @id, 'broken', '', 'Notice', 'Broken.', 'Open', 1, @never, @never, 0, 0)
            """
        );

        await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    await tx.RaiseAlarmAsync(new Alarm("whole", AlarmSeverity.Notice, "Whole."));
                    return true;
                },
                TenantId.Default
            );

        await TestServer.EventuallyAsync(
            async () => (await ToldAsync(server)).Contains("whole 1") ? "" : null,
            "the alarm behind it is told"
        );
        Assert.Contains("broken 0", await ToldAsync(server));
    }

    private static Task<IReadOnlyList<string>> ToldAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<string>("select code || ' ' || told from alert")
            );

    /// <summary>A time in a row of acme that is none: whoever reads it fails.</summary>
    private static async Task BreakAsync(TestServer server, string sql) =>
        Assert.Equal(
            1,
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: true,
                    tx => tx.ExecuteAsync(sql, new { id = tx.NewId(), never = long.MaxValue }),
                    Acme
                )
        );
}
