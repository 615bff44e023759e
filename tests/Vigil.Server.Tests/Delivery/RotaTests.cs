using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Simulators;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class RotaTests
{
    /// <summary>A Monday.</summary>
    private static readonly DateTimeOffset Monday = new(2030, 1, 7, 0, 0, 0, TimeSpan.Zero);

    private static readonly Alarm Urgent = new("database_frozen", AlarmSeverity.Urgent, "See its log.");

    [Fact]
    public void A_turn_holds_from_its_begin_to_its_end_also_over_the_end_of_the_week()
    {
        var plan = Plan([
            Turn("ada", 1, "mon 08:00", "mon 20:00"),
            Turn("bob", 1, "sun 22:00", "mon 08:00"),
            Turn("cem", 2, "mon 00:00", "mon 00:00"),
        ]);

        Assert.Equal("bob", plan.At(Monday, 1));
        Assert.Equal("bob", plan.At(Monday.AddMinutes((8 * 60) - 1), 1));
        Assert.Equal("ada", plan.At(Monday.AddHours(8), 1));
        Assert.Null(plan.At(Monday.AddHours(20), 1));
        Assert.Equal("bob", plan.At(Monday.AddDays(6).AddHours(23), 1));
        Assert.Equal("cem", plan.At(Monday.AddDays(3), 2));
        Assert.Equal(Monday.AddHours(20), plan.FirstGap(Monday.AddHours(9)));
        Assert.Equal(2, plan.Steps);
    }

    [Fact]
    public void An_override_counts_before_the_week_the_newest_first_and_who_cannot_sign_in_is_not_on_duty()
    {
        RotaOverride Instead(string person, int from, int until) =>
            new()
            {
                Person = person,
                Step = 1,
                FromAt = Monday.AddHours(from),
                Until = Monday.AddHours(until),
            };
        var plan = Plan(
            [Turn("ada", 1, "mon 00:00", "sun 23:00")],
            Instead("bob", 2, 10),
            Instead("cem", 4, 6),
            Instead("gone", 8, 9)
        );

        Assert.Equal("ada", plan.At(Monday.AddHours(1), 1));
        Assert.Equal("bob", plan.At(Monday.AddHours(2), 1));
        Assert.Equal("cem", plan.At(Monday.AddHours(5), 1));
        Assert.Null(plan.At(Monday.AddHours(8), 1));
        Assert.Equal("ada", plan.At(Monday.AddHours(10), 1));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_alarm_goes_to_who_is_on_duty_then_to_the_next_then_to_all_until_somebody_acknowledges()
    {
        await using var mail = MailSink.Start();
        await using var server = await DeliveryServer.StartAsync([mail.Port]);
        using var admin = await ConsoleUser.SetUpAsync(server.Whole);
        foreach (var name in (string[])["ada", "bob", "cem"])
        {
            using var _ = await ConsoleUser.InviteAsync(server.Whole, $"{name}.example", "on_call");
        }
        // Pseudonyms are on-call-2, -3 and -4.
        foreach (var number in (int[])[2, 3, 4])
        {
            await AddMailAsync(server, mail.Port, $"on-call-{number}");
        }
        await AddTurnAsync(server, "on-call-2", 1);
        await AddTurnAsync(server, "on-call-3", 2);

        await server.RaiseAsync(Urgent);
        await UntilToldAsync(mail, 1);
        Assert.Equal(["on-call-2@example.org"], Told(mail));

        server.Time.Pass(TimeSpan.FromMinutes(15.1));
        await UntilToldAsync(mail, 2);
        Assert.Equal(["on-call-2@example.org", "on-call-3@example.org"], Told(mail));

        server.Time.Pass(TimeSpan.FromMinutes(15.1));
        await UntilToldAsync(mail, 3);
        var alarm = Assert.Single(await server.AlarmsAsync());
        Assert.Equal(3, alarm.GetProperty("step").GetInt32());

        await server.PostAsync($"/v1/alarms/{alarm.GetProperty("id").GetGuid()}/acknowledge");
        var sent = mail.Received.Count;
        server.Time.Pass(TimeSpan.FromHours(3));
        await server.RaiseAsync(Urgent with { Code = "another" });
        await DeliveryServer.UntilAsync(() => mail.Received.Count > sent, "the other alarm");
        Assert.All(
            mail.Received.Skip(sent),
            letter => Assert.Contains("another", letter.Body, StringComparison.Ordinal)
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_solo_mode_also_who_is_off_duty_and_cannot_come_in_is_told()
    {
        await using var mail = MailSink.Start();
        await using var server = await DeliveryServer.StartAsync([mail.Port]);
        using var admin = await ConsoleUser.SetUpAsync(server.Whole);
        using var second = await ConsoleUser.InviteAsync(server.Whole, "second.admin", "admin");
        using var ada = await ConsoleUser.InviteAsync(server.Whole, "ada.example", "on_call");
        await AddMailAsync(server, mail.Port, "admin-2");
        await AddMailAsync(server, mail.Port, "on-call-3");
        await AddTurnAsync(server, "on-call-3", 1);
        var person = await server.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => Vigil.Trust.People.FindByPseudonymAsync(tx, "admin-2")
        );
        await admin.PostAsync($"/console/people/{person.Id}", $"/console/people/{person.Id}/state");

        using var put = ConsoleUser.JsonContent(new { on = true, reason = "I am alone." });
        using var declared = await server.Client.PutAsync("/v1/installation/solo-mode", put);

        Assert.Equal(System.Net.HttpStatusCode.OK, declared.StatusCode);
        await UntilToldAsync(mail, 2);
        Assert.Equal(["admin-2@example.org", "on-call-3@example.org"], Told(mail));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hole_in_the_rota_is_an_alarm_that_goes_to_all_and_ends_by_itself()
    {
        await using var mail = MailSink.Start();
        await using var server = await DeliveryServer.StartAsync([mail.Port]);
        using var admin = await ConsoleUser.SetUpAsync(server.Whole);
        using var ada = await ConsoleUser.InviteAsync(server.Whole, "ada.example", "on_call");
        await AddMailAsync(server, mail.Port, "on-call-2");
        await AddTurnAsync(server, "on-call-2", 1);
        var page = await admin.GetAsync("/console/alarms");
        Assert.Contains("Told first, now", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody is on duty", page.Text, StringComparison.Ordinal);

        var person = await server.Db.SystemAsync(
            "test",
            isWrite: false,
            tx => Vigil.Trust.People.FindByPseudonymAsync(tx, "on-call-2")
        );
        await admin.PostAsync($"/console/people/{person.Id}", $"/console/people/{person.Id}/state");
        server.Time.Pass(TimeSpan.FromSeconds(20));
        await DeliveryServer.UntilAsync(
            async () => (await server.AlarmsAsync()).Any(alarm => alarm.Text("code") == "nobody_on_duty"),
            "the alarm that nobody is on duty"
        );
        await UntilToldAsync(mail, 1);
        Assert.Contains(
            "Nobody is on duty now",
            (await admin.GetAsync("/console/alarms")).Text,
            StringComparison.Ordinal
        );

        await admin.PostAsync($"/console/people/{person.Id}", $"/console/people/{person.Id}/state");
        server.Time.Pass(TimeSpan.FromSeconds(20));
        await DeliveryServer.UntilAsync(
            async () => (await server.AlarmsAsync()).All(alarm => alarm.Text("code") != "nobody_on_duty"),
            "its end"
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData(
        """{"person":"nobody-9","step":1,"from":"mon 08:00","until":"mon 20:00"}""",
        "no_such_person"
    )]
    [InlineData("""{"person":"admin-1","step":6,"from":"mon 08:00","until":"mon 20:00"}""", "bad_step")]
    [InlineData("""{"person":"admin-1","step":1,"from":"mon 08:00","until":"mon 08:00"}""", "bad_hours")]
    [InlineData("""{"person":"admin-1","step":1,"from":"mon 24:00","until":"mon 08:00"}""", "bad_hours")]
    [InlineData("""{"person":"admin-1","step":1,"from":"someday","until":"mon 08:00"}""", "bad_hours")]
    public async Task Hours_that_cannot_be_are_refused(string body, string code)
    {
        await using var server = await DeliveryServer.StartAsync([]);
        using var admin = await ConsoleUser.SetUpAsync(server.Whole);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Client.PostAsync("/v1/rota/turns", content);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await TestServer.JsonOf(answer)).Text("code"));
    }

    private static async Task AddTurnAsync(DeliveryServer server, string person, int step)
    {
        var made = await server.PostAsync(
            "/v1/rota/turns",
            new
            {
                person,
                step,
                from = "mon 00:00",
                until = "mon 00:00",
            }
        );
        Assert.NotEqual(Guid.Empty, made.GetProperty("id").GetGuid());
    }

    private static Task<System.Text.Json.JsonElement> AddMailAsync(
        DeliveryServer server,
        int port,
        string person
    ) =>
        server.PostAsync(
            "/v1/alarm-channels",
            new
            {
                kind = "smtp",
                label = person,
                person,
                host = "127.0.0.1",
                port,
                security = "plain",
                from = "vigil@example.org",
                to = new[] { $"{person}@example.org" },
            }
        );

    private static Task UntilToldAsync(MailSink mail, int people) =>
        DeliveryServer.UntilAsync(() => Told(mail).Count == people, $"{people} people were told");

    private static List<string> Told(MailSink mail) =>
        [.. mail.Received.SelectMany(letter => letter.To).Distinct().Order()];

    private static RotaPlan Plan(IReadOnlyList<RotaTurn> turns, params RotaOverride[] overrides) =>
        new(turns, overrides, new HashSet<string> { "ada", "bob", "cem" });

    private static RotaTurn Turn(string person, int step, string from, string until)
    {
        var end = Minute(until);
        return new RotaTurn
        {
            Person = person,
            Step = step,
            FromMinute = Minute(from),
            UntilMinute = end == 0 ? Rota.MinutesOfWeek : end,
        };
    }

    private static int Minute(string text)
    {
        var days = new[] { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
        var (day, time) = (
            Array.IndexOf(days, text[..3]),
            TimeOnly.Parse(text[4..], System.Globalization.CultureInfo.InvariantCulture)
        );
        return (day * 24 * 60) + (time.Hour * 60) + time.Minute;
    }
}
