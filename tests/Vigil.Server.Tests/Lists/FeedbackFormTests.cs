using Vigil.Server.Features.Lists.Showing;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Delivery;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

/// <summary>The page of a list sets where its source hears opinions, as the API does.</summary>
public class FeedbackFormTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_person_turns_the_channel_of_a_list_on_and_off_by_page()
    {
        await using var source = await RequestSink.StartAsync();
        await using var delivery = await DeliveryServer.StartAsync([new Uri(source.Url).Port]);
        var server = delivery.Whole;
        await server.EnforceListAsync("made-list");
        var list = (await server.GetJsonAsync("/v1/lists/made-list")).GetProperty("id").GetGuid();
        var (alone, _) = await delivery.AddWebhookAsync($"{source.Url}/opinions", "list.opinion");
        var (all, _) = await delivery.AddWebhookAsync($"{source.Url}/all");
        using var steward = await ConsoleUser.InviteAsync(server, "a.steward", "list_steward");
        var page = await steward.GetAsync($"/console/lists/{list}");
        Assert.Contains($"<option value=\"{alone}\">", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"<option value=\"{all}\">", page.Text, StringComparison.Ordinal);

        await SaveAsync(("webhookId", $"{alone}"), ("wantsConfirmed", "true"));
        Assert.Equal((alone, true), await SetAsync());
        page = await steward.GetAsync($"/console/lists/{list}");
        Assert.Contains($"<option value=\"{alone}\" selected", page.Text, StringComparison.Ordinal);
        await SaveAsync(("webhookId", $"{alone}"));
        Assert.Equal((alone, false), await SetAsync());
        foreach (var wrong in (string[])[$"{all}", "another"])
        {
            Assert.Equal("bad_webhook", (await SendAsync(("webhookId", wrong))).Code);
        }
        await SaveAsync(("webhookId", ""), ("wantsConfirmed", "true"));
        Assert.Equal((null, false), await SetAsync());
        Assert.Equal(3, (await server.LedgerAsync("list.feedback_set")).Count);

        async Task SaveAsync(params (string, string)[] fields) =>
            Assert.EndsWith("notice=saved", (await SendAsync(fields)).Location, StringComparison.Ordinal);

        Task<ConsoleUser.Answer> SendAsync(params (string, string)[] fields) =>
            steward.PostAsync(
                $"/console/lists/{list}",
                $"/console/lists/{list}/feedback",
                [.. fields, ("reason", "As its source asked.")]
            );

        async Task<(Guid?, bool)> SetAsync()
        {
            var set = await server
                .Kernel()
                .Db.SystemAsync("test", isWrite: false, tx => FeedbackForm.ReadAsync(tx, list));
            return (set.WebhookId, set.WantsConfirmed);
        }
    }
}
