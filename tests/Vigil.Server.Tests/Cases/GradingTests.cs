using System.Net;
using System.Text.Json;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

public class GradingTests
{
    private static readonly string[] Taxonomy = ["a1-b2", "copine", "iccam", "uk", "vics-us", "x-arf"];

    /// <summary>Each row of the crosswalk in the reference, with its cells; several codes are joined by '-'.</summary>
    [Theory]
    [InlineData("prepubescent penetrative real", "A1", "9-10", "1", "A", "1", "baseline")]
    [InlineData("prepubescent non_penetrative real animal", "A1", "9-10", "1", "A", "1", "baseline")]
    [InlineData("prepubescent non_penetrative real sadism", "A1", "9-10", "1", "A", "1", "baseline")]
    [InlineData("prepubescent non_penetrative real", "A1", "7-8", "1", "B", "1", "baseline")]
    [InlineData("prepubescent posing real focus", "A2", "5-6", "1", "C", "1", "A2-baseline")]
    [InlineData("prepubescent posing real", "A2", "5-6", "2", "C", "1", "A2-baseline")]
    [InlineData("pubescent penetrative real", "B1", "7-8-9-10", "2", "A", "1", "B1")]
    [InlineData("pubescent non_penetrative real", "B1", "7-8-9-10", "2", "B", "1", "B1")]
    [InlineData("pubescent non_penetrative real sadism", "B1", "7-8-9-10", "2", "A", "1", "B1")]
    [InlineData("pubescent posing real", "B2", "5-6", "2", "C", "1-2", "B2")]
    [InlineData("prepubescent penetrative drawn", "A1", "none", "2", "prohibited image", "3", "baseline")]
    [InlineData("pubescent posing generated", "B2", "none", "2", "prohibited image", "3", "B2")]
    [InlineData("unclear posing real", "none", "none", "4", "none", "2", "none")]
    [InlineData("prepubescent none real", "none", "1-2-3-4", "4", "none", "0", "none")]
    [InlineData("adult none real", "none", "1-2-3-4", "4", "none", "0", "none")]
    [InlineData("adult penetrative real", "none", "none", "4", "none", "0", "none")]
    public void Codes_are_derived_from_facts_as_the_crosswalk_says(
        string facts,
        string industry,
        string copine,
        string iccam,
        string uk,
        string vics,
        string xarf
    )
    {
        var codes = Taxonomies.Derive(FactsOf(facts));
        Assert.Equal(Taxonomy, codes.Select(code => code.Taxonomy));
        Assert.Equal([industry, copine, iccam, uk, vics, xarf], codes.Select(code => code.Text));
    }

    [Fact]
    public void Annotations_say_what_the_code_does_not()
    {
        Assert.Equal(["animeDrawingVirtualHentai"], NotesOf("prepubescent posing drawn", "a1-b2"));
        Assert.Equal(["generativeAi"], NotesOf("prepubescent posing generated", "a1-b2"));
        Assert.Equal(["virtual"], NotesOf("prepubescent posing drawn", "iccam"));
        Assert.Equal(["AgeUnclear"], NotesOf("unclear posing real", "iccam"));
        Assert.Equal(
            ["possibleSelfProduction", "liveStreaming", "infant"],
            NotesOf("prepubescent posing real self live infant", "a1-b2")
        );
        static IEnumerable<string> NotesOf(string facts, string taxonomy) =>
            Taxonomies.Derive(FactsOf(facts)).Single(code => code.Taxonomy == taxonomy).Annotations;
    }

    [Fact]
    public void Each_rule_names_facts_and_words_that_there_are()
    {
        var known = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var every =
            from age in Enum.GetValues<AgeBand>()
            from activity in Enum.GetValues<SexualActivity>()
            from depiction in Enum.GetValues<Depiction>()
            from flag in new[] { false, true }
            select new GradeFacts
            {
                Age = age,
                Activity = activity,
                Depiction = depiction,
                FocusOnGenitals = flag,
                Animal = flag,
                Sadism = flag,
                SelfGenerated = flag,
                LiveStreamed = flag,
                Infant = flag,
            };
        foreach (var facts in every)
        {
            foreach (var (name, word) in facts.ByName)
            {
                known.TryAdd(name, []);
                known[name].Add(word);
            }
        }
        var wrong =
            from taxonomy in Taxonomies.All
            from when in taxonomy
                .Rules.Select(rule => rule.When)
                .Concat(taxonomy.Annotations.Select(note => note.When))
            from fact in when
            where !known.TryGetValue(fact.Key, out var words) || fact.Value.Any(word => !words.Contains(word))
            select $"{taxonomy.Name}: {fact.Key}";
        Assert.Empty(wrong);
        Assert.All(Taxonomies.All, taxonomy => Assert.NotEmpty(taxonomy.Source));
    }

    [Fact]
    public void Kappa_is_agreement_beyond_chance()
    {
        // The textbook's 2 x 2: 20 both yes, 5 and 10 apart, 15 both no: 70 percent, kappa 0.4.
        var (yes, no) = (FactsOf("prepubescent posing real animal"), FactsOf("prepubescent posing real"));
        var pairs = Enumerable
            .Repeat((yes, yes), 20)
            .Concat(Enumerable.Repeat((yes, no), 5))
            .Concat(Enumerable.Repeat((no, yes), 10))
            .Concat(Enumerable.Repeat((no, no), 15))
            .ToList();
        var row = Agreement.Of(pairs).Facts.Single(fact => fact.Taxonomy == "animal");
        Assert.Equal((50, 35, 70.0, 0.4), (row.Pairs, row.Same, row.Percent, row.Kappa));
        Assert.Equal(new CodeCount("yes", 25, 30, 20), row.Codes.Single(code => code.Code == "yes"));
        // Everybody says one thing: nothing can be said beyond chance.
        Assert.Null(Agreement.Of(pairs).Facts.Single(fact => fact.Taxonomy == "age").Kappa);
        Assert.Null(Agreement.Of([]).Taxonomies[0].Percent);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_opinion_is_given_by_another_who_cannot_see_the_first_and_a_third_decides_between_two()
    {
        await using var server = await TestServer.StartAsync();
        using var second = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        var item = await server.ItemAsync(reference);

        var first = await GradeAsync(server, reference, item, Of("prepubescent", "posing", ask: true));
        Assert.Equal(
            (1, 2),
            (first.GetProperty("round").GetInt32(), first.GetProperty("asksFor").GetInt32())
        );
        Assert.Equal("A2", CodeOf(first.GetProperty("codes"), "a1-b2"));

        // The first grader is not offered it; the second is, and sees nothing of the first.
        Assert.Empty(await WaitingAsync(server, server.Client, ReviewWork.Person));
        Assert.Equal([item], await WaitingAsync(server, second, ReviewWork.Other));
        var hidden = await GradesAsync(server, reference, second);
        Assert.Empty(hidden.GetProperty("grades").EnumerateArray());
        Assert.Equal(1, hidden.GetProperty("hidden").GetInt32());
        Assert.Empty(hidden.GetProperty("codes").EnumerateArray());
        var read = (await server.FileAsync(reference, second)).ToString();
        Assert.DoesNotContain("prepubescent", read, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "prepubescent",
            string.Concat(await server.LedgerAsync("case.graded")),
            StringComparison.Ordinal
        );

        var other = await GradeAsync(
            server,
            reference,
            item,
            Of("pubescent", "posing", person: ReviewWork.Other),
            second
        );
        Assert.Equal(
            (2, 3),
            (other.GetProperty("round").GetInt32(), other.GetProperty("asksFor").GetInt32())
        );
        Assert.Empty(await WaitingAsync(server, second, ReviewWork.Other));
        Assert.Empty(await WaitingAsync(server, server.Client, ReviewWork.Person));
        Assert.Equal([item], await WaitingAsync(server, second, "cleo"));

        // Who graded first is the same through another key; two people behind one key are two.
        var same = await server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/grade",
            Of("prepubescent", "posing"),
            HttpStatusCode.Conflict,
            client: second
        );
        Assert.Equal("opinion_given", same.Text("code"));
        var third = Of("prepubescent", "posing", person: "cleo");
        var last = await GradeAsync(server, reference, item, third, second);
        Assert.Equal(3, last.GetProperty("round").GetInt32());
        var open = await GradesAsync(server, reference, server.Client);
        Assert.Equal(3, open.GetProperty("grades").GetArrayLength());
        Assert.Equal("A2", CodeOf(open.GetProperty("codes"), "a1-b2"));
        var late = await server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/grade",
            Of("adult", "none"),
            HttpStatusCode.Conflict
        );
        Assert.Equal("opinion_given", late.Text("code"));

        var agreement = await server.GetJsonAsync("/v1/grading/agreement");
        var industry = agreement.GetProperty("taxonomies")[0];
        Assert.Equal(1, industry.GetProperty("pairs").GetInt32());
        Assert.Equal(0, industry.GetProperty("same").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unclear_age_asks_for_a_second_opinion_by_itself_and_two_that_agree_need_no_third()
    {
        await using var server = await TestServer.StartAsync();
        using var second = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync();
        var item = await server.ItemAsync(reference);
        var first = await GradeAsync(server, reference, item, Of("unclear", "posing"));
        Assert.Equal(2, first.GetProperty("asksFor").GetInt32());
        var agreed = await GradeAsync(
            server,
            reference,
            item,
            Of("unclear", "posing", person: ReviewWork.Other),
            second
        );
        Assert.Equal(JsonValueKind.Null, agreed.GetProperty("asksFor").ValueKind);
        var already = await server.PostAsync(
            $"/v1/cases/{reference}/items/{item}/opinion",
            new { because = "other" },
            HttpStatusCode.Conflict
        );
        Assert.Equal("no_opinion_possible", already.Text("code"));
    }

    [Fact]
    public void Two_agree_where_every_fact_is_the_same_whatever_the_codes_are()
    {
        var first = GradeOf("prepubescent non_penetrative real");
        Assert.True(first.AgreesWith(GradeOf("prepubescent non_penetrative real")));
        foreach (var more in new[] { "focus", "animal", "sadism", "self", "live", "infant" })
        {
            var second = GradeOf($"prepubescent non_penetrative real {more}", 2);
            Assert.False(first.AgreesWith(second), more);
            Assert.Null(Opinions.Standing([first, second]));
            var third = GradeOf($"prepubescent non_penetrative real {more}", 3);
            Assert.Same(third, Opinions.Standing([first, second, third]));
        }
        foreach (var other in new[] { "pubescent non_penetrative real", "prepubescent posing real" })
        {
            Assert.False(first.AgreesWith(GradeOf(other)), other);
        }
        // One code in each taxonomy, and two facts.
        Assert.False(GradeOf("adult none real").AgreesWith(GradeOf("adult none generated")));
        Assert.Same(first, Opinions.Standing([first, GradeOf("prepubescent non_penetrative real", 2)]));
        Assert.Null(Opinions.Standing([]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Facts_that_exclude_each_other_and_grades_without_a_reason_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var second = await server.ClientOfAsync(Scope.Cases);
        var reference = await server.OpenAsync();
        var item = await server.ItemAsync(reference);
        var path = $"/v1/cases/{reference}/items/{item}/grade";
        var infant = await server.PostAsync(
            path,
            new
            {
                age = "adult",
                activity = "none",
                depiction = "real",
                infant = true,
                reasons = new[] { "other" },
                person = ReviewWork.Person,
            },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("facts_contradict", infant.Text("code"));
        var silent = await server.PostAsync(
            path,
            new
            {
                age = "adult",
                activity = "none",
                depiction = "real",
                person = ReviewWork.Person,
            },
            HttpStatusCode.BadRequest
        );
        Assert.Equal("missing", silent.Text("code"));
        await GradeAsync(server, reference, item, Of("adult", "none"));
        var unasked = await server.PostAsync(
            path,
            Of("adult", "none", person: ReviewWork.Other),
            HttpStatusCode.Conflict,
            client: second
        );
        Assert.Equal("already_graded", unasked.Text("code"));
        await server.PostAsync(
            $"/v1/cases/{reference}/items/{Guid.NewGuid()}/grade",
            Of("adult", "none"),
            HttpStatusCode.NotFound
        );
    }

    private static object Of(
        string age,
        string activity,
        bool ask = false,
        string person = ReviewWork.Person
    ) =>
        new
        {
            age,
            activity,
            depiction = "real",
            reasons = new[] { "by_the_facts" },
            secondOpinion = ask,
            person,
        };

    private static Grade GradeOf(string words, int round = 1)
    {
        var facts = FactsOf(words);
        return new Grade
        {
            Round = round,
            AgeBand = facts.Age,
            Activity = facts.Activity,
            Depiction = facts.Depiction,
            FocusOnGenitals = facts.FocusOnGenitals,
            Animal = facts.Animal,
            Sadism = facts.Sadism,
            SelfGenerated = facts.SelfGenerated,
            LiveStreamed = facts.LiveStreamed,
            Infant = facts.Infant,
        };
    }

    private static Task<JsonElement> GradeAsync(
        TestServer server,
        string reference,
        string item,
        object grade,
        HttpClient? client = null
    ) => server.PostAsync($"/v1/cases/{reference}/items/{item}/grade", grade, client: client);

    private static async Task<JsonElement> GradesAsync(
        TestServer server,
        string reference,
        HttpClient client
    ) => (await server.GetJsonAsync($"/v1/cases/{reference}/grades", client: client)).GetProperty("items")[0];

    private static async Task<IReadOnlyList<string>> WaitingAsync(
        TestServer server,
        HttpClient client,
        string person
    ) =>
        [
            .. (await server.GetJsonAsync($"/v1/grading/opinions?person={person}", client: client))
                .GetProperty("opinions")
                .EnumerateArray()
                .Select(row => row.Text("itemId")),
        ];

    private static string CodeOf(JsonElement codes, string taxonomy) =>
        codes.EnumerateArray().Single(code => code.Text("taxonomy") == taxonomy).Text("text");

    private static GradeFacts FactsOf(string words)
    {
        var said = words.Split(' ');
        return new GradeFacts
        {
            Age = Features.Cases.Words.Parse<AgeBand>(said[0], "age"),
            Activity = Features.Cases.Words.Parse<SexualActivity>(said[1], "activity"),
            Depiction = Features.Cases.Words.Parse<Depiction>(said[2], "depiction"),
            FocusOnGenitals = said.Contains("focus"),
            Animal = said.Contains("animal"),
            Sadism = said.Contains("sadism"),
            SelfGenerated = said.Contains("self"),
            LiveStreamed = said.Contains("live"),
            Infant = said.Contains("infant"),
        };
    }
}
