using System.Net;
using System.Net.Http.Json;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Deciding;

public class PolicyApiTests
{
    private static readonly object ReviewAll = new
    {
        title = "A person looks at everything",
        rules = new[]
        {
            new
            {
                name = "All",
                mode = "enforce",
                outcome = "review",
            },
        },
    };

    [Fact(Timeout = 60_000)]
    public async Task A_draft_is_previewed_against_recent_decisions_and_in_force_a_second_after_activation()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);

        using var drafted = await server.Client.PostAsJsonAsync("/v1/policies", ReviewAll, Made.Stop);
        Assert.Equal(HttpStatusCode.Created, drafted.StatusCode);
        var draft = await TestServer.JsonOf(drafted);
        var id = draft.GetProperty("id").GetGuid();
        Assert.Equal("draft", draft.GetProperty("state").GetString());
        Assert.Equal(Outcome.Block, (await server.DecideAsync(Made.Scan("one"))).Outcome);

        using var previewed = await server.Client.GetAsync($"/v1/policies/{id}/preview", Made.Stop);
        var preview = await TestServer.JsonOf(previewed);
        Assert.Equal(2, preview.GetProperty("decisions").GetInt32());
        Assert.Equal(2, preview.GetProperty("changed").GetInt32());
        Assert.Equal("review", preview.GetProperty("changes")[0].GetProperty("to").GetString());

        using var activated = await server.Client.PostAsJsonAsync(
            $"/v1/policies/{id}/activate",
            new { revision = preview.GetProperty("revision").GetInt64() },
            Made.Stop
        );
        Assert.Equal(HttpStatusCode.OK, activated.StatusCode);
        var decision = await server.WithinASecondAsync(Made.Scan("one"), Outcome.Review);
        Assert.Equal(2, decision.PolicyVersion);

        using var all = await server.Client.GetAsync("/v1/policies", Made.Stop);
        var policies = await TestServer.JsonOf(all);
        Assert.Equal(2, policies.GetProperty("activeVersion").GetInt64());
        Assert.Equal(
            [2L, 1L],
            policies
                .GetProperty("policies")
                .EnumerateArray()
                .Select(one => one.GetProperty("version").GetInt64())
        );
        Assert.Equal(
            1,
            await server.AskAsync<long>(
                "select count(*) from ledger_event where tenant = @tenant and action = 'policy.activated'"
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_draft_that_changed_since_it_was_looked_at_is_not_activated()
    {
        await using var server = await TestServer.StartAsync();
        using var drafted = await server.Client.PostAsJsonAsync("/v1/policies", ReviewAll, Made.Stop);
        var id = (await TestServer.JsonOf(drafted)).GetProperty("id").GetGuid();
        using var changed = await server.Client.PostAsJsonAsync($"/v1/policies/{id}", ReviewAll, Made.Stop);
        Assert.Equal(2, (await TestServer.JsonOf(changed)).GetProperty("revision").GetInt64());

        using var refused = await server.Client.PostAsJsonAsync(
            $"/v1/policies/{id}/activate",
            new { revision = 1 },
            Made.Stop
        );

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("policy_changed", (await TestServer.JsonOf(refused)).GetProperty("code").GetString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"name":"x","mode":"enforce","outcome":"block"}""", "only the same file is blocked")]
    [InlineData("""{"name":"x","mode":"on","outcome":"review"}""", "unknown mode")]
    [InlineData("""{"name":"x","mode":"review","outcome":"not_scanned"}""", "unknown outcome")]
    [InlineData(
        """{"name":"x","mode":"review","outcome":"review","purposes":["terror"]}""",
        "unknown purpose"
    )]
    [InlineData("""{"name":"x","mode":"review","outcome":"review","surfaces":["wall"]}""", "unknown surface")]
    [InlineData(
        """{"name":"x","mode":"review","outcome":"review","jurisdictions":["Germany"]}""",
        "two capital"
    )]
    [InlineData("""{"name":"","mode":"review","outcome":"review"}""", "a name has")]
    public async Task A_rule_that_is_none_is_refused_and_said_why(string rule, string advice)
    {
        await using var server = await TestServer.StartAsync();
        using var body = new StringContent(
            $$"""{"title":"t","rules":[{{rule}}]}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );

        using var refused = await server.Client.PostAsync("/v1/policies", body, Made.Stop);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var problem = await TestServer.JsonOf(refused);
        Assert.Equal("bad_policy", problem.GetProperty("code").GetString());
        Assert.Contains(advice, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
