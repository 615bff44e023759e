using System.Net;
using System.Net.Http.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

public class DescribingTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_new_list_starts_in_shadow_and_may_not_be_handed_on()
    {
        await using var server = await TestServer.StartAsync();

        var list = await server.PostAsync(
            "/v1/lists",
            new { name = "hotline-a", purpose = "known-csam" },
            HttpStatusCode.Created
        );

        Assert.Equal("shadow", list.Text("mode"));
        Assert.Equal("none", list.Text("onwardSharing"));
        Assert.Equal("single_source", list.Text("confidence"));
        Assert.False(list.GetProperty("isReportEligible").GetBoolean());
        Assert.Equal(31, list.Number("radius"));
        Assert.Equal(50, list.Number("qualityFloor"));
        var all = await server.GetAsync("/v1/lists");
        Assert.Equal("hotline-a", Assert.Single(all.GetProperty("lists").EnumerateArray()).Text("name"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_for_politics_is_refused_and_told_why()
    {
        await using var server = await TestServer.StartAsync();

        var refusal = await server.PostAsync(
            "/v1/lists",
            new { name = "leaflets", purpose = "political" },
            HttpStatusCode.BadRequest
        );

        Assert.Equal("purpose_refused", refusal.Text("code"));
        Assert.Contains("Political, terror and copyright lists are refused", refusal.Text("detail"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_platform_has_no_lists_for_law_enforcement_only()
    {
        await using var platform = await TestServer.StartAsync();
        await using var police = await TestServer.StartAsync(Profile.LawEnforcement);

        var refusal = await platform.PostAsync(
            "/v1/lists",
            new { name = "le", purpose = "law-enforcement-only" },
            HttpStatusCode.BadRequest
        );

        Assert.Equal("purpose_not_in_profile", refusal.Text("code"));
        await police.CreateListAsync("le", "law-enforcement-only");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"name":"Bad Name","purpose":"harmless"}""", "bad_name")]
    [InlineData("""{"name":"a","purpose":"harmless","radius":64}""", "bad_radius")]
    [InlineData("""{"name":"a","purpose":"harmless","qualityFloor":101}""", "bad_quality_floor")]
    [InlineData("""{"name":"a","purpose":"harmless","confidence":"sure"}""", "bad_confidence")]
    [InlineData("""{"name":"a","purpose":"harmless","onwardSharing":"all"}""", "bad_onward_sharing")]
    [InlineData("""{"name":"a","purpose":"harmless","jurisdiction":"Germany"}""", "bad_jurisdiction")]
    [InlineData("""{"name":"a","purpose":"harmless","staleAfterDays":-1}""", "bad_stale_after_days")]
    [InlineData(
        """{"name":"a","purpose":"harmless","title":"d41d8cd98f00b204e9800998ecf8427e"}""",
        "hash_in_text"
    )]
    [InlineData("""{"name":"a","purpose":"harmless","colour":"red"}""", "bad_json")]
    [InlineData("""{"name":"a"}""", "bad_json")]
    public async Task What_is_wrong_with_a_new_list_is_said_by_code(string json, string code)
    {
        await using var server = await TestServer.StartAsync();

        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync("/v1/lists", body);

        var problem = await ListsHere.ExpectAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(code, problem.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_request_key_makes_one_list()
    {
        await using var server = await TestServer.StartAsync();
        async Task<HttpResponseMessage> SendAsync(string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/lists")
            {
                Content = JsonContent.Create(new { name, purpose = "harmless" }),
            };
            request.Headers.Add("Idempotency-Key", "list-1");
            return await server.Client.SendAsync(request);
        }

        using var first = await SendAsync("once");
        using var again = await SendAsync("once");
        using var other = await SendAsync("twice");

        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Single((await server.GetAsync("/v1/lists")).GetProperty("lists").EnumerateArray());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mode_changes_only_with_a_reason_and_the_ledger_keeps_it()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("modes");

        var refusal = await server.PatchAsync(
            "/v1/lists/modes",
            new { mode = "enforce" },
            HttpStatusCode.BadRequest
        );
        var before = await server.GetAsync("/v1/lists/modes");
        var after = await server.PatchAsync(
            "/v1/lists/modes",
            new
            {
                mode = "enforce",
                radius = 20,
                reason = "two weeks in shadow without a false match",
            }
        );

        Assert.Equal("reason_required", refusal.Text("code"));
        Assert.Equal("shadow", before.Text("mode"));
        Assert.Equal("enforce", after.Text("mode"));
        Assert.Equal(20, after.Number("radius"));
        Assert.True(after.Number("generation") > before.Number("generation"));
        var act = Assert.Single(await server.LedgerAsync("list.changed"));
        Assert.Contains("two weeks in shadow", act);
        Assert.Contains("shadow -> enforce", act);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_attestation_makes_a_list_report_eligible_until_it_is_taken_back()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("attested");

        var given = await server.PatchAsync(
            "/v1/lists/attested",
            new { attestation = "Verified by two analysts, 2026", reason = "letter of the source" }
        );
        var taken = await server.PatchAsync(
            "/v1/lists/attested",
            new { attestation = "", reason = "the source withdrew it" }
        );

        Assert.True(given.GetProperty("isReportEligible").GetBoolean());
        Assert.False(taken.GetProperty("isReportEligible").GetBoolean());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_removed_list_leaves_a_tombstone_and_its_name_is_free()
    {
        await using var server = await TestServer.StartAsync();
        var list = await server.CreateListAsync("old");

        await server.PostAsync("/v1/lists/old/remove", new { reason = "the source closed" });
        await server.GetAsync("/v1/lists/old", HttpStatusCode.NotFound);
        var tombstone = await server.GetAsync($"/v1/lists/{list.Text("id")}");
        await server.CreateListAsync("old");

        Assert.Equal("the source closed", tombstone.Text("removedReason"));
        Assert.Single(await server.LedgerAsync("list.removed"));
        await server.PostAsync(
            $"/v1/lists/{list.Text("id")}/entries",
            new { entries = new[] { new { md5 = ListsHere.Md5("x") } } },
            HttpStatusCode.NotFound
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_lists_cannot_have_one_name()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("same");

        var refusal = await server.PostAsync(
            "/v1/lists",
            new { name = "same", purpose = "harmless" },
            HttpStatusCode.Conflict
        );

        Assert.Equal("list_exists", refusal.Text("code"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_for_scans_may_not_touch_lists_and_a_list_keeper_may_not_take_values_out()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("guarded");
        using var scans = server.ClientWith(await server.KeyAsync(Scope.Scan));
        using var keeper = server.ClientWith(await server.KeyAsync(Scope.Lists));
        using var nobody = server.ClientWith(null);

        using var read = await scans.GetAsync("/v1/lists");
        using var export = await keeper.PostAsJsonAsync("/v1/lists/guarded/exports", new { format = "csv" });
        using var lookup = await keeper.PostAsJsonAsync(
            "/v1/lists/entries/lookup",
            new { md5 = ListsHere.Md5("x") }
        );
        using var unknown = await nobody.GetAsync("/v1/lists");

        Assert.Equal(HttpStatusCode.Forbidden, read.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, export.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, lookup.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }
}
