using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.People;

public partial class TwoAdminsTests
{
    private const string People = "/console/people";

    [Fact(Timeout = 60_000)]
    public async Task From_the_second_account_on_an_invitation_takes_two_admins()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        // The first admin alone, as long as nobody else is here.
        var first = await admin.PostAsync(People, $"{People}/invite", ("role", "Admin"));
        using var second = new ConsoleUser(server);
        await second.JoinAsync(
            Code().Match(first.Text).Groups["code"].Value,
            "second.admin",
            "Grace Example"
        );

        var asked = await admin.PostAsync(People, $"{People}/invite", ("role", "Reviewer"));
        Assert.Equal($"{People}?notice=second_admin", asked.Location);
        var own = await admin.PostAsync(People, $"{People}/confirm");
        Assert.Equal(HttpStatusCode.Conflict, own.Status);
        Assert.Contains("second person", own.Text, StringComparison.Ordinal);
        var confirmed = await second.PostAsync(People, $"{People}/confirm");
        var code = Code().Match(confirmed.Text).Groups["code"].Value;
        using var reviewer = new ConsoleUser(server);
        await reviewer.JoinAsync(code, "a.reviewer", "Grace Example");

        Assert.True(await reviewer.IsInsideAsync());
        Assert.Single(await server.LedgerAsync("invitation.asked_for"));
        Assert.Single(await server.LedgerAsync("invitation.confirmed"));
        var alarms = await server.GetJsonAsync("/v1/alarms");
        Assert.Contains(
            alarms.GetProperty("alarms").EnumerateArray(),
            alarm => alarm.Text("code") == "second_person_requested"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_withdrawn_cannot_be_confirmed()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        await admin.PostAsync(People, $"{People}/invite", ("role", "Reviewer"));
        var page = (await second.GetAsync(People)).Text;
        await admin.PostAsync(People, $"{People}/withdraw");

        var late = await second.SendAsync($"{People}/confirm", page);

        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("nothing_requested", late.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task In_solo_mode_the_second_admin_is_a_day_over_the_api_too()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: o => o with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "auditor");
        using var put = ConsoleUser.JsonContent(new { on = true, reason = "We are one." });
        using var _ = await server.Client.PutAsync("/v1/installation/solo-mode", put);

        var asked = await server.PostAsync(
            "/v1/people/invitations",
            new { roles = new[] { "reviewer" } },
            HttpStatusCode.Created
        );
        Assert.Equal(System.Text.Json.JsonValueKind.Null, asked.GetProperty("code").ValueKind);
        var path = $"/v1/people/invitations/{asked.GetProperty("id").GetGuid()}/confirm";
        var confirm = new { read = asked.Text("read") };
        var early = await server.PostAsync(path, confirm, HttpStatusCode.Conflict);
        Assert.Equal("not_ripe", early.Text("code"));
        time.Advance(TimeSpan.FromHours(24.1));
        var unread = await server.PostAsync(path, new { }, HttpStatusCode.Conflict);
        Assert.Equal("read_missing", unread.Text("code"));
        var made = await server.PostAsync(path, confirm);

        using var reviewer = new ConsoleUser(server);
        await reviewer.JoinAsync(made.Text("code"), "a.reviewer", "Grace Example");
        Assert.True(await reviewer.IsInsideAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Roles_that_must_not_meet_are_refused_and_solo_mode_lets_one_be_admin_and_reviewer()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        foreach (
            var roles in (string[][])
                [
                    ["admin", "reviewer"],
                    ["vendor_reviewer", "on_call"],
                    ["auditor", "list_steward"],
                ]
        )
        {
            var refused = await server.PostAsync(
                "/v1/people/invitations",
                new { roles },
                HttpStatusCode.UnprocessableEntity
            );
            Assert.Equal("roles_conflict", refused.Text("code"));
        }
        await server.PostAsync(
            "/v1/people/invitations",
            new { roles = new[] { "admin", "list_steward" } },
            HttpStatusCode.Created
        );
        using var put = ConsoleUser.JsonContent(new { on = true, reason = "We are one." });
        using var _ = await server.Client.PutAsync("/v1/installation/solo-mode", put);
        await server.PostAsync(
            "/v1/people/invitations",
            new { roles = new[] { "admin", "reviewer", "filing_officer" } },
            HttpStatusCode.Created
        );
    }

    [GeneratedRegex("secret\">(?<code>[a-z0-9-]{23})<")]
    private static partial Regex Code();
}
