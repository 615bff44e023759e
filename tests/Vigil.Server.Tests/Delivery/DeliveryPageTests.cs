using System.Net;
using System.Text.RegularExpressions;
using Vigil.Simulators;

namespace Vigil.Server.Tests.Delivery;

public class DeliveryPageTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_webhook_is_added_tested_and_removed_by_page_and_its_secret_is_shown_once()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var made = await PostAsync(server, "/console/webhooks", ("url", receiver.Url), ("label", "mine"));
        var secret = Regex.Match(made, "whsec_[^<]+").Value;
        receiver.Secrets = [WebUtility.HtmlDecode(secret)];
        receiver.Clock = server.Time.GetUtcNow;
        var page = await server.Client.GetStringAsync("/console/webhooks");
        Assert.Contains("mine", page, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "whsec_",
            page.Replace("whsec_ ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        var act = Regex.Match(page, "/console/webhooks/[0-9a-f-]{36}").Value;

        Assert.Contains(
            "on its way",
            await PostAsync(server, act, ("act", "ping")),
            StringComparison.Ordinal
        );
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the ping");
        Assert.Contains(
            "Removed.",
            await PostAsync(server, act, ("act", "remove")),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_address_is_explained_on_the_page()
    {
        await using var server = await DeliveryServer.StartAsync([]);
        var page = await PostAsync(server, "/console/webhooks", ("url", "https://elsewhere.example.org/"));
        Assert.Contains("--allow-outbound", page, StringComparison.Ordinal);
        Assert.Contains("https://elsewhere.example.org/", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Dead_letters_are_listed_with_age_and_error_and_sent_again_by_page()
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Busy;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("case.opened");
        server.Time.Advance(TimeSpan.FromHours(80));
        await DeliveryServer.UntilAsync(
            async () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(5));
                return (await server.DeliveriesAsync("dead")).Length == 1;
            },
            "a dead letter"
        );
        var page = await server.Client.GetStringAsync("/console/outbox?state=dead");
        Assert.Contains("case.opened", page, StringComparison.Ordinal);
        Assert.Contains("3 days ago", page, StringComparison.Ordinal);
        Assert.Contains("status 503", page, StringComparison.Ordinal);
        receiver.Fault = ReceiverFault.None;
        Assert.Contains(
            "On its way again.",
            await PostAsync(server, "/console/outbox", ("act", "resend")),
            StringComparison.Ordinal
        );
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "sent again");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_alarm_is_acknowledged_and_a_channel_added_by_page()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        Assert.Contains(
            "Created.",
            await PostAsync(
                server,
                "/console/alarm-channels",
                ("kind", "slack"),
                ("label", "chat"),
                ("minimum", "notice"),
                ("url", receiver.Url),
                ("security", "start_tls")
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "test alarm is on its way",
            await PostAsync(server, "/console/alarms/test"),
            StringComparison.Ordinal
        );
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the test alarm");
        await server.RaiseAsync(new("disk_full", Vigil.Trust.AlarmSeverity.Page, "The disk is full."));
        var page = await server.Client.GetStringAsync("/console/alarms");
        Assert.Contains("The disk is full.", page, StringComparison.Ordinal);
        var act = Regex.Match(page, "/console/alarms/[0-9a-f-]{36}").Value;
        Assert.Contains(
            "not told again",
            await PostAsync(server, act, ("act", "acknowledge")),
            StringComparison.Ordinal
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/console/webhooks")]
    [InlineData("/console/outbox")]
    [InlineData("/console/alarms")]
    [InlineData("/v1/webhooks")]
    [InlineData("/v1/outbox")]
    [InlineData("/v1/alarms")]
    [InlineData("/v1/alarm-channels")]
    public async Task A_stranger_sees_none_of_it(string path)
    {
        await using var server = await DeliveryServer.StartAsync([]);
        using var stranger = server.Whole.ClientWith(null);
        using var response = await stranger.GetAsync(path);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static async Task<string> PostAsync(
        DeliveryServer server,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        using var form = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
        );
        using var response = await server.Client.PostAsync(path, form);
        if (response.RequestMessage!.Method != HttpMethod.Post)
        {
            // The client does not send its key along after a redirect.
            return await server.Client.GetStringAsync(response.RequestMessage.RequestUri);
        }
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{path}: {text}");
    }
}
