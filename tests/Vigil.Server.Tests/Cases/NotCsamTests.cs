using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>From a list to a person's "not CSAM" and back, over HTTP, with all features of the program.</summary>
public class NotCsamTests
{
    private const string List = "made-list";
    private const string Why = "A holiday picture, seen on the platform.";

    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData("a picture"u8));
    private static readonly string Pdq = Convert.ToHexStringLower(SHA256.HashData("its fingerprint"u8));

    [Fact(Timeout = 60_000)]
    public async Task What_a_person_finds_to_be_no_CSAM_is_released_and_never_flagged_by_that_entry_again()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await ListedAsync(server);
        var mine = await HitAsync(server, "user-1");
        var (scanId, reference) = (mine.Text("scanId"), mine.Text("caseRef"));
        var theirs = await HitAsync(server, "user-2");
        var others = theirs.Text("caseRef");
        Assert.NotEqual(reference, others);
        await DecideAsync(server, others, "confirmed");
        Assert.Equal("decided", await StateAsync(server, others));

        var decided = await DecideAsync(server, reference, "not_csam");

        Assert.Equal("not_csam", decided.GetProperty("case").Text("outcome"));
        // The platform is told to release it.
        Assert.Equal(["decision.made", "decision.reversed"], await server.OutboxAsync(scanId));
        Assert.Contains("case.decided", await server.OutboxAsync(reference));
        // The entry is set aside in this tenant.
        Assert.Equal("quarantined", await EntryStateAsync(server, entry));
        // What else rested on it is looked at again.
        Assert.Equal("open", await StateAsync(server, others));
        Assert.Contains("case.reopened", await server.OutboxAsync(others));
        var file = await server.GetJsonAsync($"/v1/cases/{others}/file");
        Assert.Equal("open", file.GetProperty("items")[0].Text("state"));
        Assert.Contains(
            "reopened_by_dispute",
            file.GetProperty("timeline").EnumerateArray().Select(line => line.Text("what"))
        );
        await UntilAsync(server, new { sha256 = Sha256 }, "none");
        Assert.Equal("reopened", await DecisionStateAsync(server, theirs));

        // Confirmed once more, that decision holds again.
        await DecideAsync(server, others, "confirmed");
        Assert.Equal("active", await DecisionStateAsync(server, theirs));
        Assert.Equal("reversed", await DecisionStateAsync(server, mine));

        // A steward lets the entry back: others of its kind are found again, this file never.
        await server.PostAsync(
            $"/v1/lists/{List}/entries/{entry}/release",
            new { reason = "Checked with the source." }
        );
        await UntilAsync(server, new { pdq = Pdq, pdqQuality = 100 }, "review");
        var again = await ScanAsync(server, "user-3", new { sha256 = Sha256 });
        Assert.Equal("none", again.Text("decision"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Deciding_twice_reverses_once()
    {
        await using var server = await TestServer.StartAsync();
        await ListedAsync(server);
        var hit = await HitAsync(server, "user-1");

        await DecideAsync(server, hit.Text("caseRef"), "not_csam");
        await DecideAsync(server, hit.Text("caseRef"), "not_csam");

        Assert.Equal(["decision.made", "decision.reversed"], await server.OutboxAsync(hit.Text("scanId")));
        Assert.Single(await server.LedgerAsync("decision.reversed"));
    }

    [Fact(Timeout = 60_000)]
    public async Task When_scanning_cannot_reverse_it_nothing_is_decided()
    {
        await using var server = await TestServer.StartAsync();
        // A hit whose decision scanning does not know.
        var reference = await server.HitAsync("user-1");

        await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "not_csam",
                reason = Why,
                person = ReviewWork.Person,
            },
            HttpStatusCode.NotFound
        );

        Assert.Equal("open", await StateAsync(server, reference.Value));
        Assert.Empty(await server.LedgerAsync("case.decided"));
        Assert.Equal(["case.opened"], await server.OutboxAsync(reference.Value));
    }

    private static async Task<string> DecisionStateAsync(TestServer server, JsonElement hit) =>
        (await server.GetJsonAsync($"/v1/decisions/{hit.Text("scanId")}"))
            .GetProperty("decision")
            .Text("state");

    private static async Task<Guid> ListedAsync(TestServer server)
    {
        await server.EnforceListAsync(List);
        var added = await server.PostAsync(
            $"/v1/lists/{List}/entries",
            new
            {
                entries = new[]
                {
                    new
                    {
                        sha256 = Sha256,
                        pdq = Pdq,
                        pdqQuality = 100,
                    },
                },
            }
        );
        await UntilAsync(server, new { pdq = Pdq, pdqQuality = 100 }, "review");
        return added.GetProperty("entries")[0].GetProperty("entryId").GetGuid();
    }

    private static async Task<JsonElement> HitAsync(TestServer server, string account)
    {
        var hit = await ScanAsync(server, account, new { sha256 = Sha256 });
        Assert.Equal("block", hit.Text("decision"));
        return hit;
    }

    private static Task<JsonElement> ScanAsync(TestServer server, string? account, object hashes) =>
        server.PostAsync(
            "/v1/scan",
            new
            {
                surface = "public_post",
                jurisdiction = "DE",
                account,
                contentRef = $"post/{account}",
                hashes,
            }
        );

    /// <summary>A change of a list is seen within a second; a slow machine may take longer to load it.</summary>
    private static async Task UntilAsync(TestServer server, object hashes, string decision)
    {
        var last = "";
        for (var start = TimeProvider.System.GetTimestamp(); ; )
        {
            using var response = await server.Client.PostAsJsonAsync(
                new Uri("/v1/scan", UriKind.Relative),
                new
                {
                    surface = "public_post",
                    jurisdiction = "DE",
                    hashes,
                }
            );
            last = await response.Content.ReadAsStringAsync();
            if (last.Contains($"\"decision\":\"{decision}\"", StringComparison.Ordinal))
            {
                return;
            }
            Assert.True(
                TimeProvider.System.GetElapsedTime(start).TotalSeconds < 15,
                $"Not {decision}, but {last}"
            );
            await Task.Delay(20);
        }
    }

    private static Task<JsonElement> DecideAsync(TestServer server, string reference, string verdict) =>
        server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict,
                reason = Why,
                person = ReviewWork.Person,
            }
        );

    private static async Task<string> StateAsync(TestServer server, string reference) =>
        (await server.GetJsonAsync($"/v1/cases/{reference}")).Text("state");

    private static async Task<string> EntryStateAsync(TestServer server, Guid entry) =>
        (await server.GetJsonAsync($"/v1/lists/{List}/entries/{entry}")).Text("state");
}
