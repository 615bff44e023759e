using System.Net;
using System.Security.Cryptography;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;
using static Vigil.Server.Tests.Preservation.ContentWork;

namespace Vigil.Server.Tests.Preservation;

public class HeldApiTests
{
    [Fact(Timeout = 120_000)]
    public async Task Holds_are_placed_listed_and_lifted_with_their_reasons_and_each_request_once()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var wanted = HoldOn(new { caseRef = reference.Value });
        var placed = await server.PostAsync("/v1/holds", wanted, HttpStatusCode.Created, "key-1");
        var again = await server.PostAsync("/v1/holds", wanted, HttpStatusCode.Created, "key-1");
        Assert.Equal(placed.GetProperty("holdId").GetGuid(), again.GetProperty("holdId").GetGuid());
        var listed = Assert.Single(
            (await server.GetJsonAsync("/v1/holds")).GetProperty("holds").EnumerateArray()
        );
        Assert.Equal(
            ("legal", "active", "Order 12 of a court"),
            (listed.Text("kind"), listed.Text("state"), listed.Text("authority"))
        );
        var id = placed.GetProperty("holdId").GetGuid();
        var refusal = await server.PostAsync(
            $"/v1/holds/{id}/lift",
            new { reason = "" },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("missing", refusal.Text("code"));

        // What stands in the ledger names neither the account nor its post, wherever a hold has words.
        foreach (
            var (path, body) in new (string, object)[]
            {
                ($"/v1/holds/{id}/lift", new { reason = "User-1 settled." }),
                ("/v1/holds", HoldOn(new { caseRef = reference.Value }, authority: "Of user-1")),
                ("/v1/holds", HoldOn(new { caseRef = reference.Value }, reason: "About POST/4711")),
            }
        )
        {
            var named = await server.PostAsync(path, body, HttpStatusCode.BadRequest);
            Assert.Equal("reason_names_somebody", named.Text("code"));
        }

        await server.PostAsync($"/v1/holds/{id}/lift", new { reason = "Settled." });

        Assert.Empty((await server.GetJsonAsync("/v1/holds")).GetProperty("holds").EnumerateArray());
        var lifted = Assert.Single(
            (await server.GetJsonAsync("/v1/holds?state=all")).GetProperty("holds").EnumerateArray()
        );
        Assert.Equal(("lifted", "Settled."), (lifted.Text("state"), lifted.Text("liftReason")));
        Assert.Single(await server.LedgerAsync("hold.lifted"));
        foreach (
            var (bad, code) in new (object, string)[]
            {
                (
                    new
                    {
                        kind = "preservation",
                        caseRef = reference.Value,
                        authority = "a",
                        reason = "b",
                    },
                    "bad_kind"
                ),
                (
                    new
                    {
                        kind = "legal",
                        authority = "a",
                        reason = "b",
                    },
                    "nothing_to_hold"
                ),
                (
                    new
                    {
                        kind = "legal",
                        caseRef = reference.Value,
                        reason = "b",
                    },
                    "missing"
                ),
                (
                    new
                    {
                        kind = "legal",
                        caseRef = reference.Value,
                        authority = "a",
                        reason = "b",
                        expiresAt = "2020-01-01T00:00:00Z",
                    },
                    "expiry_over"
                ),
            }
        )
        {
            var problem = await server.PostAsync("/v1/holds", bad, HttpStatusCode.BadRequest);
            Assert.Equal(code, problem.Text("code"));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_tenant_that_holds_contents_is_not_destroyed()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var other = await server.KnownAsync(made.Text("firstKey"));
        var flag = await server.PostAsync(
            "/v1/flags",
            new
            {
                account = "user-1",
                surface = "comment",
                reason = "csam",
            },
            HttpStatusCode.Accepted,
            client: other
        );
        using var brought = await SendAsync(
            other,
            new CaseRef(flag.Text("caseRef")),
            Jpeg,
            SHA256.HashData(Jpeg),
            null
        );
        Assert.Equal(HttpStatusCode.Created, brought.StatusCode);
        var tenants = server.Kernel().Tenants;
        var (asker, second) = (Admin("person:asker"), Admin("person:second"));
        await tenants.SuspendAsync(asker, new TenantId("acme"), "A test.");
        var asked = await tenants.RequestDestructionAsync(asker, new TenantId("acme"), "A test.");
        time.Pass(TimeSpan.FromHours(25));
        var refusal = await Assert.ThrowsAsync<TenantException>(() =>
            tenants.DestroyAsync(second, new TenantId("acme"), asked.Read)
        );
        Assert.Equal("contents_held", refusal.Code);

        // A suspended tenant's contents go when they are due; then it can end.
        time.Pass(TimeSpan.FromDays(5));
        await tenants.WithdrawDestructionAsync(second, new TenantId("acme"), "Later.");
        time.Pass(TimeSpan.FromDays(26));
        await server.Kernel().Retention.SweepAsync(new TenantId("acme"));
        asked = await tenants.RequestDestructionAsync(asker, new TenantId("acme"), "A test.");
        time.Pass(TimeSpan.FromHours(25));
        await tenants.DestroyAsync(second, new TenantId("acme"), asked.Read);
        Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "locker", "acme")));
    }

    [Fact(Timeout = 120_000)]
    public async Task Pages_say_what_is_held_why_and_until_when_and_who_may_not_sees_none()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        await BringAsync(server, reference, Jpeg, HttpStatusCode.Created);
        await server.PostAsync(
            "/v1/holds",
            HoldOn(new { caseRef = reference.Value }),
            HttpStatusCode.Created
        );

        var held = await server.Client.GetStringAsync("/console/held");

        Assert.Contains(reference.Value, held, StringComparison.Ordinal);
        Assert.Contains("Order 12 of a court", held, StringComparison.Ordinal);
        Assert.Contains("until a hold is lifted", held, StringComparison.Ordinal);
        Assert.Contains("Ask a second person", held, StringComparison.Ordinal);
        Assert.Contains(
            "Lift the hold",
            await server.Client.GetStringAsync("/console/holds"),
            StringComparison.Ordinal
        );
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var custodian = await ConsoleUser.InviteAsync(server, "cus.todian", "custodian");
        Assert.Contains(
            "Contents held",
            (await custodian.GetAsync("/console")).Text,
            StringComparison.Ordinal
        );
        using var scanner = await server.ClientOfAsync(Scope.Scan);
        foreach (
            var path in new[]
            {
                "/v1/holds",
                "/v1/contents",
                "/v1/retention",
                "/console/held",
                "/console/holds",
            }
        )
        {
            using var answer = await scanner.GetAsync(path);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static Actor Admin(string name) =>
        new(TenantId.Default, ActorKind.Person, name, new HashSet<Permission> { Permission.SettingsWrite });
}
