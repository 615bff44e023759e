using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vigil.Simulators;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class FailingReceiverTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(ReceiverFault.Error, "status", 500)]
    [InlineData(ReceiverFault.Busy, "status", 503)]
    [InlineData(ReceiverFault.NotFound, "status", 404)]
    [InlineData(ReceiverFault.Gone, "status", 410)]
    [InlineData(ReceiverFault.Unauthorized, "status", 401)]
    [InlineData(ReceiverFault.Redirect, "status", 307)]
    [InlineData(ReceiverFault.Hang, "timed_out", null)]
    [InlineData(ReceiverFault.Reset, "broken_answer", null)]
    [InlineData(ReceiverFault.Garbage, "broken_answer", null)]
    [InlineData(ReceiverFault.HugeHeaders, "broken_answer", null)]
    public async Task A_receiver_that_fails_loses_nothing_and_how_it_failed_is_seen(
        ReceiverFault fault,
        string error,
        int? status
    )
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = fault;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var (_, secret) = await server.AddWebhookAsync(receiver.Url);
        (receiver.Secrets, receiver.Clock) = ([secret], server.Time.GetUtcNow);
        await server.PublishAsync("an.event");

        JsonElement waiting = default;
        await DeliveryServer.UntilAsync(
            async () =>
            {
                waiting = (await server.DeliveriesAsync("waiting")).Single();
                return waiting.GetProperty("attempts").GetInt32() > 0;
            },
            "a failed attempt"
        );
        Assert.Equal(error, waiting.GetProperty("lastError").GetString());
        Assert.Equal(
            status,
            waiting.TryGetProperty("lastStatus", out var was) && was.ValueKind == JsonValueKind.Number
                ? was.GetInt32()
                : null
        );
        Assert.All(receiver.Received, hook => Assert.True(hook.IsGenuine));

        receiver.Fault = ReceiverFault.None;
        server.Time.Advance(TimeSpan.FromHours(1));
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count > 0, "the event after all");
        Assert.Single(receiver.Received.Select(hook => hook.Id).Distinct());
        Assert.Single(receiver.Received.Select(hook => hook.Body).Distinct());
        Assert.DoesNotContain(receiver.Received, hook => hook.Path == "/elsewhere");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(ReceiverFault.Slow)]
    [InlineData(ReceiverFault.Huge)]
    [InlineData(ReceiverFault.Drip)]
    [InlineData(ReceiverFault.WrongContent)]
    public async Task An_answer_of_200_counts_whatever_comes_after_it(ReceiverFault fault)
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = fault;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("an.event");
        await DeliveryServer.UntilAsync(
            async () => (await server.DeliveriesAsync("delivered")).Length == 1,
            "delivered"
        );
        Assert.Single(receiver.Received);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_that_flaps_has_every_event_in_the_end()
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Flapping;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await server.AddWebhookAsync(receiver.Url);
        for (var number = 0; number < 10; number++)
        {
            await server.PublishAsync("an.event");
        }
        await DeliveryServer.UntilAsync(
            () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(20));
                return receiver.Accepted.Select(hook => hook.Id).Distinct().Count() == 10;
            },
            "all ten",
            40
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receiver_that_is_down_for_a_day_loses_nothing()
    {
        int port;
        await using (var before = WebhookReceiver.Start())
        {
            port = before.Port;
        }
        await using var server = await DeliveryServer.StartAsync([port]);
        await server.AddWebhookAsync($"http://127.0.0.1:{port}/hook");
        for (var hour = 0; hour < 24; hour++)
        {
            await server.PublishAsync("an.event", $"{hour}");
            await server.PublishAsync("an.event", $"{hour} again");
            server.Time.Advance(TimeSpan.FromHours(1));
        }
        await DeliveryServer.UntilAsync(
            async () =>
                (await server.DeliveriesAsync("waiting")).Any(row =>
                    row.GetProperty("lastError").GetString() == "connect_failed"
                ),
            "an attempt that failed"
        );
        Assert.Equal(48, (await server.DeliveriesAsync("waiting")).Length);
        var oldest = (await server.GetAsync("/v1/outbox")).GetProperty("deliveries")[0];
        Assert.InRange(oldest.GetProperty("ageSeconds").GetInt64(), 24 * 3600, 25 * 3600);

        await using var back = WebhookReceiver.Start(port);
        server.Time.Advance(TimeSpan.FromHours(1));
        await DeliveryServer.UntilAsync(
            () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(5));
                return back.Accepted.Select(hook => hook.Body).Distinct().Count() == 48;
            },
            "all that happened in the day",
            40
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task After_three_days_an_event_is_dead_an_alarm_says_so_and_a_person_sends_it_again()
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Error;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var (webhook, _) = await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("an.event", "1");
        await server.PublishAsync("an.event", "2");
        await DeliveryServer.UntilAsync(() => receiver.Received.Count >= 1, "a first attempt");
        server.Time.Advance(TimeSpan.FromHours(73));
        await DeliveryServer.UntilAsync(
            async () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(5));
                return (await server.DeliveriesAsync("dead")).Length == 2;
            },
            "two dead letters"
        );
        var alarm = (await server.AlarmsAsync()).Single(row =>
            row.GetProperty("code").GetString() == "webhook_gave_up"
        );
        Assert.Equal(webhook.ToString(), alarm.GetProperty("about").GetString());

        receiver.Fault = ReceiverFault.None;
        server.Time.Advance(TimeSpan.FromDays(20));
        var dead = await server.DeliveriesAsync("dead");
        Assert.Equal(2, dead.Length);
        await server.PostAsync($"/v1/outbox/{dead[0].GetProperty("id")}/resend");
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the one that was sent again");
        Assert.Contains(
            await server.AlarmsAsync(),
            row => row.GetProperty("code").ValueEquals("webhook_gave_up")
        );

        var all = await server.PostAsync("/v1/outbox/resend");
        Assert.Equal(1, all.GetProperty("count").GetInt32());
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 2, "the other");
        Assert.DoesNotContain(
            await server.AlarmsAsync(),
            row => row.GetProperty("code").ValueEquals("webhook_gave_up")
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dead_letter_is_discarded_with_a_reason_only()
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Error;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("an.event");
        server.Time.Advance(TimeSpan.FromHours(73));
        await DeliveryServer.UntilAsync(
            async () =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(5));
                return (await server.DeliveriesAsync("dead")).Length == 1;
            },
            "a dead letter"
        );
        var id = (await server.DeliveriesAsync("dead"))[0].GetProperty("id").GetString();
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            server.PostAsync($"/v1/outbox/{id}/discard")
        );
        await server.PostAsync($"/v1/outbox/{id}/discard", new { reason = "the receiver is no more" });
        Assert.Empty(await server.DeliveriesAsync("dead"));
    }

    [Fact(Timeout = 60_000)]
    public async Task One_dead_receiver_does_not_hold_up_the_others_and_is_not_flooded()
    {
        await using var dead = WebhookReceiver.Start();
        dead.Fault = ReceiverFault.Hang;
        await using var well = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([dead.Port, well.Port]);
        await server.AddWebhookAsync(dead.Url);
        await server.AddWebhookAsync(well.Url);
        for (var number = 0; number < 50; number++)
        {
            await server.PublishAsync("an.event");
        }
        await DeliveryServer.UntilAsync(() => well.Accepted.Count == 50, "all at the one that is well");
        Assert.InRange(dead.MostAtOnce, 1, OutboxLimits.CallsPerTarget);
        Assert.InRange(dead.Connections, 1, 20);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failing_endpoint_becomes_an_alarm_that_ends_by_itself()
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Error;
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("an.event");
        await DeliveryServer.UntilAsync(
            async () =>
            {
                server.Time.Pass(TimeSpan.FromMinutes(5));
                return (await server.AlarmsAsync()).Any(row =>
                    row.GetProperty("code").ValueEquals("webhook_failing")
                );
            },
            "the alarm"
        );
        receiver.Fault = ReceiverFault.None;
        await DeliveryServer.UntilAsync(
            async () =>
            {
                server.Time.Pass(TimeSpan.FromMinutes(5));
                return (await server.AlarmsAsync()).Length == 0;
            },
            "the alarm's end"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_arrived_is_deleted_after_a_week_and_what_waits_is_not()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var (id, _) = await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("an.event");
        await DeliveryServer.UntilAsync(
            async () => (await server.DeliveriesAsync("delivered")).Length == 1,
            "delivered"
        );
        server.Time.Advance(TimeSpan.FromDays(6));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Single(await server.DeliveriesAsync("delivered"));
        server.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(2));
        await DeliveryServer.UntilAsync(
            async () =>
                (await server.DeliveriesAsync("delivered")).Length == 0
                && await server.Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx => tx.FindAsync<long>("select count(*) from outbox_event")
                ) == 0,
            "deleted"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_dispatchers_at_once_deliver_each_event_once()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        using var second = ActivatorUtilities.CreateInstance<Dispatcher>(server.Services);
        await second.StartAsync(TestContext.Current.CancellationToken);
        await server.AddWebhookAsync(receiver.Url);
        for (var number = 0; number < 150; number++)
        {
            await server.PublishAsync("an.event");
        }
        await DeliveryServer.UntilAsync(() => receiver.Received.Count >= 150, "all", 40);
        await DeliveryServer.UntilAsync(
            async () => (await server.DeliveriesAsync("waiting")).Length == 0,
            "none waits"
        );
        await second.StopAsync(CancellationToken.None);
        Assert.Equal(150, receiver.Received.Count);
        Assert.Equal(150, receiver.Received.Select(hook => hook.Id).Distinct().Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dispatcher_that_dies_after_sending_leaves_it_to_be_sent_again_and_its_late_word_is_void()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        // The server's own must not take the row first.
        var own = server.Services.GetServices<IHostedService>().OfType<Dispatcher>().Single();
        await own.StopAsync(CancellationToken.None);
        var (webhook, _) = await server.AddWebhookAsync(receiver.Url);
        await server.PublishAsync("an.event");
        var outbound = server.Services.GetRequiredService<Outbound>();
        var (row, send) = await server.Db.SystemAsync(
            "a dispatcher that dies",
            isWrite: true,
            async tx =>
            {
                var leased = (await DeliveryQueue.LeaseAsync(tx, webhook, 10)).Single();
                return (leased, await WebhookParcels.PrepareAsync(tx, outbound, leased));
            },
            TenantId.Default
        );
        Assert.True((await send(CancellationToken.None)).IsReceived);

        using var next = ActivatorUtilities.CreateInstance<Dispatcher>(server.Services);
        await next.RoundAsync(CancellationToken.None);
        Assert.Single(receiver.Received);
        server.Time.Advance(OutboxLimits.Lease);
        await next.RoundAsync(CancellationToken.None);
        await DeliveryServer.UntilAsync(() => receiver.Received.Count == 2, "sent again");
        Assert.Equal(receiver.Received[0].Id, receiver.Received[1].Id);
        await DeliveryServer.UntilAsync(
            async () => (await server.DeliveriesAsync("delivered")).Length == 1,
            "settled"
        );
        var isTaken = await server.Db.SystemAsync(
            "a dispatcher that was thought dead",
            isWrite: true,
            tx => DeliveryQueue.SettleAsync(tx, DeliveryKind.Webhook, row, new DeliveryOutcome("timed_out")),
            TenantId.Default
        );
        Assert.False(isTaken);
        Assert.Single(await server.DeliveriesAsync("delivered"));
    }
}
