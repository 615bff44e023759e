using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigil.Server.Features.Cases;
using Vigil.Server.Http;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>A program decides nothing: each act names the person whose judgement it is.</summary>
public class NamedPersonTests
{
    private static readonly string?[] Nobody =
    [
        null,
        "",
        "Anna",
        "anna@example.org",
        "-anna",
        "anna/ben",
        new('a', 41),
    ];

    [Fact(Timeout = 120_000)]
    public async Task Each_act_of_judgement_by_a_key_names_a_person_or_changes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var key = $"key:{server.FirstKey[3..13]}";
        var reference = await server.OpenAsync("user-1", "known_csam");
        var exact = await server.MatchAsync(new EntryKey(Guid.NewGuid(), Guid.NewGuid()), account: "b");
        var item = await server.ItemAsync(reference);
        var path = $"/v1/cases/{reference}";

        await RefuseAsync(server, reference, $"{path}/undo", []);
        await NameAsync("grader", $"{path}/items/{item}/grade", Grade(), "case.graded");
        await NameAsync("decider", $"{path}/decision", Because("verdict", "confirmed"), "case.decided");
        // Who names nobody may be the one who is to look at the decision again.
        var read = await server.GetJsonAsync($"{path}/file?person=decider");
        var decided = read.GetProperty("items")[0];
        Assert.Equal($"{key}/decider", decided.Text("decidedBy"));
        var action = await NameAsync(
            "actor",
            $"{path}/account-actions",
            Because("kind", "content_removed"),
            "account.acted",
            HttpStatusCode.Created
        );
        Assert.Equal($"{key}/actor", action.Text("actedBy"));
        var id = action.Text("id");
        var appeal = await server.PostAsync(
            "/v1/appeals",
            new { actionId = id, text = "It was not me." },
            HttpStatusCode.Accepted
        );
        await NameAsync(
            "judge",
            $"/v1/appeals/{appeal.Text("appealId")}/decision",
            Because("outcome", "upheld"),
            "appeal.decided"
        );
        var reverse = $"/v1/account-actions/{id}/reverse";
        var reversed = await NameAsync("reverser", reverse, Because(), "account.action_reversed");
        Assert.Equal($"{key}/reverser", reversed.Text("reversedBy"));
        await NameAsync(
            "auditor",
            $"/v1/audits/{item}",
            Because("verdict", "confirmed"),
            "case.audit_agreed"
        );
        await NameAsync("closer", $"{path}/close", Because("because", "duplicate"), "case.closed");
        await NameAsync("opener", $"{path}/reopen", Because(), "case.reopened");
        var many = Because();
        many["cases"] = new JsonArray(exact);
        await NameAsync("confirmer", "/v1/cases/decisions", many, "case.decided");

        var file = await server.GetJsonAsync($"{path}/file?person=decider");
        var by = file.GetProperty("timeline").EnumerateArray().Select(line => line.Text("actor")).ToList();
        string[] people = ["grader", "decider", "actor", "judge", "reverser", "auditor", "closer", "opener"];
        Assert.Equal(people.Select(person => $"{key}/{person}"), by.Where(name => name != key));
        using var page = await server.Client.GetAsync(new Uri($"/console{path[3..]}", UriKind.Relative));
        var text = await page.Content.ReadAsStringAsync();
        Assert.Contains("by decider, told by program first start", text, StringComparison.Ordinal);

        async Task<JsonElement> NameAsync(
            string person,
            string path,
            JsonObject body,
            string act,
            HttpStatusCode expected = HttpStatusCode.OK
        )
        {
            await RefuseAsync(server, reference, path, body);
            body["person"] = person;
            var answer = await server.PostAsync(path, body, expected);
            var row = (await server.LedgerAsync(act))[^1];
            Assert.Equal((key, person), (row.Text("actor"), row.GetProperty("facts").Text("person")));
            return answer;
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_is_signed_in_names_nobody_else_and_two_people_behind_one_key_are_two()
    {
        await using var server = await TestServer.StartAsync();
        var person = new Actor(
            TenantId.Default,
            ActorKind.Person,
            "person:reviewer-1",
            Grants.Of([Role.Reviewer])
        );
        var program = new Actor(TenantId.Default, ActorKind.ApiKey, "key:one", Grants.Of([Scope.Cases]));

        Assert.Equal("person:reviewer-1", (await OfAsync(person, null)).Name);
        Assert.Equal("person:reviewer-1", (await OfAsync(person, "reviewer-1")).Name);
        var other = await Assert.ThrowsAsync<ProblemException>(() => OfAsync(person, "anna"));
        Assert.Equal("not_that_person", other.Code);
        var anna = await OfAsync(program, "anna");
        Assert.Equal("key:one/anna", anna.Name);
        // The same key before it named anybody, and the key that came after it, may be the same person.
        Assert.All(["key:one/anna", "key:one", "key:two/anna"], name => Assert.True(anna.Is(name)));
        string?[] others = ["key:one/ben", "key:one/joanna", "key:two", "key:on", "person:anna", null];
        Assert.All(others, name => Assert.False(anna.Is(name)));
        Assert.False((await OfAsync(person, null)).Is("key:one/reviewer-1"));

        Task<DecidingPerson> OfAsync(Actor actor, string? name) =>
            server
                .Kernel()
                .Db.ReadAsync(
                    actor,
                    Permission.CaseDecide,
                    tx => Task.FromResult(DecidingPerson.Of(tx, name))
                );
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_had_a_part_before_a_case_was_opened_again_decides_no_appeal()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        using var second = await server.ClientOfAsync(Scope.Admin);
        var reference = await server.OpenAsync("user-1", "known_csam");
        var item = await server.ItemAsync(reference);
        var path = $"/v1/cases/{reference}";
        await PostAsync($"{path}/items/{item}/grade", Grade(), "grader");
        await PostAsync($"{path}/decision", Because("verdict", "confirmed"), "decider");
        var action = await PostAsync(
            $"{path}/account-actions",
            Because("kind", "content_removed"),
            "actor",
            HttpStatusCode.Created
        );
        await PostAsync($"/v1/audits/{item}", Because("verdict", "confirmed"), "auditor");
        await server.PostAsync($"{path}/feedback", new { from = "authority", outcome = "not_csam" });
        var key = $"key:{server.FirstKey[3..13]}";
        Assert.Equal([$"{key}/decider"], await DecidersAsync());
        // The keys that told of it are called by their labels, and no others.
        var programs = (await server.FileAsync(reference)).GetProperty("programs").EnumerateObject();
        Assert.Equal(
            (key, "first start"),
            (Assert.Single(programs).Name, programs.First().Value.GetString())
        );
        await PostAsync($"{path}/decision", Because("verdict", "confirmed"), "late");
        var id = action.Text("id");
        var appeal = await server.PostAsync(
            "/v1/appeals",
            new { actionId = id, text = "It was not me." },
            HttpStatusCode.Accepted
        );
        var decision = $"/v1/appeals/{appeal.Text("appealId")}/decision";

        foreach (var person in (string[])["grader", "decider", "actor", "auditor", "late"])
        {
            Assert.False(await MayDecideAsync(person), person);
            var refused = await PostAsync(
                decision,
                Because("outcome", "granted"),
                person,
                HttpStatusCode.Conflict,
                second
            );
            Assert.Equal("not_independent", refused.Text("code"));
        }
        Assert.True(await MayDecideAsync("judge"));
        await PostAsync(decision, Because("outcome", "granted"), "judge", client: second);

        Task<JsonElement> PostAsync(
            string path,
            JsonObject body,
            string person,
            HttpStatusCode expected = HttpStatusCode.OK,
            HttpClient? client = null
        )
        {
            body["person"] = person;
            return server.PostAsync(path, body, expected, client: client);
        }

        async Task<bool> MayDecideAsync(string person) =>
            (await server.GetJsonAsync($"/v1/appeals?person={person}"))
                .GetProperty("appeals")[0]
                .GetProperty("mayDecide")
                .GetBoolean();

        async Task<IReadOnlyList<string>> DecidersAsync() =>
            (
                await server
                    .Kernel()
                    .Db.WriteAsync(
                        CaseWork.Scanner,
                        Permission.ScanSubmit,
                        tx =>
                            tx.AskAsync<CaseDecidersWanted, CaseDeciders>(
                                new CaseDecidersWanted(new CaseRef(reference))
                            )
                    )
            ).People;
    }

    private static async Task RefuseAsync(TestServer server, string reference, string path, JsonObject body)
    {
        var before = (await server.LedgerAllAsync(), $"{await server.FileAsync(reference)}");
        foreach (var person in Nobody)
        {
            body["person"] = person;
            var refused = await server.PostAsync(path, body, HttpStatusCode.BadRequest);
            Assert.Equal((person, "person_needed"), (person, refused.Text("code")));
        }
        Assert.Equal(before.Item1, await server.LedgerAllAsync());
        Assert.Equal(before.Item2, $"{await server.FileAsync(reference)}");
    }

    private static JsonObject Because(string? name = null, string? word = null)
    {
        var body = new JsonObject { ["reason"] = ReviewWork.Why };
        if (name is not null)
        {
            body[name] = word;
        }
        return body;
    }

    private static JsonObject Grade() =>
        new()
        {
            ["age"] = "prepubescent",
            ["activity"] = "posing",
            ["depiction"] = "real",
            ["reasons"] = new JsonArray("by_the_facts"),
        };
}
