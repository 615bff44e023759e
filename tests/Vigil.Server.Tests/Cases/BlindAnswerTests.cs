using System.Text.Json;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>What acts, programs and other names for one person are answered while something is to be judged alone.</summary>
public class BlindAnswerTests
{
    [Fact(Timeout = 120_000)]
    public async Task An_acts_answer_and_the_short_state_tell_what_its_reader_may_know()
    {
        await using var server = await TestServer.StartAsync();
        using var program = await server.ClientOfAsync(Scope.Cases);
        using var platform = await server.ClientOfAsync(Scope.Scan);
        var reference = await OpinionWantedAsync(server);
        await server.DecideAsync(reference);
        var path = $"/v1/cases/{reference}";

        var noted = await server.PostAsync($"{path}/notes", new { text = "A note." }, client: program);
        Assert.Equal(("decided", null), StateOf(noted));
        Assert.Equal(("decided", null), StateOf(await server.GetJsonAsync(path, client: program)));
        Assert.Equal(("decided", null), StateOf(await server.GetJsonAsync($"{path}?person=ben")));
        // Who decided, and whoever gives no opinions.
        Assert.Equal(("decided", "confirmed"), StateOf(await server.GetJsonAsync($"{path}?person=anna")));
        Assert.Equal(("decided", "confirmed"), StateOf(await server.GetJsonAsync(path, client: platform)));
        Assert.Equal(("decided", "confirmed"), StateOf(await RowAsync("anna")));
        Assert.Equal(("decided", null), StateOf(await RowAsync("ben")));
        var closed = await server.PostAsync(
            $"{path}/close",
            new
            {
                because = "duplicate",
                reason = ReviewWork.Why,
                itemsRead = 1,
                person = ReviewWork.Person,
            }
        );
        Assert.Equal(("closed", "duplicate"), (closed.Text("state"), closed.Text("closedBecause")));
        Assert.Empty(
            (await server.GetJsonAsync("/v1/cases?state=closed&person=ben"))
                .GetProperty("cases")
                .EnumerateArray()
        );

        async Task<JsonElement> RowAsync(string person) =>
            (await server.GetJsonAsync($"/v1/cases?person={person}"))
                .GetProperty("cases")[0]
                .GetProperty("case");
    }

    [Fact(Timeout = 120_000)]
    public async Task That_feedback_is_hidden_is_said_and_who_ends_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("cases.auditPercent", "100");
        using var auditor = await server.ReviewerAsync();
        var reference = await server.OpenAsync("user-1");
        await server.DecideAsync(reference);
        await server.PostAsync(
            $"/v1/cases/{reference}/feedback",
            new
            {
                from = "authority",
                outcome = "child_safe",
                text = "Said afterwards.",
            }
        );
        const string hidden =
            "is hidden until the audit is answered: by you, or by somebody else who decided nothing here";
        var page = $"/console/cases/{reference}";

        Assert.Contains(hidden, (await auditor.GetAsync($"{page}/words")).Text, StringComparison.Ordinal);
        Assert.Contains(
            hidden,
            (await auditor.ReadWordsAsync($"{page}/words")).Text,
            StringComparison.Ordinal
        );
        var shown = (await auditor.GetAsync(page)).Text;
        Assert.Contains(hidden, shown, StringComparison.Ordinal);
        Assert.Contains(
            $"/console/audits/{await server.ItemAsync(reference)}",
            shown,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("/items/", Role(shown), StringComparison.Ordinal);
        var words = (await ReadAsync("ben")).GetProperty("words");
        Assert.Contains(hidden, words.Text("hidden"), StringComparison.Ordinal);
        Assert.Empty(words.GetProperty("feedback").EnumerateArray());
        Assert.Equal(
            JsonValueKind.Null,
            (await ReadAsync("anna")).GetProperty("words").GetProperty("hidden").ValueKind
        );

        Task<JsonElement> ReadAsync(string person) =>
            server.PostAsync(
                $"/v1/cases/{reference}/words",
                new
                {
                    reason = "decide",
                    text = "To decide it.",
                    person,
                }
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task Whoever_stands_behind_the_key_that_graded_is_offered_no_opinion_of_it()
    {
        await using var server = await TestServer.StartAsync();
        var (lena, omar) = (PersonOf("lena"), PersonOf("omar"));
        var (_, secret) = await server
            .Kernel()
            .Db.ActAsync(
                PersonOf("lena", Permission.KeyManage, Permission.CaseRead),
                Permission.KeyManage,
                tx => ApiKeys.CreateAsync(tx, "lena's", [Scope.Cases], TimeSpan.FromDays(1))
            );
        using var own = await server.KnownAsync(secret);
        using var other = await server.ClientOfAsync(Scope.Cases);
        var reference = await OpinionWantedAsync(server, own);

        Assert.Empty(await OfferedAsync(lena));
        Assert.Equal([reference], await OfferedAsync(omar));
        Assert.Empty(await ToldAsync("anna"));
        Assert.Equal([reference], await ToldAsync("ben"));
        // An underscore is no wildcard: these are two people.
        Assert.Equal([reference], await ToldAsync("ann_"));

        async Task<IEnumerable<string>> OfferedAsync(Actor reader) =>
            (
                await server
                    .Kernel()
                    .Db.ReadAsync(reader, Permission.CaseGrade, tx => Opinions.QueueAsync(tx))
            ).Opinions.Select(row => row.CaseRef);

        async Task<IEnumerable<string>> ToldAsync(string person) =>
            (await server.GetJsonAsync($"/v1/grading/opinions?person={person}", client: other))
                .GetProperty("opinions")
                .EnumerateArray()
                .Select(row => row.Text("caseRef"));
    }

    private static Actor PersonOf(string name, params Permission[] permissions) =>
        new(
            TenantId.Default,
            ActorKind.Person,
            $"person:{name}",
            permissions.Append(Permission.CaseGrade).ToHashSet()
        );

    /// <summary>Graded by anna, and another opinion asked for.</summary>
    private static async Task<string> OpinionWantedAsync(TestServer server, HttpClient? client = null)
    {
        var reference = await server.OpenAsync("user-1");
        await server.PostAsync(
            $"/v1/cases/{reference}/items/{await server.ItemAsync(reference)}/grade",
            new
            {
                age = "unclear",
                activity = "posing",
                depiction = "real",
                reasons = new[] { "by_the_facts" },
                person = "anna",
            },
            client: client
        );
        return reference;
    }

    /// <summary>What the page says is wanted of its reader.</summary>
    private static string Role(string page) =>
        page[page.IndexOf("role=\"status\"", StringComparison.Ordinal)..].Split("</p>")[0];

    private static (string, string?) StateOf(JsonElement status) =>
        (
            status.Text("state"),
            status.GetProperty("outcome").ValueKind == JsonValueKind.Null ? null : status.Text("outcome")
        );
}
