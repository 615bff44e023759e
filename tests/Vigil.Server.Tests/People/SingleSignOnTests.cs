using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Simulators;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>Against a provider of our own making, which shares no code with what checks it.</summary>
public partial class SingleSignOnTests
{
    private const string Start = "/console/sign-in/single-sign-on";

    [Fact(Timeout = 60_000)]
    public async Task Who_joined_by_single_sign_on_comes_in_by_it()
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example");
        Assert.True(await joined.IsInsideAsync());

        using var later = new ConsoleUser(server);
        var done = await SignOnAsync(later, Start + "?return=%2Fconsole%2Faccount");

        Assert.Equal("/console/account", done.Location);
        Assert.Contains(
            "grace.example",
            (await later.GetAsync("/console/account")).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(0, provider.Refusals);
        Assert.Single(await server.LedgerAsync("identity.linked"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_the_provider_knows_and_nobody_invited_stays_outside()
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example");
        provider.Subject = "subject-2";

        using var stranger = new ConsoleUser(server);
        var done = await SignOnAsync(stranger, Start);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, done.Status);
        Assert.Contains("ask an admin for an invitation", done.Text, StringComparison.Ordinal);
        Assert.False(await stranger.IsInsideAsync());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(OidcFault.WrongNonce, "wrong_nonce")]
    [InlineData(OidcFault.WrongIssuer, "wrong_issuer")]
    [InlineData(OidcFault.WrongAudience, "wrong_audience")]
    [InlineData(OidcFault.AlgNone, "bad_signature")]
    [InlineData(OidcFault.AlgSecret, "unknown_key")]
    [InlineData(OidcFault.UnknownKey, "unknown_key")]
    [InlineData(OidcFault.BrokenSignature, "bad_signature")]
    [InlineData(OidcFault.Expired, "expired")]
    [InlineData(OidcFault.Error, "code_refused")]
    [InlineData(OidcFault.Slow, "timed_out")]
    public async Task A_provider_that_goes_wrong_opens_nothing(OidcFault fault, string cause)
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example");
        provider.Fault = fault;

        using var user = new ConsoleUser(server);
        var done = await SignOnAsync(user, Start);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, done.Status);
        Assert.False(await user.IsInsideAsync());
        var refused = Assert.Single(await server.LedgerAsync("sign_in.refused"));
        Assert.Equal(cause, refused.GetProperty("facts").GetProperty("cause").GetString());
        // And as soon as it is well again, it opens.
        provider.Fault = OidcFault.None;
        Assert.Equal("/console", (await SignOnAsync(user, Start)).Location);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_provider_that_says_it_is_another_is_not_asked_for_anything()
    {
        await using var provider = OidcProvider.Start();
        provider.Fault = OidcFault.OtherIssuerDescribed;
        await using var server = await StartAsync(provider);
        using var user = new ConsoleUser(server);

        var refused = await user.GetAsync(Start);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("does not answer as it should", refused.Text, StringComparison.Ordinal);
        Assert.Equal(0, provider.KeyReads);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_key_is_fetched_once_and_a_flood_of_unknown_ones_asks_no_more()
    {
        var time = new ShiftedTime();
        await using var provider = OidcProvider.Start();
        provider.Clock = time.GetUtcNow;
        await using var server = await StartAsync(provider, time);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example");
        Assert.Equal(1, provider.KeyReads);

        time.Forward(TimeSpan.FromMinutes(2));
        provider.RotateKey();
        using var user = new ConsoleUser(server);
        Assert.Equal("/console", (await SignOnAsync(user, Start)).Location);
        Assert.Equal(2, provider.KeyReads);

        provider.Fault = OidcFault.UnknownKey;
        for (var number = 0; number < 5; number++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignOnAsync(user, Start)).Status);
        }
        Assert.Equal(2, provider.KeyReads);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_counts_once_and_in_the_browser_that_asked_only()
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example");

        using var user = new ConsoleUser(server);
        var begun = await user.GetAsync(Start);
        var ticket = user.Cookies.GetCookies(server.Address)["vigil-sign-on"]!.Value;
        var back = await ProviderAsync(begun);
        var finish = Finish().Match((await user.GetAsync(back)).Text).Value;
        // Somebody else's browser, with the address of ours.
        using var thief = new ConsoleUser(server);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await thief.GetAsync(Decoded(finish))).Status);
        // Ours.
        Assert.Equal("/console", (await user.GetAsync(Decoded(finish))).Location);
        // The same again, with the attempt's cookie: refused here, and the provider is not asked.
        thief.Cookies.Add(server.Address, new Cookie("vigil-sign-on", ticket));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await thief.GetAsync(Decoded(finish))).Status);
        Assert.False(await thief.IsInsideAsync());
        Assert.Equal(0, provider.Refusals);
        var refused = Assert.Single(await server.LedgerAsync("sign_in.refused"));
        Assert.Equal("replayed", refused.GetProperty("facts").GetProperty("cause").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_with_another_state_is_not_taken()
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example");
        provider.Fault = OidcFault.WrongState;

        using var user = new ConsoleUser(server);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignOnAsync(user, Start)).Status);
        Assert.False(await user.IsInsideAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task It_opens_sensitive_acts_only_where_the_provider_says_two_factors_and_just_now()
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var joined = await JoinAsync(server, provider, "grace.example", "Admin");
        foreach (
            var (fault, method, isOpen) in ((OidcFault, string, bool)[])
                [
                    (OidcFault.None, "mfa", true),
                    (OidcFault.None, "pwd", false),
                    (OidcFault.SilentAboutFactors, "mfa", false),
                    (OidcFault.SilentAboutTime, "mfa", false),
                    (OidcFault.StaleAuthTime, "mfa", false),
                ]
        )
        {
            (provider.Fault, provider.Methods) = (fault, [method]);
            var expected = (isOpen ? HttpStatusCode.Found : HttpStatusCode.Forbidden, fault, method);

            using var user = new ConsoleUser(server);
            Assert.Equal("/console", (await SignOnAsync(user, Start)).Location);
            var act = await user.PostAsync("/console/people", "/console/people/invite", ("role", "Auditor"));
            Assert.Equal(expected, (act.Status, fault, method));

            // Asked to verify, the provider's word counts by the same rule.
            var verified = await SignOnAsync(
                user,
                "/console/verify/single-sign-on?return=%2Fconsole%2Fpeople"
            );
            Assert.Equal(expected, (verified.Status, fault, method));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_person_links_and_unlinks_their_own_account()
    {
        await using var provider = OidcProvider.Start();
        await using var server = await StartAsync(provider);
        using var admin = await ConsoleUser.SetUpAsync(server);

        var begun = await admin.PostAsync("/console/account", "/console/account/single-sign-on");
        var linked = await ContinueAsync(admin, begun);
        Assert.Equal("/console/account?notice=created", linked.Location);
        using var later = new ConsoleUser(server);
        Assert.Equal("/console", (await SignOnAsync(later, Start)).Location);

        await admin.PostAsync("/console/account", "/console/account/remove-single-sign-on");
        using var after = new ConsoleUser(server);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignOnAsync(after, Start)).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_provider_there_is_no_such_way_in()
    {
        await using var server = await TestServer.StartAsync();
        using var user = new ConsoleUser(server);
        Assert.Equal(HttpStatusCode.NotFound, (await user.GetAsync(Start)).Status);
        Assert.DoesNotContain(
            "single sign-on",
            (await user.GetAsync("/console/sign-in")).Text,
            StringComparison.OrdinalIgnoreCase
        );
    }

    private static Task<TestServer> StartAsync(OidcProvider provider, TimeProvider? time = null) =>
        TestServer.StartAsync(change: options =>
            options with
            {
                Time = time ?? options.Time,
                Outbound = options.Outbound with { Allow = [$"127.0.0.1:{provider.Port}"] },
                SingleSignOn = new SingleSignOnOptions
                {
                    Issuer = provider.Issuer,
                    ClientId = provider.ClientId,
                    ClientSecret = provider.ClientSecret,
                    StrongMethods = ["mfa"],
                    AnswerTimeout = TimeSpan.FromSeconds(2),
                },
            }
        );

    private static async Task<ConsoleUser> JoinAsync(
        TestServer server,
        OidcProvider provider,
        string userName,
        string role = "Auditor"
    )
    {
        var (_, code) = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    Invitations.CreateAsync(
                        tx,
                        InvitationKind.Invite,
                        null,
                        [Enum.Parse<Role>(role)],
                        PeopleLimits.InvitationLife
                    )
            );
        var user = new ConsoleUser(server);
        var choice = await user.PostAsync("/console/join", "/console/join", ("code", code));
        var begun = await user.SendAsync(
            "/console/join/single-sign-on",
            choice.Text,
            ("userName", userName),
            ("displayName", "Grace Example")
        );
        var done = await ContinueAsync(user, begun);
        Assert.True(
            done.Location == "/console?notice=welcome",
            $"{done.Status} {string.Join('\n', await server.LedgerAsync("sign_in.refused"))}"
        );
        Assert.Equal(0, provider.Refusals);
        return user;
    }

    private static async Task<ConsoleUser.Answer> SignOnAsync(ConsoleUser user, string start) =>
        await ContinueAsync(user, await user.GetAsync(start));

    /// <summary>As a browser: to the provider, back, and on from the page that it comes back to.</summary>
    private static async Task<ConsoleUser.Answer> ContinueAsync(ConsoleUser user, ConsoleUser.Answer begun)
    {
        var back = await user.GetAsync(await ProviderAsync(begun));
        Assert.Equal(HttpStatusCode.OK, back.Status);
        return await user.GetAsync(Decoded(Finish().Match(back.Text).Value));
    }

    private static async Task<string> ProviderAsync(ConsoleUser.Answer begun)
    {
        Assert.True(begun.Status == HttpStatusCode.OK, $"{begun.Status} {begun.Text}");
        var address = Decoded(Authorize().Match(begun.Text).Value);
        Assert.Contains("code_challenge_method=S256", address, StringComparison.Ordinal);
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var sent = await browser.GetAsync(address);
        Assert.Equal(HttpStatusCode.Found, sent.StatusCode);
        return sent.Headers.Location!.PathAndQuery;
    }

    private static string Decoded(string html) => WebUtility.HtmlDecode(html);

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+/authorize\\?[^\"]+")]
    private static partial Regex Authorize();

    [GeneratedRegex("/console/sign-in/single-sign-on/finish\\?[^\"]+")]
    private static partial Regex Finish();
}
