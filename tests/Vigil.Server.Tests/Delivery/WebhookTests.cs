using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Simulators;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class WebhookTests
{
    [Fact(Timeout = 60_000)]
    public async Task An_event_arrives_signed_whole_and_once_at_those_who_want_its_type()
    {
        await using var all = WebhookReceiver.Start();
        await using var some = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([all.Port, some.Port]);
        var (_, secret) = await server.AddWebhookAsync(all.Url);
        all.Secrets = [secret];
        await server.AddWebhookAsync(some.Url, "case.closed", "case.merged");

        await server.PublishAsync("case.opened", "case-1");
        await server.PublishAsync("case.closed", "case-2");
        await DeliveryServer.UntilAsync(
            () => all.Received.Count == 2 && some.Received.Count == 1,
            "three arrivals"
        );

        Assert.All(all.Received, hook => Assert.True(hook.IsGenuine));
        var opened = all.Received.Single(hook => hook.Body.Contains("case.opened", StringComparison.Ordinal));
        var body = JsonDocument.Parse(opened.Body).RootElement;
        Assert.Equal(
            ["type", "timestamp", "id", "tenant", "subject", "data"],
            body.EnumerateObject().Select(member => member.Name)
        );
        Assert.Equal(opened.Id, body.GetProperty("id").GetString());
        Assert.Equal("case-1", body.GetProperty("subject").GetString());
        Assert.Equal("a test", body.GetProperty("data").GetProperty("what").GetString());
        Assert.Equal("application/json; charset=utf-8", opened.Headers["content-type"]);
        Assert.Contains("case-2", some.Received[0].Body, StringComparison.Ordinal);
        await DeliveryServer.UntilAsync(
            async () => (await server.DeliveriesAsync("delivered")).Length == 3,
            "all written down as delivered"
        );
        Assert.Equal(2, all.Received.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_rolled_back_is_never_sent()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await server.AddWebhookAsync(receiver.Url);
        var feature = Actor.Machine(TenantId.Default, "failing feature", Permission.ScanSubmit);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            server.Db.WriteAsync<bool>(
                feature,
                Permission.ScanSubmit,
                async tx =>
                {
                    await tx.PublishAsync(new OutboxEvent("never.happened", "x", new { }));
                    throw new InvalidOperationException("the feature failed");
                }
            )
        );
        await server.PublishAsync("did.happen");
        await DeliveryServer.UntilAsync(() => receiver.Received.Count > 0, "the other event");
        Assert.Contains("did.happen", Assert.Single(receiver.Received).Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_that_the_operator_did_not_allow_is_refused_with_advice()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        using var response = await server.Client.PostAsJsonAsync(
            "/v1/webhooks",
            new { url = "https://169.254.169.254/" }
        );
        var problem = await TestServer.JsonOf(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("not_allowed", problem.GetProperty("code").GetString());
        Assert.Contains(
            "--allow-outbound",
            problem.GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task While_a_secret_changes_both_sign_and_after_a_day_only_the_new_one()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        receiver.Clock = server.Time.GetUtcNow;
        var (id, old) = await server.AddWebhookAsync(receiver.Url);
        var fresh = (await server.PostAsync($"/v1/webhooks/{id}/rotate-secret"))
            .GetProperty("secret")
            .GetString()!;
        Assert.NotEqual(old, fresh);

        receiver.Secrets = [old];
        await server.PublishAsync("first.event");
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the old secret is enough");
        receiver.Secrets = [fresh];
        await server.PublishAsync("second.event");
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 2, "the new secret is enough");
        Assert.All(receiver.Received, hook => Assert.Equal(2, hook.Signature.Split(' ').Length));

        server.Time.Advance(TimeSpan.FromHours(24));
        await server.PublishAsync("third.event");
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 3, "after the overlap");
        Assert.Single(receiver.Received[^1].Signature.Split(' '));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_whose_clock_is_off_refuses_and_has_it_when_its_clock_is_right()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var (_, secret) = await server.AddWebhookAsync(receiver.Url);
        receiver.Secrets = [secret];
        receiver.Clock = () => server.Time.GetUtcNow().AddMinutes(6);
        await server.PublishAsync("an.event");
        await DeliveryServer.UntilAsync(() => receiver.Received.Count == 1, "the refused attempt");
        Assert.Empty(receiver.Accepted);

        receiver.Clock = server.Time.GetUtcNow;
        server.Time.Advance(TimeSpan.FromHours(1));
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the attempt with a new time");
        Assert.Equal(receiver.Received[0].Id, receiver.Accepted[0].Id);
        Assert.NotEqual(receiver.Received[0].Timestamp, receiver.Accepted[0].Timestamp);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_ping_tests_one_endpoint_whatever_it_wants()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var other = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port, other.Port]);
        var (id, _) = await server.AddWebhookAsync(receiver.Url, "case.opened");
        await server.AddWebhookAsync(other.Url);
        await server.PostAsync($"/v1/webhooks/{id}/ping");
        await DeliveryServer.UntilAsync(() => receiver.Received.Count == 1, "the ping");
        Assert.Contains("\"type\":\"ping\"", receiver.Received[0].Body, StringComparison.Ordinal);
        Assert.Empty(other.Received);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_paused_webhook_gathers_and_one_that_is_off_does_not()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var (id, _) = await server.AddWebhookAsync(receiver.Url);
        await ChangeAsync(server, id, "off");
        await server.PublishAsync("while.off");
        await ChangeAsync(server, id, "paused");
        await server.PublishAsync("while.paused");
        await ChangeAsync(server, id, "on");
        await DeliveryServer.UntilAsync(() => receiver.Received.Count > 0, "what was gathered");
        Assert.Contains("while.paused", Assert.Single(receiver.Received).Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_create_request_again_makes_no_second_webhook_and_names_the_first()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        var answers = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks")
            {
                Content = JsonContent.Create(new { url = "http://127.0.0.1:9/" }),
                Headers = { { "Idempotency-Key", "once" } },
            };
            using var response = await server.Client.SendAsync(request);
            Assert.Equal(time == 0 ? HttpStatusCode.Created : HttpStatusCode.Conflict, response.StatusCode);
            answers.Add((await TestServer.JsonOf(response)).GetProperty("id").GetString()!);
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(1, (await server.GetAsync("/v1/webhooks")).GetProperty("webhooks").GetArrayLength());
    }

    [Fact(Timeout = 60_000)]
    public async Task Neither_address_nor_secret_stands_in_the_database_to_be_read()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        var (_, secret) = await server.AddWebhookAsync("http://127.0.0.1:9/token-in-the-path");
        var rows = await server.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.QueryAsync<Stored>("select url, secret from webhook")
        );
        var row = Assert.Single(rows);
        Assert.DoesNotContain("token-in-the-path", System.Text.Encoding.Latin1.GetString(row.Url));
        Assert.DoesNotContain(secret[6..], System.Text.Encoding.Latin1.GetString(row.Secret));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_change_of_a_webhook_stands_in_the_ledger()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        var (id, _) = await server.AddWebhookAsync("http://127.0.0.1:9/");
        await ChangeAsync(server, id, "paused");
        await server.PostAsync($"/v1/webhooks/{id}/rotate-secret");
        using var removed = await server.Client.DeleteAsync($"/v1/webhooks/{id}");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        var acts = await server.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => tx.QueryAsync<string>("select action from ledger_event order by seq")
        );
        Assert.Equal(
            ["webhook.created", "webhook.changed", "webhook.secret.rotated", "webhook.removed"],
            acts.Where(act => act.StartsWith("webhook.", StringComparison.Ordinal))
        );
    }

    private static async Task ChangeAsync(DeliveryServer server, Guid id, string state)
    {
        using var response = await server.Client.PatchAsJsonAsync($"/v1/webhooks/{id}", new { state });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private sealed class Stored
    {
        public byte[] Url { get; init; } = [];
        public byte[] Secret { get; init; } = [];
    }
}
