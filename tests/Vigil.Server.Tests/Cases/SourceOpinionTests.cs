using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Tests.Delivery;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Who keeps a list hears what persons here judged of its entries, where the list says how.</summary>
public class SourceOpinionTests
{
    private const string List = "made-list";
    private const string Source = "entry-4711";
    private const string ByHand = "list_opinion_by_hand";

    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData("a picture"u8));

    [Fact(Timeout = 120_000)]
    public async Task A_false_positive_is_sent_to_the_lists_channel_alone_when_it_can_no_longer_be_undone()
    {
        await using var source = await RequestSink.StartAsync();
        await using var delivery = await DeliveryServer.StartAsync([new Uri(source.Url).Port]);
        var server = delivery.Whole;
        var entry = await ListedAsync(server);
        var (webhook, _) = await delivery.AddWebhookAsync($"{source.Url}/opinions", "list.opinion");
        await RefusedAsync(delivery, source);
        await SetAsync(server, webhook);
        await server.SetAsync("cases.undoSeconds", "30");

        var reference = await HitAsync(server, "user-1");
        await server.DecideAsync(reference, "not_csam");
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });
        delivery.Time.Pass(TimeSpan.FromMinutes(1));
        await server.DecideAsync(reference, "not_csam");
        Assert.Empty(await OpinionsAsync(server));
        Assert.Empty(source.Taken);

        delivery.Time.Pass(TimeSpan.FromMinutes(1));
        var told = await UntilAsync(source, 1);
        var data = told.GetProperty("data");
        Assert.Equal("list.opinion", told.Text("type"));
        Assert.Equal(
            (List, Source, "false_positive"),
            (data.Text("list"), data.Text("entry"), data.Text("opinion"))
        );
        Assert.True(data.GetProperty("generation").GetInt64() > 0);
        var all = told.GetRawText();
        foreach (var secret in (string[])[Sha256, reference, "user-1", ReviewWork.Person, ReviewWork.Why])
        {
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        }
        var sent = Assert.Single(await server.LedgerAsync("list.opinion_sent"));
        Assert.Equal(entry.ToString(), sent.GetProperty("facts").Text("entry"));
        Assert.DoesNotContain("list_source", (await server.GetJsonAsync("/v1/corrections")).GetRawText());
        await UntilStateAsync(server, "received");
        Assert.Contains("false positive", await server.Client.GetStringAsync("/console/appeals"));

        // Looked at again, it is taken back by a second message.
        await server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );
        var back = (await UntilAsync(source, 2)).GetProperty("data");
        Assert.Equal(("retracted", data.Text("id")), (back.Text("opinion"), back.Text("retracts")));
        Assert.Single(await server.LedgerAsync("list.opinion_retracted"));
        Assert.DoesNotContain(ByHand, await FollowAsync(server));
    }

    [Fact(Timeout = 120_000)]
    public async Task Confirmed_matches_are_told_only_where_the_list_asks_for_it()
    {
        await using var source = await RequestSink.StartAsync();
        await using var delivery = await DeliveryServer.StartAsync([new Uri(source.Url).Port]);
        var server = delivery.Whole;
        await ListedAsync(server);
        var (webhook, _) = await delivery.AddWebhookAsync($"{source.Url}/opinions", "list.opinion");
        await SetAsync(server, webhook);
        await server.SetAsync("cases.undoSeconds", "0");
        await server.DecideAsync(await HitAsync(server, "user-1"));
        Assert.Empty(await OpinionsAsync(server));

        await SetAsync(server, webhook, confirmed: true);
        await server.DecideAsync(await HitAsync(server, "user-2"));
        var data = (await UntilAsync(source, 1)).GetProperty("data");
        Assert.Equal("true_positive", data.Text("opinion"));
        Assert.Single(await OpinionsAsync(server));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_channel_or_when_delivery_ends_a_person_has_a_draft_and_an_alarm()
    {
        await using var delivery = await DeliveryServer.StartAsync([1]);
        var server = delivery.Whole;
        await ListedAsync(server);
        await server.SetAsync("cases.undoSeconds", "0");
        var (webhook, _) = await delivery.AddWebhookAsync("http://127.0.0.1:1/", "list.opinion");
        await SetAsync(server, webhook);
        await server.DecideAsync(await HitAsync(server, "user-1"), "not_csam");
        Assert.Equal("delivery", Assert.Single(await OpinionsAsync(server)).Text("owner"));
        Assert.DoesNotContain(ByHand, await FollowAsync(server));

        using (await server.Client.DeleteAsync(new Uri($"/v1/webhooks/{webhook}", UriKind.Relative))) { }
        Assert.Contains(ByHand, await FollowAsync(server));
        var ended = Assert.Single(await OpinionsAsync(server));
        Assert.Equal(("ended", "deciders"), (ended.Text("state"), ended.Text("owner")));
        var draft = Assert.Single(await DraftsAsync(server));
        Assert.Contains("was not received", draft.Text("text"), StringComparison.Ordinal);
        await server.PostAsync(
            $"/v1/corrections/{draft.Text("id")}",
            new { state = "sent", reason = "By mail." }
        );
        Assert.DoesNotContain(ByHand, await FollowAsync(server));
    }

    /// <summary>Who keeps a list hears of nothing else: a webhook of all types, or of others, is no channel.</summary>
    private static async Task RefusedAsync(DeliveryServer delivery, RequestSink source)
    {
        foreach (
            var types in (string[][])
                [
                    [],
                    ["case.opened"],
                    ["case.opened", "list.opinion"],
                ]
        )
        {
            var (other, _) = await delivery.AddWebhookAsync($"{source.Url}/other", types);
            using var answer = await PutAsync(delivery.Whole, other, false);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            using (await delivery.Client.DeleteAsync(new Uri($"/v1/webhooks/{other}", UriKind.Relative))) { }
        }
    }

    private static async Task SetAsync(TestServer server, Guid webhook, bool confirmed = false)
    {
        using var answer = await PutAsync(server, webhook, confirmed);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> PutAsync(TestServer server, Guid webhook, bool confirmed) =>
        server.Client.PutAsJsonAsync(
            $"/v1/lists/{List}/feedback",
            new
            {
                webhookId = webhook,
                wantsConfirmed = confirmed,
                reason = "As agreed with them.",
            }
        );

    private static async Task<Guid> ListedAsync(TestServer server)
    {
        await server.EnforceListAsync(List);
        var added = await server.PostAsync(
            $"/v1/lists/{List}/entries",
            new { entries = (object[])[new { sourceRef = Source, sha256 = Sha256 }] }
        );
        return added.GetProperty("entries")[0].GetProperty("entryId").GetGuid();
    }

    private static async Task<string> HitAsync(TestServer server, string account) =>
        await TestServer.EventuallyAsync(
            async () =>
            {
                var hit = await server.PostAsync(
                    "/v1/scan",
                    new
                    {
                        surface = "public_post",
                        jurisdiction = "DE",
                        account,
                        contentRef = $"post/{account}",
                        hashes = new { sha256 = Sha256 },
                    }
                );
                return hit.Text("decision") == "block" ? hit.Text("caseRef") : null;
            },
            "the entry is found"
        );

    private static async Task<IReadOnlyList<JsonElement>> OpinionsAsync(TestServer server) =>
        [.. (await server.GetJsonAsync("/v1/source-opinions")).GetProperty("opinions").EnumerateArray()];

    private static async Task<IReadOnlyList<JsonElement>> DraftsAsync(TestServer server) =>
        [
            .. (await server.GetJsonAsync("/v1/corrections"))
                .GetProperty("corrections")
                .EnumerateArray()
                .Where(draft => draft.Text("kind") == "list_source"),
        ];

    /// <summary>The look that comes every five minutes.</summary>
    private static async Task<IReadOnlyList<string>> FollowAsync(TestServer server)
    {
        var watch = server.Server.Services.GetServices<IHostedService>().OfType<WatchWaiting>().Single();
        await watch.RunAsync(TenantId.Default, TestContext.Current.CancellationToken);
        return await server.AlarmsAsync();
    }

    private static Task<string> UntilStateAsync(TestServer server, string state) =>
        TestServer.EventuallyAsync(
            async () =>
            {
                await FollowAsync(server);
                return (await OpinionsAsync(server))[0].Text("state") == state ? state : null;
            },
            $"the message is {state}"
        );

    private static async Task<JsonElement> UntilAsync(RequestSink source, int count)
    {
        var text = await TestServer.EventuallyAsync(
            () =>
                Task.FromResult(
                    source.Taken.Count >= count
                        ? Encoding.UTF8.GetString(source.Taken.ToArray()[count - 1].Body)
                        : null
                ),
            $"message {count} arrives"
        );
        return JsonDocument.Parse(text).RootElement;
    }
}
