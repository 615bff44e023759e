using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

public class CasePageTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_queue_and_the_case_are_read_and_acted_on_without_scripts()
    {
        await using var server = await TestServer.StartAsync();
        var decision = Guid.NewGuid();
        var reference = (await server.HitAsync("user-1", decisionId: decision)).Value;
        var byHand = await DecisionTests.ByHandAsync(server, "user-2");

        var queue = await PageAsync(server, "/console/cases");
        Assert.Contains($"/console/cases/{reference}", queue, StringComparison.Ordinal);
        Assert.DoesNotContain("user-1", queue, StringComparison.Ordinal);
        // Keys are a help; what follows is done without them.
        Assert.Equal(1, Regex.Count(queue, "<script type=\"module\" src=\"/console/assets/shortcuts.js\""));
        Assert.Equal(1, Regex.Count(queue, "<script"));

        var page = await PageAsync(server, $"/console/cases/{reference}");
        Assert.Contains("Contents not kept", page, StringComparison.Ordinal);
        Assert.Contains($"/console/scans/{decision}", page, StringComparison.Ordinal);
        Assert.Contains("user-1", page, StringComparison.Ordinal);

        var noted = await FormAsync(server, $"/console/cases/{reference}/note", ("text", "Looked at <it>."));
        Assert.Contains("Looked at &lt;it&gt;.", noted, StringComparison.Ordinal);
        var closed = await FormAsync(
            server,
            $"/console/cases/{reference}/close",
            ("because", "test"),
            ("reason", "A trial."),
            ("person", ReviewWork.Person)
        );
        Assert.Contains("The case is closed.", closed, StringComparison.Ordinal);
        var decided = await FormAsync(
            server,
            $"/console/cases/{byHand}/decision",
            ("verdict", "not_csam"),
            ("reason", "A painting."),
            ("person", ReviewWork.Person)
        );
        Assert.Contains("not CSAM", decided, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_account_is_searched_by_a_form_and_the_search_is_in_the_ledger_without_its_name()
    {
        await using var server = await TestServer.StartAsync();
        var reference = (await server.HitAsync("user-1")).Value;

        var found = await FormAsync(server, "/console/cases/search", ("wanted", "user-1"));
        Assert.Contains(reference, found, StringComparison.Ordinal);
        var direct = await FormAsync(server, "/console/cases/search", ("wanted", reference));
        Assert.Contains("Timeline", direct, StringComparison.Ordinal);

        var act = Assert.Single(await server.LedgerAsync("case.searched"));
        Assert.DoesNotContain("user-1", act.ToString(), StringComparison.Ordinal);
        Assert.Equal(64, act.Text("secret").Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_case_is_opened_by_hand_on_its_page()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Contains(
            "name=\"reason\" required",
            await PageAsync(server, "/console/cases/new"),
            StringComparison.Ordinal
        );

        var opened = await FormAsync(
            server,
            "/console/cases/new",
            ("account", "user-3"),
            ("surface", "email"),
            ("jurisdiction", ""),
            ("text", "A letter."),
            ("reason", "A letter came.")
        );

        Assert.Contains("The case is open.", opened, StringComparison.Ordinal);
        // The words themselves are read by an act of their own (WordsTests).
        Assert.DoesNotContain("A letter.", opened, StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(TestServer server, string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> FormAsync(
        TestServer server,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        using var form = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
        );
        using var response = await server.Client.PostAsync(new Uri(path, UriKind.Relative), form);
        // The client follows to the next page without its key, as it should; we go there with it.
        if (response.RequestMessage is { RequestUri: { } next } sent && sent.Method == HttpMethod.Get)
        {
            return await PageAsync(server, next.PathAndQuery);
        }
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode} {text}");
        return text;
    }
}
