using Microsoft.Playwright;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Browser.Tests;

public class SignInTests(Browser browser) : IClassFixture<Browser>
{
    [Fact(Timeout = 120_000)]
    public async Task The_first_admin_sets_up_with_a_passkey_and_signs_in_with_it()
    {
        await using var server = await TestServer.StartAsync();
        await using var window = await browser.OpenAsync(server);
        await window.AddAuthenticatorAsync();
        var page = window.Page;

        await window.GoAsync("/console/setup");
        await window.KeepPictureAsync("setup");
        await page.FillAsync("#code", server.Server.SetupCode!);
        await page.ClickAsync("button:has-text('Go on')");
        await window.KeepPictureAsync("setup-choose");
        await page.FillAsync("#passkey-userName", "first.admin");
        await page.FillAsync("#passkey-displayName", "Ada Example");
        await page.ClickAsync("text=Go on with a passkey");
        await window.ReachAsync("/console?notice=welcome");
        Assert.Equal("Home", await page.InnerTextAsync("h1"));

        await page.ClickAsync("summary:has-text('Ada Example')");
        await window.KeepPictureAsync("account-menu");
        await page.ClickAsync("text=Sign out");
        await window.ReachAsync("/console/sign-in*");
        Assert.Contains("You are signed out", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        await window.GoAsync("/console/ledger");
        await page.ClickAsync("text=Sign in with a passkey");
        await window.ReachAsync("/console/ledger");
        Assert.Contains("session.began", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Contains("passkey", await page.InnerTextAsync("main"), StringComparison.Ordinal);
        Assert.Empty(window.Complaints);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_passkey_is_added_on_the_account_page_and_the_last_one_is_kept()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        await using var window = await browser.OpenAsync(server);
        await window.AddAuthenticatorAsync();
        await window.AdoptAsync(admin);
        var page = window.Page;

        await window.GoAsync("/console/account");
        await page.FillAsync("#name", "Key in the drawer");
        await page.ClickAsync("text=Add a passkey");
        await window.ReachAsync("/console/account?notice=created");
        Assert.Contains(
            "Key in the drawer",
            await page.InnerTextAsync("table >> nth=0"),
            StringComparison.Ordinal
        );
        // The same device has one now.
        await page.FillAsync("#name", "Again");
        await page.ClickAsync("text=Add a passkey");
        await page.WaitForSelectorAsync("text=has a passkey for this account already");
        await page.ClickAsync("button[aria-label^='Remove the passkey']");
        await window.ReachAsync("/console/account?notice=removed");
        Assert.Empty(window.Complaints);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_passkey_that_answered_once_is_not_believed_twice()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        await using var window = await browser.OpenAsync(server);
        await window.AddAuthenticatorAsync();
        await window.AdoptAsync(admin);
        var page = window.Page;
        await window.GoAsync("/console/account");
        await page.FillAsync("#name", "This device");
        await page.ClickAsync("text=Add a passkey");
        await window.ReachAsync("/console/account?notice=created");
        await window.ForgetCookiesAsync();

        string? sent = null;
        page.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/sign-in/passkey", StringComparison.Ordinal))
            {
                sent = request.PostData;
            }
        };
        await window.GoAsync("/console/sign-in");
        await page.ClickAsync("text=Sign in with a passkey");
        await window.ReachAsync("/console");
        var fields = System.Web.HttpUtility.ParseQueryString(sent!);
        using var thief = new ConsoleUser(server);
        var replayed = await thief.PostAsync(
            "/console/sign-in",
            "/console/sign-in/passkey",
            ("credential", fields["credential"]!),
            ("challenge", fields["challenge"]!)
        );
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, replayed.Status);
        Assert.False(await thief.IsInsideAsync());
    }

    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_signs_in_with_password_and_app_also_with_scripts_off(bool scripts)
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        time.Forward(TimeSpan.FromSeconds(60));
        await using var window = await browser.OpenAsync(server, scripts: scripts);
        var page = window.Page;

        await window.GoAsync("/console/keys");
        await window.KeepPictureAsync(scripts ? "sign-in" : "sign-in-without-scripts");
        await page.FillAsync("#userName", admin.UserName);
        await page.FillAsync("#password", "not the password");
        await page.FillAsync("#code", "000000");
        await page.ClickAsync("button:text-is('Sign in')");
        Assert.Contains(
            "do not belong together",
            await page.InnerTextAsync(".error >> nth=0"),
            StringComparison.Ordinal
        );
        await window.KeepPictureAsync("sign-in-refused");
        await page.FillAsync("#password", ConsoleUser.Password);
        await page.FillAsync("#code", admin.CodeNow());
        await page.ClickAsync("button:text-is('Sign in')");
        await window.ReachAsync("/console/keys");

        await page.FillAsync("#label", "upload service");
        await page.CheckAsync("#scope-Scan");
        await page.ClickAsync("text=Make a key");
        Assert.StartsWith("vk_", await page.InnerTextAsync(".secret"), StringComparison.Ordinal);
        await page.ClickAsync("summary:has-text('Ada Example')");
        await page.ClickAsync("text=Sign out");
        await window.ReachAsync("/console/sign-in*");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_session_that_an_admin_revokes_is_out_within_five_seconds()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        await using var window = await browser.OpenAsync(server);
        await window.AdoptAsync(admin);
        await window.GoAsync("/console/settings");
        Assert.Equal("Settings", await window.Page.InnerTextAsync("h1"));
        var db = (Db)server.Server.Services.GetService(typeof(Db))!;

        await db.ActAsync(
            Actor.Machine(TenantId.Default, "test", Permission.PeopleManage),
            Permission.PeopleManage,
            async tx =>
            {
                var person = (await Vigil.Trust.People.ListAsync(tx)).Single();
                return await Sessions.RevokeAsync(tx, (await Sessions.ListAsync(tx, person.Id)).Single().Id);
            }
        );
        await TestServer.EventuallyAsync(
            async () =>
            {
                await window.GoAsync("/console/settings");
                return window.Path.StartsWith("/console/sign-in", StringComparison.Ordinal) ? "out" : null;
            },
            "the browser is sent to sign in",
            deadlineSeconds: 5
        );
    }
}
