using System.Net;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Deciding;

public class PageTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_console_shows_decisions_and_says_why_in_plain_words_without_values()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, Made.File("one"));
        var decision = await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);

        var scans = await server.Client.GetStringAsync("/console/scans?decision=block", Made.Stop);
        Assert.Contains($"/console/scans/{decision.ScanId}", scans, StringComparison.Ordinal);
        var others = await server.Client.GetStringAsync("/console/scans?decision=review", Made.Stop);
        Assert.DoesNotContain($"{decision.ScanId}", others, StringComparison.Ordinal);

        var why = await server.Client.GetStringAsync($"/console/scans/{decision.ScanId}", Made.Stop);
        Assert.Contains(
            "SHA-256 equal to an entry of list",
            WebUtility.HtmlDecode(why),
            StringComparison.Ordinal
        );
        Assert.Contains("Rule 3, ", WebUtility.HtmlDecode(why), StringComparison.Ordinal);
        var value = Convert.ToHexStringLower(Made.Sha256("one"));
        Assert.DoesNotContain(value, why, StringComparison.OrdinalIgnoreCase);
        using var none = await server.Client.GetAsync($"/console/scans/{Guid.NewGuid()}", Made.Stop);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Shadows_are_drawn_by_day()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var empty = await server.Client.GetStringAsync("/console/shadow", Made.Stop);
        Assert.Contains("Nothing in shadow matched", empty, StringComparison.Ordinal);
        var list = await server.ListAsync("shadowed", mode: "Shadow");
        await server.EntryAsync(list, Made.File("one"));

        await TestServer.EventuallyAsync<object>(
            async () =>
            {
                await server.DecideAsync(Made.Scan("one"));
                var page = await server.Client.GetStringAsync("/console/shadow", Made.Stop);
                return
                    page.Contains("<rect", StringComparison.Ordinal)
                    && page.Contains("shadowed", StringComparison.Ordinal)
                    ? page
                    : null;
            },
            "the shadow is drawn"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_policy_is_drafted_changed_and_activated_by_forms_and_mistakes_are_shown()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        using var drafted = await PostAsync(server, "/console/policy", []);
        var page = drafted.Headers.Location!.OriginalString.Split('?')[0];
        Assert.StartsWith("/console/policy/", page, StringComparison.Ordinal);

        using var refused = await PostAsync(
            server,
            page,
            new()
            {
                ["title"] = "Mine",
                ["rules"] = """{"rules":[{"name":"x","mode":"on","outcome":"block"}]}""",
            }
        );
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var shown = await refused.Content.ReadAsStringAsync(Made.Stop);
        Assert.Contains("Rule 1: an unknown mode", shown, StringComparison.Ordinal);

        var rules = PolicyText.Write(PolicyDocument.Default);
        using var saved = await PostAsync(server, page, new() { ["title"] = "Mine", ["rules"] = rules });
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        using var activated = await PostAsync(server, $"{page}/activate", new() { ["revision"] = "2" });
        var after = await server.Client.GetStringAsync(activated.Headers.Location!.OriginalString, Made.Stop);
        Assert.Contains("Version 2.", after, StringComparison.Ordinal);
        await TestServer.EventuallyAsync<object>(
            async () => (await server.DecideAsync(Made.Scan("one"))).PolicyVersion == 2 ? page : null,
            "the policy is in force"
        );
    }

    private static async Task<HttpResponseMessage> PostAsync(
        TestServer server,
        string path,
        Dictionary<string, string> fields
    )
    {
        // A redirect that is followed drops the key.
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = server.Client.DefaultRequestHeaders.Authorization;
        using var form = new FormUrlEncodedContent(fields);
        var response = await client.PostAsync(path, form, Made.Stop);
        await response.Content.LoadIntoBufferAsync(Made.Stop);
        return response;
    }
}
