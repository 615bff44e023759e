using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Of a case with many flags all words can be read, a page at a time.</summary>
public class WordsPageTests
{
    [Fact(Timeout = 180_000)]
    public async Task Words_of_more_than_a_hundred_flags_are_read_in_pages()
    {
        await using var server = await TestServer.StartAsync();
        var reference = "";
        foreach (var number in Enumerable.Range(0, 105))
        {
            var taken = await server.PostAsync(
                "/v1/flags",
                new
                {
                    account = "user-1",
                    surface = "comment",
                    reason = "other",
                    text = $"said-{number}.",
                },
                HttpStatusCode.Accepted
            );
            reference = taken.Text("caseRef");
        }

        var (newest, next) = await ReadAsync("");
        var (older, last) = await ReadAsync($"?after={next}");

        Assert.Equal((100, 5), (newest.Count, older.Count));
        Assert.Equal("", last);
        Assert.Equal(
            Enumerable.Range(0, 105).Select(number => $"said-{number}.").Order(StringComparer.Ordinal),
            newest.Concat(older).Order(StringComparer.Ordinal)
        );
        Assert.Contains("said-104.", newest);
        Assert.Contains("said-0.", older);
        Assert.Equal(2, (await server.LedgerAsync("words.read")).Count);
        var refused = await server.PostAsync(
            $"/v1/cases/{reference}/words?after=1",
            Body,
            HttpStatusCode.BadRequest
        );
        Assert.Equal("bad_after", refused.Text("code"));
        await PagesAsync(server, reference, next);

        async Task<(List<string> Said, string Next)> ReadAsync(string query)
        {
            var words = (await server.PostAsync($"/v1/cases/{reference}/words{query}", Body)).GetProperty(
                "words"
            );
            var after = words.GetProperty("next");
            return (
                [.. words.GetProperty("flags").EnumerateArray().Select(flag => flag.Text("text"))],
                after.ValueKind == JsonValueKind.Null ? "" : after.GetString()!
            );
        }
    }

    private static object Body =>
        new
        {
            reason = "decide",
            text = "To decide the case.",
            person = ReviewWork.Person,
        };

    /// <summary>The page before a look leads to the older ones, and so does the look.</summary>
    private static async Task PagesAsync(TestServer server, string reference, string next)
    {
        var path = $"/console/cases/{reference}/words";
        var first = await GetAsync(path);
        Assert.Contains($"href=\"{path}?after={next}\"", first, StringComparison.Ordinal);
        var second = await GetAsync($"{path}?after={next}");
        Assert.Contains($"action=\"{path}?after={next}\"", second, StringComparison.Ordinal);
        Assert.Equal(5, second.Split("Flagged as").Length - 1);
        Assert.DoesNotContain("Older flags", second, StringComparison.Ordinal);
        Assert.Contains($"href=\"{path}?after={next}\"", await LookAsync(path), StringComparison.Ordinal);
        var look = await LookAsync($"{path}?after={next}");
        Assert.Contains("said-0.", look, StringComparison.Ordinal);
        Assert.DoesNotContain("said-104.", look, StringComparison.Ordinal);

        Task<string> GetAsync(string address) =>
            server.Client.GetStringAsync(new Uri(address, UriKind.Relative));

        async Task<string> LookAsync(string address)
        {
            using var form = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["reason"] = "decide",
                    ["text"] = "To decide the case.",
                    ["person"] = ReviewWork.Person,
                }
            );
            using var response = await server.Client.PostAsync(new Uri(address, UriKind.Relative), form);
            return await response.Content.ReadAsStringAsync();
        }
    }
}
