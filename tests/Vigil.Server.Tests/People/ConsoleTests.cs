using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

public class ConsoleTests
{
    [Fact(Timeout = 60_000)]
    public async Task Every_answer_tells_browsers_to_do_as_little_as_possible()
    {
        await using var server = await TestServer.StartAsync();
        using var user = new ConsoleUser(server);
        foreach (
            var path in (string[])
                ["/console/sign-in", "/console/nothing", "/console/assets/vigil.css", "/v1/keys", "/nothing"]
        )
        {
            var headers = (await user.GetAsync(path)).Raw.Headers;
            string Of(string name) => headers.TryGetValues(name, out var values) ? values.Single() : "";
            Assert.StartsWith("default-src 'none'", Of("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains(
                "frame-ancestors 'none'",
                Of("Content-Security-Policy"),
                StringComparison.Ordinal
            );
            Assert.DoesNotContain("unsafe", Of("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal("nosniff", Of("X-Content-Type-Options"));
            Assert.Equal("no-referrer", Of("Referrer-Policy"));
            Assert.Equal("same-origin", Of("Cross-Origin-Opener-Policy"));
            Assert.Equal(path.Contains("/assets/", StringComparison.Ordinal), headers.CacheControl!.Public);
            Assert.Equal("", Of("Server"));
        }
        var cookie = (await user.GetAsync("/console/sign-in")).Raw.Headers.TryGetValues(
            "Set-Cookie",
            out var set
        )
            ? set.Single()
            : "";
        Assert.True(
            cookie.Length == 0 || cookie.Contains("samesite=strict; httponly", StringComparison.Ordinal),
            cookie
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_that_is_not_there_is_a_page_with_a_way_back()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var answer = await admin.GetAsync("/console/no/such/page");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("<h1>Not found</h1>", answer.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/console\"", answer.Text, StringComparison.Ordinal);
        var person = await admin.GetAsync($"/console/people/{Guid.CreateVersion7()}");
        Assert.Equal(HttpStatusCode.NotFound, person.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_form_of_another_page_or_another_session_changes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var auditor = await ConsoleUser.InviteAsync(server, "an.auditor", "admin");

        var forged = await admin.RawPostAsync(
            "/console/settings",
            ("name", "scan.onFailure"),
            ("value", "open")
        );
        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        Assert.Contains("load the page again", forged.Text, StringComparison.Ordinal);
        var others = (await auditor.GetAsync("/console/settings")).Text;
        var mixed = await admin.SendAsync(
            "/console/settings",
            others,
            ("name", "scan.onFailure"),
            ("value", "open")
        );
        Assert.Equal(HttpStatusCode.BadRequest, mixed.Status);
        Assert.DoesNotContain(
            "setting.changed",
            (await admin.GetAsync("/console/ledger")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_setting_is_changed_by_page_and_stands_in_the_ledger()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var changed = await admin.PostAsync(
            "/console/settings",
            "/console/settings",
            ("name", "scan.onFailure"),
            ("value", "open")
        );

        Assert.Equal("/console/settings?saved=scan.onFailure#scan-onFailure-form", changed.Location);
        var told = (await admin.GetAsync(changed.Location)).Text.Split("<form ");
        Assert.Contains(
            "id=\"scan-onFailure-form\"",
            Assert.Single(told, form => form.Contains(">Saved.<", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Matches("<option selected[^>]*>open", (await admin.GetAsync("/console/settings")).Text);
        Assert.Contains(
            "setting.changed",
            (await admin.GetAsync("/console/ledger")).Text,
            StringComparison.Ordinal
        );
        foreach (
            var (name, value) in ((string, string)[])
                [
                    ("scan.onFailure", "maybe"),
                    ("session.hours", "25"),
                    ("session.hours", "x"),
                    ("scan.jurisdiction", "Germany"),
                    ("no.such", "1"),
                ]
        )
        {
            var refused = await admin.PostAsync(
                "/console/settings",
                "/console/settings",
                ("name", name),
                ("value", value)
            );
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_team_of_one_is_reminded_of_it_on_every_page()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        Assert.DoesNotContain(
            "Solo mode:",
            (await admin.GetAsync("/console/keys")).Text,
            StringComparison.Ordinal
        );
        var db = (Db)server.Server.Services.GetService(typeof(Db))!;
        await db.ActAsync(
            Actor.Machine(TenantId.Default, "test", Permission.SettingsWrite),
            Permission.SettingsWrite,
            async tx =>
            {
                await TenantSettings.SetAsync(tx, "solo_mode", "on");
                return true;
            }
        );
        await TestServer.EventuallyAsync(
            async () =>
                (await admin.GetAsync("/console/keys")).Text.Contains("Solo mode:", StringComparison.Ordinal)
                    ? "said"
                    : null,
            "the page says so"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_is_made_by_page_shown_once_and_revoked()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var made = await admin.PostAsync(
            "/console/keys",
            "/console/keys",
            ("label", "list service"),
            ("scope", "Lists"),
            ("days", "30")
        );
        var secret = System.Text.RegularExpressions.Regex.Match(made.Text, "vk_[A-Za-z0-9_-]+").Value;
        using var program = server.ClientWith(secret);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/v1/lists")).StatusCode);
        var list = await admin.GetAsync("/console/keys");
        Assert.Contains("list service", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list.Text, StringComparison.Ordinal);

        await admin.PostAsync("/console/keys", "/console/keys/revoke", ("key", secret[3..13]));
        await TestServer.EventuallyAsync(
            async () =>
                (await program.GetAsync("/v1/lists")).StatusCode == HttpStatusCode.Unauthorized
                    ? "out"
                    : null,
            "the key is refused",
            deadlineSeconds: 5
        );
        Assert.Contains("revoked", (await admin.GetAsync("/console/keys")).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Keys_are_kept_over_the_api()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/keys")
        {
            Content = ConsoleUser.JsonContent(
                new
                {
                    label = "batch",
                    scopes = new[] { "scan" },
                    days = 10,
                }
            ),
            Headers = { { "Idempotency-Key", "one" } },
        };
        using var made = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var answer = await TestServer.JsonOf(made);
        var id = answer.GetProperty("key").GetProperty("id").GetString()!;
        using var again = await server.Client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/v1/keys")
            {
                Content = ConsoleUser.JsonContent(
                    new
                    {
                        label = "batch",
                        scopes = new[] { "scan" },
                        days = 10,
                    }
                ),
                Headers = { { "Idempotency-Key", "one" } },
            }
        );
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal(id, (await TestServer.JsonOf(again)).GetProperty("id").GetString());
        // A scan key keeps no keys.
        using var scanner = server.ClientWith(answer.GetProperty("secret").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await scanner.GetAsync("/v1/keys")).StatusCode);

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await server.Client.DeleteAsync($"/v1/keys/{id}")).StatusCode
        );
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.DeleteAsync($"/v1/keys/{id}")).StatusCode);
        var all = await TestServer.JsonOf(await server.Client.GetAsync("/v1/keys"));
        Assert.Contains(all.EnumerateArray(), key => key.GetProperty("state").GetString() == "revoked");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"label":"x","scopes":["root"]}""", "unknown_scope")]
    [InlineData("""{"label":"x","scopes":[]}""", "no_scope")]
    [InlineData("""{"label":"","scopes":["scan"]}""", "bad_label")]
    [InlineData("""{"label":"x","scopes":["scan"],"days":400}""", "bad_life")]
    [InlineData("""{"label":"x","scopes":["scan"],"dayz":4}""", "bad_json")]
    [InlineData("""{"label":"x"}""", "bad_json", "lacks 'scopes':")]
    [InlineData("""{}""", "bad_json", "lacks 'label', 'scopes':")]
    public async Task A_key_that_cannot_be_made_is_refused_with_its_reason(
        string body,
        string code,
        string says = ""
    )
    {
        await using var server = await TestServer.StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync("/v1/keys", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await TestServer.JsonOf(answer);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Contains(says, problem.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_ledger_is_read_page_by_page()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        var seen = new List<long>();
        for (long? before = null; ; )
        {
            var part = await TestServer.JsonOf(
                await server.Client.GetAsync(
                    $"/v1/ledger?limit=2{(before is null ? "" : $"&before={before}")}"
                )
            );
            seen.AddRange(
                part.GetProperty("entries")
                    .EnumerateArray()
                    .Select(entry => entry.GetProperty("seq").GetInt64())
            );
            if (part.GetProperty("before").ValueKind == JsonValueKind.Null)
            {
                break;
            }
            before = part.GetProperty("before").GetInt64();
        }
        Assert.True(seen.Count >= 4);
        Assert.Equal(seen.OrderDescending().Distinct(), seen);
    }
}
