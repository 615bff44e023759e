using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

public class SessionTests
{
    private static readonly Actor Tester = Actor.Machine(TenantId.Default, "test", Permission.PeopleManage);

    [Fact(Timeout = 60_000)]
    public async Task A_revoked_session_is_out_within_five_seconds_also_where_another_process_revoked_it()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        Assert.True(await admin.IsInsideAsync());
        var db = (Db)server.Server.Services.GetService(typeof(Db))!;

        // Round the page that would make this process look again at once.
        await db.ActAsync(
            Tester,
            Permission.PeopleManage,
            async tx =>
            {
                var person = (await Vigil.Trust.People.ListAsync(tx)).Single();
                var session = (await Sessions.ListAsync(tx, person.Id)).Single();
                return await Sessions.RevokeAsync(tx, session.Id);
            }
        );
        await TestServer.EventuallyAsync(
            async () => await admin.IsInsideAsync() ? null : "out",
            "the session is refused",
            deadlineSeconds: 5
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_ends_when_it_is_not_used_and_after_eight_hours_in_any_case()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);

        // In use all the time, it lasts until the eighth hour.
        for (var hour = 0.0; hour < 7.8; hour += 0.2)
        {
            Assert.True(await admin.IsInsideAsync());
            time.Forward(TimeSpan.FromHours(0.2));
        }
        time.Forward(TimeSpan.FromHours(0.2));
        Assert.False(await admin.IsInsideAsync());

        Assert.Equal(HttpStatusCode.Found, (await admin.SignInAsync()).Status);
        time.Forward(TimeSpan.FromMinutes(14));
        Assert.True(await admin.IsInsideAsync());
        time.Forward(TimeSpan.FromMinutes(15.5));
        Assert.False(await admin.IsInsideAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Signing_out_ends_the_session_and_tells_the_browser_to_forget()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var stolen = admin.Cookies.GetCookies(server.Address).ToList();

        var left = await admin.PostAsync("/console", "/console/sign-out");
        Assert.Equal(HttpStatusCode.Found, left.Status);
        Assert.Contains(
            "cookies",
            left.Raw.Headers.GetValues("Clear-Site-Data").Single(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "\"cache\", \"cookies\", \"storage\"",
            left.Raw.Headers.GetValues("Clear-Site-Data").Single()
        );
        // Everything that the browser had, played again.
        using var thief = new ConsoleUser(server);
        stolen.ForEach(cookie => thief.Cookies.Add(server.Address, new Cookie(cookie.Name, cookie.Value)));
        Assert.False(await thief.IsInsideAsync());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, ConsoleUser.Agent)]
    [InlineData(true, "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0")]
    [InlineData(true, "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0")]
    [InlineData(true, "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")]
    [InlineData(true, "curl/8.5.0")]
    [InlineData(false, "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0")]
    public async Task A_cookie_in_another_browser_opens_nothing_and_ends_the_session(
        bool hasBrowserCookie,
        string agent
    )
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var cookies = admin.Cookies.GetCookies(server.Address);
        using var thief = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }
        )
        {
            BaseAddress = server.Address,
        };
        thief.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        thief.DefaultRequestHeaders.Add(
            "Cookie",
            $"vigil-session={cookies["vigil-session"]!.Value}"
                + (hasBrowserCookie ? $"; vigil-browser={cookies["vigil-browser"]!.Value}" : "")
        );
        Assert.True(await admin.IsInsideAsync());

        using var refused = await thief.GetAsync("/console");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.False(await admin.IsInsideAsync());
        var alarms = await TestServer.JsonOf(await server.Client.GetAsync("/v1/alarms"));
        Assert.Contains(
            alarms.GetProperty("alarms").EnumerateArray(),
            alarm => alarm.GetProperty("code").GetString() == "session_used_elsewhere"
        );
        // And the owner comes in again.
        Assert.Equal(HttpStatusCode.Found, (await admin.SignInAsync(code: admin.RecoveryCodes[0])).Status);
        Assert.True(await admin.IsInsideAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_browser_that_was_brought_up_to_date_goes_on_and_alarms_nobody()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var newer = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = admin.Cookies }
        )
        {
            BaseAddress = server.Address,
        };
        newer.DefaultRequestHeaders.UserAgent.ParseAdd(
            ConsoleUser.Agent.Replace("140.0", "141.0.2", StringComparison.Ordinal)
        );

        using var shown = await newer.GetAsync("/console");

        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.True(await admin.IsInsideAsync());
        Assert.Empty(await server.LedgerAsync("session.used_elsewhere"));
    }

    [Theory]
    [InlineData("Mozilla/5.0 Gecko/20100101 Firefox/140.0", "Mozilla/5.0 Gecko/20100101 Firefox/152.0", true)]
    [InlineData("Mozilla/5.0 (Linux) Chrome/140.0 OPR/9.1", "Mozilla/5.0 (Linux) Chrome/140.0", false)]
    [InlineData("Some/1.2 (Plan 9)", "Some/1.3 (Plan 9)", true)]
    [InlineData("Some/1.2 (Plan 9)", "Other/1.2 (Plan 9)", false)]
    [InlineData("", "Some/1.2", false)]
    public void What_a_session_is_bound_to_is_the_kind_of_browser(string one, string other, bool isSame) =>
        Assert.Equal(
            isSame,
            Vigil
                .Server.Ui.Browser.DigestOf("c", one)
                .SequenceEqual(Vigil.Server.Ui.Browser.DigestOf("c", other))
        );

    [Fact(Timeout = 60_000)]
    public async Task Signing_in_again_gives_another_session_and_ends_the_one_before()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        var before = admin.Cookies.GetCookies(server.Address).ToList();
        // An idle session shows the sign-in page, and its cookie is still sent.
        time.Forward(TimeSpan.FromMinutes(16));
        await admin.SignInAsync();
        var after = admin.Cookies.GetCookies(server.Address)["vigil-session"]!.Value;

        Assert.DoesNotContain(before, cookie => cookie.Value == after);
        using var thief = new ConsoleUser(server);
        before.ForEach(cookie => thief.Cookies.Add(server.Address, new Cookie(cookie.Name, cookie.Value)));
        Assert.False(await thief.IsInsideAsync());
        Assert.True(await admin.IsInsideAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_opens_the_console_only_never_the_api()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);

        var api = await admin.GetAsync("/v1/keys");
        Assert.Equal(HttpStatusCode.Unauthorized, api.Status);
        Assert.Contains("not_authenticated", api.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_browser_without_a_session_is_sent_to_sign_in_and_back_but_never_elsewhere()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var stranger = new ConsoleUser(server);

        var sent = await stranger.GetAsync("/console/ledger?action=list.");
        Assert.Equal(HttpStatusCode.Found, sent.Status);
        Assert.Equal("/console/sign-in?return=%2Fconsole%2Fledger%3Faction%3Dlist.", sent.Location);
        foreach (
            var evil in (string[])
                [
                    "//evil.example",
                    "https://evil.example",
                    "/console/\\evil",
                    "/consoleevil",
                    "/console//evil.example",
                ]
        )
        {
            var page = await admin.GetAsync($"/console/sign-in?return={Uri.EscapeDataString(evil)}");
            Assert.Equal("/console", page.Location);
        }
        Assert.Equal(
            "/console/keys",
            (await admin.GetAsync("/console/sign-in?return=%2Fconsole%2Fkeys")).Location
        );
        using var program = server.ClientWith(null);
        using var refused = await program.GetAsync("/console/keys");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_sixth_session_ends_the_oldest()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        for (var number = 0; number < PeopleLimits.MaxSessionsEach; number++)
        {
            time.Forward(TimeSpan.FromSeconds(60));
            using var elsewhere = new ConsoleUser(server);
            Assert.Equal(
                HttpStatusCode.Found,
                (await elsewhere.SignInAsync(admin.UserName, code: admin.CodeNow())).Status
            );
        }
        Assert.False(await admin.IsInsideAsync());
    }
}
