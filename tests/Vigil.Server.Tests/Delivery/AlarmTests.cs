using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Server.Tests.Running;
using Vigil.Simulators;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class AlarmTests
{
    private static readonly Alarm Frozen = new(
        "database_frozen",
        AlarmSeverity.Urgent,
        "The database did not answer for a minute. See its log."
    );

    [Fact(Timeout = 60_000)]
    public async Task An_alarm_comes_by_mail()
    {
        await using var mail = MailSink.Start();
        await using var server = await DeliveryServer.StartAsync([mail.Port]);
        await AddMailAsync(server, mail.Port);
        await server.RaiseAsync(Frozen with { About = "main" });
        await DeliveryServer.UntilAsync(() => mail.Received.Count == 1, "a mail");

        var letter = mail.Received[0];
        Assert.Equal("vigil@example.org", letter.From);
        Assert.Equal(["oncall@example.org", "second@example.org"], letter.To);
        Assert.Contains("The database did not answer", letter.Body, StringComparison.Ordinal);
        Assert.Contains("database_frozen", letter.Body, StringComparison.Ordinal);
        Assert.Contains("About: main", letter.Body, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(MailFault.RefuseRecipients, "mail_refused")]
    [InlineData(MailFault.TryLater, "mail_refused")]
    [InlineData(MailFault.Garbage, "broken_answer")]
    public async Task A_mail_server_that_fails_is_seen_and_tried_again(MailFault fault, string error)
    {
        await using var mail = MailSink.Start();
        mail.Fault = fault;
        await using var server = await DeliveryServer.StartAsync([mail.Port]);
        await AddMailAsync(server, mail.Port);
        await server.RaiseAsync(Frozen);
        await DeliveryServer.UntilAsync(
            async () => (await ChannelAsync(server)).GetProperty("lastError").GetString() == error,
            "the failure on the channel"
        );
        mail.Fault = MailFault.None;
        server.Time.Pass(TimeSpan.FromMinutes(10));
        await DeliveryServer.UntilAsync(() => mail.Received.Count == 1, "the mail after all");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mail_server_elsewhere_without_tls_is_not_talked_to()
    {
        await using var mail = MailSink.Start();
        await using var server = await DeliveryServer.StartAsync([mail.Port]);
        // STARTTLS is the default, and this server has none.
        await AddMailAsync(server, mail.Port, security: null);
        await server.RaiseAsync(Frozen);
        await DeliveryServer.UntilAsync(
            async () => (await ChannelAsync(server)).GetProperty("lastError").GetString() == "no_starttls",
            "the refusal"
        );
        Assert.Empty(mail.Received);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("json", "alarm.raised")]
    [InlineData("slack", "[Vigil] urgent: database_frozen")]
    [InlineData("pager_duty", "trigger")]
    [InlineData("alertmanager", "database_frozen")]
    public async Task An_alarm_comes_in_the_shape_its_on_call_service_takes(string kind, string expected)
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        var key = kind switch
        {
            "json" => WebhookSignature.NewSecret(),
            "pager_duty" => "routing-key-of-the-test",
            _ => null,
        };
        receiver.Clock = server.Time.GetUtcNow;
        receiver.Secrets = kind == "json" ? [key!] : [];
        await AddAsync(
            server,
            new
            {
                kind,
                label = "on call",
                url = receiver.Url,
                key,
            }
        );
        await server.RaiseAsync(Frozen);
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the alarm");
        var body = JsonDocument.Parse(receiver.Accepted[0].Body).RootElement;
        Assert.Equal(expected, Find(kind, body));
        if (kind == "pager_duty")
        {
            Assert.Equal("routing-key-of-the-test", body.GetProperty("routing_key").GetString());
            Assert.Equal("error", body.GetProperty("payload").GetProperty("severity").GetString());
        }

        // Over: services that know an end are told of it, by the same name.
        var id = (await server.AlarmsAsync()).Single().GetProperty("id").GetString();
        await server.PostAsync($"/v1/alarms/{id}/close");
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 2, "the end");
        var end = JsonDocument.Parse(receiver.Accepted[1].Body).RootElement;
        if (kind == "pager_duty")
        {
            Assert.Equal("resolve", end.GetProperty("event_action").GetString());
            Assert.Equal(body.GetProperty("dedup_key").GetString(), end.GetProperty("dedup_key").GetString());
        }
        if (kind == "alertmanager")
        {
            Assert.True(end[0].TryGetProperty("endsAt", out _));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_alarm_starts_the_operators_program_with_nothing_of_this_process()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-alarm-test-");
        try
        {
            var seen = Path.Combine(folder.FullName, "seen");
            var program = Script(folder, $"env > {seen}.part; mv {seen}.part {seen}");
            await using var server = await DeliveryServer.StartAsync([], program);
            await AddAsync(server, new { kind = "command", label = "siren" });
            await server.RaiseAsync(Frozen with { Text = "A text; $(reboot) `reboot` \"quoted\"" });
            await DeliveryServer.UntilAsync(() => File.Exists(seen), "the program's file");
            var lines = await File.ReadAllLinesAsync(seen);
            Assert.Contains("VIGIL_ALARM_CODE=database_frozen", lines);
            Assert.Contains("VIGIL_ALARM_SEVERITY=urgent", lines);
            Assert.Contains("VIGIL_ALARM_NOTE=raised", lines);
            Assert.Contains("VIGIL_ALARM_TEXT=A text; $(reboot) `reboot` \"quoted\"", lines);
            Assert.DoesNotContain(lines, line => line.StartsWith("HOME=", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("exit 3", "command_failed")]
    [InlineData("exec sleep 60", "timed_out")]
    public async Task A_program_that_fails_or_hangs_is_ended_and_seen(string script, string error)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-alarm-test-");
        try
        {
            await using var server = await DeliveryServer.StartAsync([], Script(folder, script));
            await AddAsync(server, new { kind = "command", label = "siren" });
            await server.RaiseAsync(Frozen);
            await DeliveryServer.UntilAsync(
                async () => (await ChannelAsync(server)).GetProperty("lastError").GetString() == error,
                "the failure"
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_the_operators_word_no_page_can_name_a_program()
    {
        await using var server = await DeliveryServer.StartAsync([]);
        using var response = await server.Client.PostAsJsonAsync(
            "/v1/alarm-channels",
            new { kind = "command", label = "siren" }
        );
        Assert.Equal("no_command", (await TestServer.JsonOf(response)).GetProperty("code").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task An_alarm_is_told_again_until_somebody_acknowledges_it()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await AddAsync(
            server,
            new
            {
                kind = "json",
                label = "on call",
                url = receiver.Url,
            }
        );
        await server.RaiseAsync(Frozen);
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the alarm");
        server.Time.Pass(TimeSpan.FromMinutes(61));
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 2, "the repeat");
        Assert.Contains("alarm.repeated", receiver.Accepted[1].Body, StringComparison.Ordinal);

        var alarm = (await server.AlarmsAsync()).Single();
        await server.PostAsync($"/v1/alarms/{alarm.GetProperty("id")}/acknowledge");
        server.Time.Pass(TimeSpan.FromHours(10));
        // Another alarm comes after, so that a repeat of the first would have come before.
        await server.RaiseAsync(Frozen with { About = "another" });
        await server.RaiseAsync(Frozen);
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 3, "the other alarm");
        Assert.Contains("another", receiver.Accepted[2].Body, StringComparison.Ordinal);
        var acknowledged = (await server.AlarmsAsync()).Single(row =>
            row.GetProperty("about").GetString() == ""
        );
        Assert.Equal("acknowledged", acknowledged.GetProperty("state").GetString());
        Assert.Equal(2, acknowledged.GetProperty("count").GetInt32());
        Assert.StartsWith("key:", acknowledged.GetProperty("acknowledgedBy").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task One_alarm_of_a_code_and_object_is_open_and_counted_and_the_worst_severity_stays()
    {
        await using var server = await DeliveryServer.StartAsync([]);
        await server.RaiseAsync(Frozen);
        await server.RaiseAsync(Frozen with { Severity = AlarmSeverity.Page });
        await server.RaiseAsync(Frozen with { Severity = AlarmSeverity.Notice });
        await server.RaiseAsync(Frozen with { About = "other" });
        var alarms = await server.AlarmsAsync();
        Assert.Equal(2, alarms.Length);
        var first = alarms.Single(row => row.GetProperty("about").GetString() == "");
        Assert.Equal(3, first.GetProperty("count").GetInt32());
        Assert.Equal("page", first.GetProperty("severity").GetString());

        await server.PostAsync($"/v1/alarms/{first.GetProperty("id")}/close");
        await server.RaiseAsync(Frozen);
        var again = (await server.AlarmsAsync()).Single(row => row.GetProperty("about").GetString() == "");
        Assert.NotEqual(first.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_channel_hears_what_is_severe_enough_for_it_and_every_test()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await AddAsync(
            server,
            new
            {
                kind = "json",
                label = "wakes people",
                minimum = "page",
                url = receiver.Url,
            }
        );
        await server.RaiseAsync(Frozen);
        await server.RaiseAsync(Frozen with { Severity = AlarmSeverity.Page, About = "worse" });
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the severe one");
        Assert.Contains("worse", receiver.Accepted[0].Body, StringComparison.Ordinal);

        await server.PostAsync("/v1/alarms/test");
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 2, "the test alarm");
        Assert.Contains("alarm.test", receiver.Accepted[1].Body, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await server.AlarmsAsync(),
            row => row.GetProperty("code").ValueEquals("test_alarm")
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task No_alarm_carries_a_hash_value_or_the_address_of_a_person()
    {
        await using var receiver = WebhookReceiver.Start();
        await using var server = await DeliveryServer.StartAsync([receiver.Port]);
        await AddAsync(
            server,
            new
            {
                kind = "json",
                label = "on call",
                url = receiver.Url,
            }
        );
        var digest = new string('a', 32) + new string('1', 32);
        await server.RaiseAsync(
            Frozen with
            {
                Text = $"Entry {digest} of somebody@example.org is wrong.",
                About = digest,
            }
        );
        await DeliveryServer.UntilAsync(() => receiver.Accepted.Count == 1, "the alarm");
        Assert.Contains("[removed]", receiver.Accepted[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain(digest, receiver.Accepted[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", receiver.Accepted[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain(digest, (await server.AlarmsAsync())[0].ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Keys_of_channels_are_shown_by_nothing()
    {
        await using var server = await DeliveryServer.StartAsync([9]);
        await AddAsync(
            server,
            new
            {
                kind = "pager_duty",
                label = "on call",
                url = "http://127.0.0.1:9/secret-path",
                key = "secret-routing-key",
            }
        );
        var api = (await server.GetAsync("/v1/alarm-channels")).ToString();
        var page = await server.Client.GetStringAsync("/console/alarms");
        foreach (var text in new[] { api, page })
        {
            Assert.Contains("on call", text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret-", text, StringComparison.Ordinal);
        }
    }

    internal static string Script(DirectoryInfo folder, string body)
    {
        var path = Path.Combine(folder.FullName, "alarm-program");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private static string? Find(string kind, JsonElement body) =>
        kind switch
        {
            "json" => body.GetProperty("type").GetString(),
            "slack" => body.GetProperty("text").GetString()!.Split(" – ")[0],
            "pager_duty" => body.GetProperty("event_action").GetString(),
            _ => body[0].GetProperty("labels").GetProperty("alertname").GetString(),
        };

    private static Task<JsonElement> AddMailAsync(
        DeliveryServer server,
        int port,
        string? security = "plain"
    ) =>
        AddAsync(
            server,
            new
            {
                kind = "smtp",
                label = "mail",
                host = "127.0.0.1",
                port,
                security,
                from = "vigil@example.org",
                to = new[] { "oncall@example.org", "second@example.org" },
            }
        );

    private static Task<JsonElement> AddAsync(DeliveryServer server, object channel) =>
        server.PostAsync("/v1/alarm-channels", channel);

    private static async Task<JsonElement> ChannelAsync(DeliveryServer server) =>
        (await server.GetAsync("/v1/alarm-channels")).GetProperty("channels")[0];
}
