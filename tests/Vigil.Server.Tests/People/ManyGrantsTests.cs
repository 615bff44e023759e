using System.Net;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>What somebody inside fences may see is asked by the database, however much it is.</summary>
public class ManyGrantsTests
{
    private static readonly Actor Lead = Actor.Machine(TenantId.Default, "test", Permission.CaseAssign);

    [Fact(Timeout = 120_000)]
    public async Task Over_a_thousand_grants_are_a_queue_like_any_other()
    {
        await using var server = await TestServer.StartAsync();
        var entry = new EntryKey(Guid.NewGuid(), Guid.NewGuid());
        var granted = await server.MatchAsync(entry, account: "a");
        var other = await server.MatchAsync(entry, account: "b");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");
        await GrantAsync(server, [granted, .. Enumerable.Range(0, 1100).Select(_ => CaseRef.New().Value)]);

        var queue = await vendor.GetAsync("/console/cases");

        Assert.Equal(HttpStatusCode.OK, queue.Status);
        Assert.Contains(granted, queue.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(other, queue.Text, StringComparison.Ordinal);
        // Both are of one entry: a stack of what they see alone is none.
        Assert.Empty((await AsVendorAsync(server, CaseStacks.ListAsync)).Stacks);
        await GrantAsync(server, [other]);
        Assert.Equal(2, Assert.Single((await AsVendorAsync(server, CaseStacks.ListAsync)).Stacks).Items);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_others_wait_for_is_on_no_list_of_who_may_not_see_the_case()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var (granted, other) = (await server.OpenAsync("a"), await server.OpenAsync("b"));
        await server.DecideAsync(granted);
        await server.DecideAsync(other);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");
        await GrantAsync(server, [granted]);

        var audits = await AsVendorAsync(server, tx => DrawAudits.ListAsync(tx));
        Assert.Equal(granted, Assert.Single(audits.Waiting).CaseRef);
        Assert.Empty((await AsVendorAsync(server, tx => Opinions.QueueAsync(tx))).Opinions);
        Assert.Empty((await AsVendorAsync(server, tx => Appeals.ListAsync(tx))).Appeals);
        Assert.Empty((await AsVendorAsync(server, DueNotices.ListAsync)).Actions);
        Assert.Empty((await AsVendorAsync(server, DraftCorrections.ListAsync)).Corrections);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_sees_granted_cases_only_opens_none_by_hand()
    {
        await using var server = await TestServer.StartAsync();
        var hidden = (await server.HitAsync("user-1")).Value;
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");

        var refused = await vendor.PostAsync(
            "/console/cases/new",
            "/console/cases/new",
            ("account", "user-1"),
            ("text", "Something."),
            ("reason", "Seen by chance.")
        );

        Assert.Equal((HttpStatusCode.Conflict, "inside_fences"), (refused.Status, refused.Code));
        Assert.DoesNotContain(hidden, refused.Text, StringComparison.Ordinal);
        Assert.Single((await server.FileAsync(hidden)).GetProperty("items").EnumerateArray());
    }

    private static Task<int> GrantAsync(TestServer server, IReadOnlyList<string> references) =>
        server
            .Kernel()
            .Db.ActAsync(
                Lead,
                Permission.CaseAssign,
                async tx =>
                {
                    foreach (var reference in references)
                    {
                        await CaseGrants.GiveAsync(
                            tx,
                            reference,
                            "vendor-reviewer-2",
                            tx.Now.AddDays(1),
                            "Their part"
                        );
                    }
                    return references.Count;
                }
            );

    private static async Task<T> AsVendorAsync<T>(TestServer server, Func<Tx, Task<T>> work)
    {
        var db = server.Kernel().Db;
        var person = await db.SystemAsync(
            "test",
            isWrite: false,
            tx => Vigil.Trust.People.FindByPseudonymAsync(tx, "vendor-reviewer-2"),
            TenantId.Default
        );
        var actor = new Actor(
            TenantId.Default,
            ActorKind.Person,
            "person:vendor-reviewer-2",
            Grants.Of(person.Roles)
        )
        {
            Fence = new CaseFence(person.Id, null),
        };
        return await db.ReadAsync(actor, Permission.CaseRead, work);
    }
}
