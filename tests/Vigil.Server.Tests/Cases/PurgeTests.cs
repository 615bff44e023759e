using System.Net;
using Vigil.Server.Features.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What holds up the purge of a cleared person, and what does not.</summary>
public class PurgeTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_sample_a_broken_case_and_an_everyday_word_hold_up_nobody_elses_purge()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        // The oldest: a sample that its person answered, then a case of which something fails.
        var sample = await ClearedAsync(server, "sample-1");
        await server.ExecuteAsync(
            "update case_file set gold_for = 'person:x' where tenant = @tenant and ref = @sample",
            new { sample }
        );
        var broken = await ClearedAsync(server, "broken-1");
        // Called as a word of what the machine says.
        var named = await ClearedAsync(server, "time");
        using var zeta = await server.TenantAsync("zeta");
        var other = await server.OpenInAsync(zeta, "user-1");
        await server.DecideAsync(other, "not_csam", client: zeta);
        var isBroken = true;
        server
            .Kernel()
            .Reactions.On<CaseCleared>(
                (_, cleared) =>
                    isBroken && cleared.Case.Value == broken
                        ? throw new InvalidOperationException("A test.")
                        : Task.CompletedTask
            );
        time.Advance(TimeSpan.FromDays(31));
        using var purge = Purging.Of(server);
        var stop = TestContext.Current.CancellationToken;

        await purge.RoundAsync(stop);

        Assert.Equal(InOrder(named, other), await server.PurgedAsync());
        await purge.RoundAsync(stop);
        Assert.DoesNotContain("purge_stuck", await server.OpenAlarmsAsync());
        await purge.RoundAsync(stop);
        Assert.Single(await server.OpenAlarmsAsync(), code => code == "purge_stuck");
        isBroken = false;
        await purge.RoundAsync(stop);
        Assert.Equal(InOrder(named, other, broken), await server.PurgedAsync());
        Assert.DoesNotContain("purge_stuck", await server.OpenAlarmsAsync());
        var acts = await server.LedgerAsync("case.purged");
        Assert.All(acts, act => Assert.Equal("machine:purge", act.Text("actor")));
    }

    [Fact(Timeout = 180_000)]
    public async Task Files_of_no_item_go_with_the_last_item_that_is_cleared_also_where_an_earlier_version_kept_them()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        await server.SetAsync("cases.purgeDays", "10");
        await server.SetAsync("cases.auditPercent", "0");
        var reference = await server.OpenInAsync(server.Client, "user-1");
        Assert.Equal(reference, await server.OpenInAsync(server.Client, "user-1"));
        await BringAndClearOneAsync(server, reference);
        Assert.Equal(1, await server.PreservedAsync(reference));

        await server.DecideAsync(reference, "not_csam");

        Assert.Equal(0, await server.PreservedAsync(reference));
        // As earlier versions left it.
        await server.ExecuteAsync(
            """
            update content_hold set lifted_at = null, lifted_by = null, lift_reason = null
            where tenant = @tenant and kind = 'Preservation'
            """
        );
        time.Advance(TimeSpan.FromDays(11));
        await Purging.RoundAsync(server);
        Assert.Equal(0, await server.PreservedAsync(reference));
        Assert.Equal([reference], await server.PurgedAsync());
        Assert.Equal(2, (await server.LedgerAsync("hold.lifted")).Count);
    }

    [Fact(Timeout = 180_000)]
    public async Task Nothing_is_released_while_a_part_of_the_finding_can_be_undone()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo, canUndo: true);
        await server.SetAsync("cases.undoSeconds", "300");
        await server.SetAsync("cases.auditPercent", "0");
        var reference = await server.OpenInAsync(server.Client, "user-1");
        await server.OpenInAsync(server.Client, "user-1");
        await BringAndClearOneAsync(server, reference);
        await server.DecideAsync(reference, "not_csam");

        // The first of two leaves.
        await LeaveOldestAsync(server);
        Assert.Equal(1, await server.PreservedAsync(reference));
        await LeaveOldestAsync(server);
        Assert.Equal(0, await server.PreservedAsync(reference));
    }

    /// <summary>A file of no item, and one of the case's two items cleared.</summary>
    private static async Task BringAndClearOneAsync(TestServer server, string reference)
    {
        await ContentWork.BringAsync(
            server,
            new CaseRef(reference),
            ContentWork.Jpeg,
            HttpStatusCode.Created
        );
        await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "not_csam",
                reason = ReviewWork.Why,
                items = new[] { await server.ItemAsync(reference) },
                person = ReviewWork.Person,
            }
        );
    }

    private static Task<bool> LeaveOldestAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    var id = await tx.FindAsync<Guid>(
                        "select id from case_effect where tenant = @tenant order by at, id limit 1"
                    );
                    return await DecisionEffects.LeaveAsync(tx, id);
                }
            );

    private static async Task<string> ClearedAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account);
        await server.DecideAsync(reference, "not_csam");
        return reference;
    }

    private static IEnumerable<string> InOrder(params string[] references) =>
        references.Order(StringComparer.Ordinal);
}
