using System.Net;
using System.Text;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

public class PeopleTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_invited_person_sees_what_the_roles_permit_and_no_more()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "auditor");

        var home = await auditor.GetAsync("/console");
        Assert.Contains("/console/ledger", home.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/console/people", home.Text, StringComparison.Ordinal);
        var refused = await auditor.GetAsync("/console/people");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("<h1>Not permitted</h1>", refused.Text, StringComparison.Ordinal);
        Assert.Contains("This needs the role admin", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync("/console/settings")).Status);
        Assert.DoesNotContain(
            "<button aria-label=\"Save",
            (await auditor.GetAsync("/console/settings")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task An_admin_invites_by_page_and_the_code_is_shown_once()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);

        var shown = await admin.PostAsync(
            "/console/people",
            "/console/people/invite",
            ("role", "Reviewer"),
            ("role", "ListSteward")
        );
        var code = System
            .Text.RegularExpressions.Regex.Match(shown.Text, "secret\">([a-z0-9-]{23})<")
            .Groups[1]
            .Value;
        using var reviewer = new ConsoleUser(server);
        await reviewer.JoinAsync(code, "a.reviewer", "Grace Example");

        var people = await admin.GetAsync("/console/people");
        Assert.DoesNotContain(code, people.Text, StringComparison.Ordinal);
        Assert.Contains("list-steward-2", people.Text, StringComparison.Ordinal);
        var again = await admin.PostAsync("/console/people", "/console/people/invite");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Contains("at least one role", again.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_user_name_is_had_once()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var body = ConsoleUser.JsonContent(new { roles = new[] { "auditor" } });
        using var answer = await server.Client.PostAsync("/v1/people/invitations", body);
        var code = (await TestServer.JsonOf(answer)).GetProperty("code").GetString()!;
        using var second = new ConsoleUser(server);
        var choice = await second.PostAsync("/console/join", "/console/join", ("code", code));

        var refused = await second.SendAsync(
            "/console/join/password",
            choice.Text,
            ("userName", " First.Admin "),
            ("displayName", "Somebody"),
            ("password", ConsoleUser.Password),
            ("appCode", CodeOn(choice.Text))
        );
        Assert.Contains("has this user name", refused.Text, StringComparison.Ordinal);
        // Nothing was used up by the refusal.
        using var third = new ConsoleUser(server);
        await third.JoinAsync(code, "another.name", "Somebody");
        Assert.True(await third.IsInsideAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_disabled_person_is_out_at_once_and_comes_back_as_before()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "auditor");
        var page = await PageOfAsync(admin, "auditor-2");

        await admin.PostAsync(page, $"{page}/state");
        Assert.False(await auditor.IsInsideAsync());
        time.Forward(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await auditor.SignInAsync()).Status);
        await admin.PostAsync(page, $"{page}/state");
        time.Forward(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.Found, (await auditor.SignInAsync()).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_last_admin_cannot_be_lost()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var page = await PageOfAsync(admin, "admin-1");

        var disabled = await admin.PostAsync(page, $"{page}/state");
        var demoted = await admin.PostAsync(page, $"{page}/roles", ("role", "Auditor"));
        Assert.Contains("last admin", disabled.Text, StringComparison.Ordinal);
        Assert.Contains("last admin", demoted.Text, StringComparison.Ordinal);
        Assert.True(await admin.IsInsideAsync());
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/console/people")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task Changed_roles_count_in_open_sessions()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "auditor");
        var page = await PageOfAsync(admin, "auditor-2");

        await admin.PostAsync(page, $"{page}/roles", ("role", "Reviewer"));
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.GetAsync("/console/ledger")).Status);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync("/console")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_other_admins_reset_a_lost_sign_in_and_nobody_their_own()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "auditor");
        using var second = await ConsoleUser.InviteAsync(server, "second.admin", "admin");
        var page = await PageOfAsync(admin, "auditor-2");

        await admin.PostAsync(page, $"{page}/reset", ("reason", "A lost phone"));
        // Asked for, not done: the person is inside, and who asked does not confirm.
        Assert.True(await auditor.IsInsideAsync());
        Assert.Equal(HttpStatusCode.Conflict, (await admin.PostAsync(page, $"{page}/reset/confirm")).Status);
        var shown = await second.PostAsync(page, $"{page}/reset/confirm");
        Assert.False(await auditor.IsInsideAsync());
        time.Forward(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await auditor.SignInAsync()).Status);
        var code = System
            .Text.RegularExpressions.Regex.Match(shown.Text, "secret\">([a-z0-9-]{23})<")
            .Groups[1]
            .Value;
        using var anew = new ConsoleUser(server);
        await anew.JoinAsync(code, "an.auditor", "ignored: the account has a name");
        Assert.True(await anew.IsInsideAsync());
        Assert.Contains("Grace Example", (await anew.GetAsync("/console")).Text, StringComparison.Ordinal);

        var own = await PageOfAsync(admin, "admin-1");
        var html = (await admin.GetAsync(own)).Text;
        Assert.DoesNotContain($"{own}/reset", html, StringComparison.Ordinal);
        var forced = await admin.SendAsync(
            $"{own}/state",
            html.Replace($"{own}/state", $"{own}/reset", StringComparison.Ordinal)
                .Replace($"\"{own}/reset\"", $"\"{own}/state\"", StringComparison.Ordinal),
            ("state", "active")
        );
        Assert.Equal(HttpStatusCode.Found, forced.Status);
        var refused = await admin.SendAsync(
            $"{own}/reset",
            html.Replace($"{own}/state", $"{own}/reset", StringComparison.Ordinal)
        );
        Assert.Contains("Other admins reset", refused.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_act_about_people_is_in_the_ledger_under_pseudonyms()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "auditor");
        var page = await PageOfAsync(admin, "auditor-2");
        await admin.PostAsync(page, $"{page}/state");

        using var answer = await server.Client.GetAsync("/v1/ledger?limit=200");
        var text = await answer.Content.ReadAsStringAsync();
        foreach (
            var action in (string[])
                ["invitation.created", "person.joined", "session.began", "person.disabled"]
        )
        {
            Assert.Contains($"\"{action}\"", text, StringComparison.Ordinal);
        }
        Assert.Contains("\"actor\":\"person:admin-1\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("an.auditor", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Example", text, StringComparison.Ordinal);
        var shown = await admin.GetAsync("/console/ledger?action=person.");
        Assert.Contains("person.disabled", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<code>session.began</code>", shown.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_passwords_and_secrets_stand_nowhere_in_the_data_folder()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var token = admin.Cookies.GetCookies(server.Address)["vigil-session"]!.Value;
        string[] secrets =
        [
            admin.UserName,
            "Ada Example",
            ConsoleUser.Password,
            token,
            server.Server.SetupCode!,
            server.Server.SetupCode!.Replace("-", "", StringComparison.Ordinal),
            admin.RecoveryCodes[0],
            Encoding.Latin1.GetString(admin.AppSecret),
        ];
        foreach (var file in Directory.EnumerateFiles(server.DataFolder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file).StartsWith(".vigil-", StringComparison.Ordinal))
            {
                continue; // Being written: it has its own name in a moment.
            }
            if (new FileInfo(file).Length == 0)
            {
                continue; // Lock files are held.
            }
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            var text = Encoding.Latin1.GetString(copy.ToArray());
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }
    }

    private static string CodeOn(string html)
    {
        var text = System.Text.RegularExpressions.Regex.Match(html, "secret\">([A-Z2-7 ]+)<").Groups[1].Value;
        var bits = string.Concat(
            text.Where(char.IsAsciiLetterOrDigit)
                .Select(c =>
                    Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')
                )
        );
        byte[] secret =
        [
            .. Enumerable
                .Range(0, bits.Length / 8)
                .Select(at => Convert.ToByte(bits.Substring(at * 8, 8), 2)),
        ];
        return Totp.CodeAt(secret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30);
    }

    private static async Task<string> PageOfAsync(ConsoleUser admin, string pseudonym)
    {
        var html = (await admin.GetAsync("/console/people")).Text;
        var row = System.Text.RegularExpressions.Regex.Match(
            html,
            $"href=\"(/console/people/[0-9a-f-]{{36}})\"(?:(?!</tr>).)*{pseudonym}<",
            System.Text.RegularExpressions.RegexOptions.Singleline
        );
        Assert.True(row.Success, html);
        return row.Groups[1].Value;
    }
}
