using System.Net;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class ReviewPageTests
{
    [Fact(Timeout = 60_000)]
    public async Task Every_page_of_review_shows_what_there_is_without_scripts()
    {
        await using var server = await TestServer.StartAsync();
        var entry = new EntryKey(Guid.NewGuid(), Guid.NewGuid());
        var exact = await server.MatchAsync(entry, account: "a");
        await server.MatchAsync(entry, account: "b");
        var reference = await server.OpenAsync("c", "grooming", "DE");
        var item = await server.ItemAsync(reference);
        await server.PostAsync($"/v1/cases/{reference}/danger", new { });

        await SeesAsync(server, "/console/cases", reference, "grooming", "danger", "Take the next case");
        await SeesAsync(server, "/console/cases?problemType=known_csam", exact, "known CSAM");
        await SeesAsync(
            server,
            $"/console/cases/{reference}",
            "Emergency number in Germany",
            "A child may be in danger",
            "Prevention and awareness",
            "Earlier cases of the account"
        );
        await SeesAsync(server, $"/console/cases/{exact}", "one of 2 alike", "exact");
        await SeesAsync(
            server,
            "/console/queues",
            "danger-now",
            "children-online",
            "grooming or sexual extortion"
        );
        await SeesAsync(server, "/console/stacks", "Stack of 2", "none needed");
        await SeesAsync(server, $"/console/stacks/{entry.EntryId}", exact, "Confirm the chosen cases");
        await SeesAsync(
            server,
            $"/console/cases/{reference}/items/{item}/grade",
            "Apparent age",
            "Keep the grade"
        );
        await SeesAsync(
            server,
            "/console/opinions",
            "No item waits for your opinion",
            "Decisions made without a view"
        );
        await SeesAsync(
            server,
            "/console/training",
            "Practise on a sample",
            "Agreement of first and second opinions"
        );
        await SeesAsync(server, "/console/appeals", "No appeal", "Corrections to send");
        await SeesAsync(
            server,
            "/console/playbooks",
            "Sexual extortion of a child",
            "report.cybertip.org",
            "112 or 110"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Forms_do_what_the_api_does()
    {
        await using var server = await TestServer.StartAsync();
        var entry = new EntryKey(Guid.NewGuid(), Guid.NewGuid());
        var (one, two) = (
            await server.MatchAsync(entry, account: "a"),
            await server.MatchAsync(entry, account: "b")
        );
        var reference = await server.OpenAsync("c", "suspected_csam", "US");
        var item = await server.ItemAsync(reference);

        await SendAsync(
            server,
            "/console/cases/decisions",
            ("case", one),
            ("case", two),
            ("reason", "Both known."),
            ("person", ReviewWork.Person)
        );
        Assert.Equal(2, (await server.LedgerAsync("case.decided")).Count);
        await SendAsync(
            server,
            $"/console/cases/{reference}/items/{item}/grade",
            ("age", "pubescent"),
            ("activity", "posing"),
            ("depiction", "real"),
            ("fact", "selfGenerated"),
            ("fact", "liveStreamed"),
            ("reason", "age_features"),
            ("secondOpinion", "true"),
            ("person", ReviewWork.Person)
        );
        var grades = await server.GetJsonAsync($"/v1/cases/{reference}/grades?person={ReviewWork.Person}");
        var facts = grades.GetProperty("items")[0].GetProperty("grades")[0].GetProperty("facts");
        Assert.Equal(
            ("yes", "yes", "no"),
            (facts.Text("selfGenerated"), facts.Text("liveStreamed"), facts.Text("infant"))
        );
        await SendAsync(server, $"/console/cases/{reference}/claim");
        await SendAsync(
            server,
            $"/console/cases/{reference}/type",
            ("problemType", "self_generated"),
            ("lease", "1")
        );
        await SendAsync(
            server,
            $"/console/cases/{reference}/hold",
            ("hours", "4"),
            ("reason", "Waits."),
            ("lease", "1")
        );
        var work = (await server.FileAsync(reference)).GetProperty("work");
        Assert.Equal("self_generated", work.Text("problemType"));
        Assert.InRange(
            (work.GetProperty("holdUntil").GetDateTimeOffset() - DateTimeOffset.UtcNow).TotalHours,
            3.9,
            4.1
        );
        await SendAsync(
            server,
            "/console/queues",
            ("rules", """[{"name":"young","problemTypes":["self_generated"]}]""")
        );
        await SeesAsync(server, "/console/queues", "young");
    }

    private static async Task SeesAsync(TestServer server, string path, params string[] texts)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        var html = WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:F0} ms {path}"
        );
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {response.StatusCode}");
        Assert.All(texts, text => Assert.Contains(text, html, StringComparison.Ordinal));
    }

    /// <summary>The client follows to the next page without its key; that the form was taken is seen in the answer.</summary>
    private static async Task SendAsync(
        TestServer server,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        using var form = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
        );
        using var response = await server.Client.PostAsync(new Uri(path, UriKind.Relative), form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.RequestMessage!.Method == HttpMethod.Get,
            $"{path}: {response.StatusCode} {text}"
        );
    }
}
