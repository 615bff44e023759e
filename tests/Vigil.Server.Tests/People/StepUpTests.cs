using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.People;

public class StepUpTests
{
    private static readonly (string, string)[] Setting = [("name", "scan.onFailure"), ("value", "open")];

    [Fact(Timeout = 60_000)]
    public async Task After_a_quarter_of_an_hour_a_sensitive_act_asks_who_it_is_and_then_goes_on()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        await StayAsync(admin, time, TimeSpan.FromMinutes(16));
        var before = admin.Cookies.GetCookies(server.Address)["vigil-session"]!.Value;

        var asked = await admin.PostAsync("/console/settings", "/console/settings", Setting);
        Assert.Equal(HttpStatusCode.Forbidden, asked.Status);
        Assert.Contains("Verify that it is you", asked.Text, StringComparison.Ordinal);
        Assert.Empty(await server.LedgerAsync("setting.changed"));

        var wrong = await admin.SendAsync(
            "/console/verify",
            asked.Text,
            ("password", "not this"),
            ("code", "1")
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        var verified = await admin.SendAsync(
            "/console/verify",
            asked.Text,
            ("password", ConsoleUser.Password),
            ("code", admin.CodeNow())
        );
        Assert.Contains("was not done yet", verified.Text, StringComparison.Ordinal);
        Assert.Empty(await server.LedgerAsync("setting.changed"));
        var done = await admin.SendAsync("/console/settings", verified.Text);

        Assert.StartsWith("/console/settings?saved=", done.Location, StringComparison.Ordinal);
        Assert.Single(await server.LedgerAsync("setting.changed"));
        Assert.Single(await server.LedgerAsync("session.verified"));
        // The cookie of before is worth nothing.
        var after = admin.Cookies.GetCookies(server.Address)["vigil-session"]!.Value;
        Assert.NotEqual(before, after);
        admin.Cookies.Add(server.Address, new Cookie("vigil-session", before));
        Assert.False(await admin.IsInsideAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_says_first_and_leads_back_to_itself()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        await StayAsync(admin, time, TimeSpan.FromMinutes(16));

        var account = await admin.GetAsync("/console/account");
        Assert.Contains(
            "/console/verify?return=%2Fconsole%2Faccount",
            account.Text,
            StringComparison.Ordinal
        );
        var done = await admin.PostAsync(
            "/console/verify?return=%2Fconsole%2Faccount",
            "/console/verify",
            ("password", ConsoleUser.Password),
            ("code", admin.CodeNow())
        );
        Assert.Equal("/console/account", done.Location);
        Assert.DoesNotContain(
            "your last proof is too long ago",
            (await admin.GetAsync("/console/account")).Text,
            StringComparison.Ordinal
        );
        var away = await admin.GetAsync("/console/verify?return=https%3A%2F%2Fevil.example");
        Assert.DoesNotContain("evil.example", away.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_setting_says_for_how_long_and_reading_is_never_asked_for()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        await admin.PostAsync(
            "/console/settings",
            "/console/settings",
            ("name", "session.stepUpMinutes"),
            ("value", "2")
        );
        time.Forward(TimeSpan.FromMinutes(3));

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/console/people")).Status);
        var asked = await admin.PostAsync("/console/settings", "/console/settings", Setting);
        Assert.Equal(HttpStatusCode.Forbidden, asked.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_kept_form_cannot_be_altered()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        await StayAsync(admin, time, TimeSpan.FromMinutes(16));
        var asked = await admin.PostAsync("/console/settings", "/console/settings", Setting);

        var altered = await admin.SendAsync(
            "/console/verify",
            asked.Text,
            ("ticket", "AAAA"),
            ("password", ConsoleUser.Password),
            ("code", admin.CodeNow())
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, altered.Status);
        Assert.Empty(await server.LedgerAsync("setting.changed"));
    }

    /// <summary>In use all the time, so that the session lasts.</summary>
    private static async Task StayAsync(ConsoleUser user, ShiftedTime time, TimeSpan howLong)
    {
        for (var gone = TimeSpan.Zero; gone < howLong; gone += TimeSpan.FromMinutes(4))
        {
            Assert.True(await user.IsInsideAsync());
            time.Forward(TimeSpan.FromMinutes(4));
        }
        Assert.True(await user.IsInsideAsync());
    }
}
