using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Who is to give an opinion is told nothing of what others found before it is given.</summary>
public partial class BlindOpinionTests
{
    [Fact(Timeout = 180_000)]
    public async Task From_the_list_to_the_content_and_back_no_page_tells_the_first_answer()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.OpenAsync("user-1");
        var item = await server.ItemAsync(reference);
        var content = await server.SealAsync(
            new CaseRef(reference),
            ViewingWork.Picture(1),
            Guid.Parse(item)
        );
        using var first = await server.ReviewerAsync();
        using var second = await server.ReviewerAsync("oth.er");
        await first.GradeAsync(reference, item, ("secondOpinion", "true"));
        var page = $"/console/cases/{reference}";
        await first.PostAsync(page, $"{page}/decision", ("verdict", "confirmed"), ("reason", ReviewWork.Why));
        var grade = $"{page}/items/{item}/grade";

        Assert.Contains(
            $"href=\"{grade}\"",
            await MainAsync(second, "/console/opinions"),
            StringComparison.Ordinal
        );
        var shown = await MainAsync(second, grade);
        Assert.DoesNotContain($"href=\"{page}\"", shown, StringComparison.Ordinal);
        Assert.Contains("href=\"/console/opinions\" data-key=\"b\"", shown, StringComparison.Ordinal);
        var opened = $"/console/contents/{content}?grade={item}";
        Assert.Contains($"href=\"{opened}\"", shown, StringComparison.Ordinal);
        var words = $"{page}/words?grade={item}";
        Assert.Contains($"href=\"{words}\"", shown, StringComparison.Ordinal);
        await LeadsBackAsync(second, item, words, grade);
        await LeadsBackAsync(second, item, opened, grade);
        await LeadsBackAsync(second, item, $"/console/contents/{content}/metadata?grade={item}", opened);

        await TellsNothingAsync(server, second, first, page);
        Assert.Contains(ReviewWork.Why, await MainAsync(first, page), StringComparison.Ordinal);

        await second.GradeAsync(reference, item);

        var told = await MainAsync(second, page);
        Assert.Contains(ReviewWork.Why, told, StringComparison.Ordinal);
        Assert.Contains("<span class=\"tag bad\">confirmed</span>", told, StringComparison.Ordinal);
        Assert.Contains("decided: confirmed", await MainAsync(second, "/console/cases?state=decided"));
    }

    private static async Task TellsNothingAsync(
        TestServer server,
        ConsoleUser reader,
        ConsoleUser decider,
        string page
    )
    {
        var shown = await MainAsync(reader, page);
        Assert.Contains("Your opinion of an item of this case is wanted.", shown, StringComparison.Ordinal);
        Assert.Contains("<span class=\"tag\">decided</span>", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(ReviewWork.Why, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<span class=\"tag bad\">", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<strong>confirmed</strong>", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("by person:", Items().Match(shown).Value, StringComparison.Ordinal);
        Assert.Contains("decided", Items().Match(shown).Value, StringComparison.Ordinal);
        foreach (var form in new[] { "reopen", "feedback", "action", "close" })
        {
            Assert.DoesNotContain($"action=\"{page}/{form}\"", shown, StringComparison.Ordinal);
        }
        var list = await MainAsync(reader, "/console/cases?state=decided");
        Assert.Contains($"href=\"{page}\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("decided: ", list, StringComparison.Ordinal);
        Assert.Contains("decided: confirmed", await MainAsync(decider, "/console/cases?state=decided"));
        Assert.NotEmpty(await server.LedgerAsync("case.decided"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_program_reads_for_a_person_and_second_and_third_are_told_once_they_have_answered()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        var item = await server.ItemAsync(reference);
        await GradeAsync(server, reference, item, ReviewWork.Person, "unclear");
        await server.DecideAsync(reference);
        await server.RemoveContentAsync(reference);

        await IsHiddenAsync(server, reference, item, ReviewWork.Other, 2);
        await IsToldAsync(server, reference, ReviewWork.Person);
        // Who names nobody may be anybody.
        await IsHiddenAsync(server, reference, item, null, 2);

        await GradeAsync(server, reference, item, ReviewWork.Other, "adult");

        await IsToldAsync(server, reference, ReviewWork.Other);
        await IsHiddenAsync(server, reference, item, "cleo", 3);
        await GradeAsync(server, reference, item, "cleo", "adult");
        await IsToldAsync(server, reference, "cleo");
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_decided_and_did_not_grade_is_told_their_decision_but_not_why_an_opinion_is_wanted()
    {
        await using var server = await TestServer.StartAsync();
        using var decider = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync("user-1");
        var item = await server.ItemAsync(reference);
        await server.DecideAsync(reference, client: decider);
        await GradeAsync(server, reference, item, ReviewWork.Person, "pubescent");
        await server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/opinion",
            new { because = "age_features" }
        );

        await IsToldAsync(server, reference, ReviewWork.Other);
        Assert.Null(await AskedAsync(ReviewWork.Other));
        Assert.Equal("age_features", await AskedAsync(ReviewWork.Person));

        async Task<string?> AskedAsync(string person) =>
            (await ReadAsync(server, reference, "file", person))
                .GetProperty("timeline")
                .EnumerateArray()
                .Single(line => line.Text("what") == "opinion_asked")
                .GetProperty("text")
                .GetString();
    }

    private static async Task IsHiddenAsync(
        TestServer server,
        string reference,
        string item,
        string? person,
        int round
    )
    {
        var file = await ReadAsync(server, reference, "file", person);
        var status = file.GetProperty("case");
        Assert.Equal("decided", status.Text("state"));
        Assert.Equal(JsonValueKind.Null, status.GetProperty("outcome").ValueKind);
        var shown = file.GetProperty("items")[0];
        Assert.Equal("decided", shown.Text("state"));
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("decidedBy").ValueKind);
        Assert.Equal(["opened", "item_added", "graded"], ReviewWork.TimelineOf(file).Distinct());
        var wanted = file.GetProperty("opinion");
        Assert.Equal((item, round), (wanted.Text("itemId"), wanted.GetProperty("round").GetInt32()));
        Assert.Contains("is hidden until you have given it", wanted.Text("hidden"), StringComparison.Ordinal);
        var actions = await ReadAsync(server, reference, "account-actions", person);
        Assert.Empty(actions.GetProperty("actions").EnumerateArray());
        Assert.Equal(wanted.Text("hidden"), actions.Text("hidden"));
        var query = person is null ? "" : $"?person={person}";
        var row = (await server.GetJsonAsync($"/v1/grading/opinions{query}")).GetProperty("opinions")[0];
        Assert.Equal(
            ["itemId", "caseRef", "round", "askedAt", "problemType"],
            row.EnumerateObject().Select(member => member.Name)
        );
    }

    private static async Task IsToldAsync(TestServer server, string reference, string person)
    {
        var file = await ReadAsync(server, reference, "file", person);
        Assert.Equal("confirmed", file.GetProperty("case").Text("outcome"));
        Assert.Equal("confirmed", file.GetProperty("items")[0].Text("state"));
        Assert.Contains("confirmed", ReviewWork.TimelineOf(file));
        Assert.Equal(JsonValueKind.Null, file.GetProperty("opinion").ValueKind);
        var actions = await ReadAsync(server, reference, "account-actions", person);
        Assert.Equal(JsonValueKind.Null, actions.GetProperty("hidden").ValueKind);
    }

    private static Task<JsonElement> ReadAsync(
        TestServer server,
        string reference,
        string what,
        string? person
    ) => server.GetJsonAsync($"/v1/cases/{reference}/{what}{(person is null ? "" : $"?person={person}")}");

    private static Task<JsonElement> GradeAsync(
        TestServer server,
        string reference,
        string item,
        string person,
        string age
    ) =>
        server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/grade",
            new
            {
                age,
                activity = "posing",
                depiction = "real",
                reasons = new[] { "by_the_facts" },
                person,
            }
        );

    /// <summary>To where one came from, and never by the case's page.</summary>
    private static async Task LeadsBackAsync(ConsoleUser reader, string item, string path, string back)
    {
        var shown = await MainAsync(reader, path);
        Assert.Contains($"href=\"{back}\" data-key=\"b\"", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(ReviewWork.Why, shown, StringComparison.Ordinal);
        Assert.All(
            Links().Matches(shown).Select(link => link.Value),
            link => Assert.Contains($"grade={item}", link, StringComparison.Ordinal)
        );
    }

    private static async Task<string> MainAsync(ConsoleUser user, string path)
    {
        var page = await user.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        return page.Text[
            page.Text.IndexOf("<main", StringComparison.Ordinal)..page.Text.IndexOf(
                "</main>",
                StringComparison.Ordinal
            )
        ];
    }

    /// <summary>To a content's pages and to words.</summary>
    [GeneratedRegex("""(?:href|action)="(?:/console/contents/|[^"]*/words)[^"]*""")]
    private static partial Regex Links();

    [GeneratedRegex("""<section aria-labelledby="items">.*?</section>""", RegexOptions.Singleline)]
    private static partial Regex Items();
}
