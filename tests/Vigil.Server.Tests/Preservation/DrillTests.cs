using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Hashing;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.History;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>A new installation scans at once; what only lies here waits, visibly, and goes on with the drill.</summary>
public class DrillTests
{
    private const string Shares = "root_key_shares_here";
    private const string NotDrilled = "root_key_not_drilled";

    [Fact(Timeout = 120_000)]
    public async Task A_new_installation_scans_and_its_history_begins_by_itself_with_the_drill()
    {
        await using var server = await TestServer.StartAsync(
            change: options => options with { History = HistoryWork.Quick },
            isDrilled: false
        );
        await server.LoadedAsync();
        await server.Client.CreateListAsync("list");
        await server.TurnOnAsync();
        await server.UploadAsync(Made.Pdq("early"), "post/1");

        var lost = await TestServer.EventuallyAsync<object>(
            async () =>
            {
                await server.BuildAsync();
                var losses = (await server.GetAsync("/v1/history")).GetProperty("losses");
                return losses.GetArrayLength() > 0 ? losses[0] : null;
            },
            "what was not kept is counted"
        );
        Assert.Equal("no_drill", ((JsonElement)lost).GetProperty("reason").GetString());
        var before = await server.GetAsync("/v1/history");
        Assert.True(before.GetProperty("waitsForDrill").GetBoolean());
        Assert.Equal(0, before.GetProperty("bytes").GetInt64());
        Assert.Empty(server.Kernel().DayVault.Live(TenantId.Default));
        Assert.Contains(
            "Nothing is kept yet",
            await server.PageAsync("/console/history"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("history_loses", await server.AlarmsAsync());

        Drills.Pass(server.DataFolder, Drills.Sheets(server.DataFolder));

        await server.UploadAsync(Made.Pdq("late"), "post/2");
        await server.BuildAsync();
        var after = await server.GetAsync("/v1/history");
        Assert.False(after.GetProperty("waitsForDrill").GetBoolean());
        Assert.Equal(1, after.GetProperty("rows").GetInt64());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_legal_package_waits_on_its_page_and_is_made_when_the_drill_has_passed()
    {
        await using var server = await TestServer.StartAsync(isDrilled: false);
        var reference = await server.HitAsync("user-1");
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var custodian = await ConsoleUser.InviteAsync(server, "the.custodian", "custodian");
        using var officer = await ConsoleUser.InviteAsync(server, "the.officer", "filing_officer");
        var (publicKey, secret) = SecondReader.NewKeys();
        var id = LegalDesk.IdOf(await server.TakeAsync("court_order", [new { caseRef = reference.Value }]));
        Assert.Equal("", await officer.CallAsync(id, key: publicKey));
        await server.MoveAsync(id, "scope_review");
        (string, string)[] ask = [("facts", "on"), ("reason", "The order names it.")];
        Assert.Equal("", await custodian.FormAsync(id, "release", ask));
        Assert.Equal("", await officer.FormAsync(id, "release/approve"));
        await server.LookAsync();

        Assert.Equal("releasing", LegalDesk.StateOf(await server.ShowAsync(id)));
        Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "packages")));
        var page = await server.PageAsync($"/console/legal-process/{id}");
        Assert.Contains("The package waits", page, StringComparison.Ordinal);

        Drills.Pass(server.DataFolder, Drills.Sheets(server.DataFolder)[1..]);
        await server.LookAsync();

        var made = await server.ShowAsync(id);
        Assert.Equal("released", LegalDesk.StateOf(made));
        var package = await custodian.SaveAsync(
            $"/console/legal-process/{id}",
            $"/console/legal-process/{id}/package"
        );
        Assert.Contains(
            "facts.json",
            SecondReader.Read(package, secret, made.GetProperty("signer").GetString()!).Keys
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Readiness_alarms_and_the_console_say_that_shares_lie_here_and_no_drill_has_passed_until_it_is_so()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            change: options => options with { Time = time },
            isDrilled: false
        );
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var custodian = await ConsoleUser.InviteAsync(server, "the.custodian", "custodian");
        // The start said so itself; an hour later it rings, and after a day at once.
        await TestServer.EventuallyAsync<object>(
            async () =>
                Ask.Part(await server.GetAsync("/health/ready"), "root_keys")
                    .ToString()
                    .Contains("warning", StringComparison.Ordinal)
                    ? ""
                    : null,
            "it was looked at"
        );
        Assert.Empty(await server.AlarmsAsync());
        Assert.Contains(
            "Recovery drill",
            (await custodian.GetAsync("/console")).Text,
            StringComparison.Ordinal
        );
        time.Pass(TimeSpan.FromHours(2));
        await AlarmsAreAsync(server, NotDrilled, Shares);
        Assert.All(await SeveritiesAsync(server), severity => Assert.Equal("Notice", severity));
        time.Pass(TimeSpan.FromHours(23));
        await TestServer.EventuallyAsync<object>(
            async () => (await SeveritiesAsync(server)).All(severity => severity == "Urgent") ? "" : null,
            "they are urgent"
        );
        var part = Ask.Part(await server.GetAsync("/health/ready"), "root_keys");
        Assert.Equal("warning", part.GetProperty("state").GetString());
        Assert.Matches(
            @"3 of the three sheets .* since \d{4}-\d\d-\d\d \d\d:\d\d UTC",
            part.GetProperty("text").GetString()
        );
        Assert.DoesNotContain(server.DataFolder, part.ToString(), StringComparison.Ordinal);
        Assert.InRange(part.GetProperty("ageSeconds").GetDouble(), 25 * 3600, 26 * 3600);
        var page = await server.PageAsync("/console/held/root-key");
        Assert.Contains("3 of the three sheets lie on this server since", page, StringComparison.Ordinal);
        Assert.Contains("No recovery drill has passed", page, StringComparison.Ordinal);
        Assert.Equal(3, (await server.GetAsync("/v1/retention")).GetProperty("sheetsHere").GetInt32());

        Drills.Pass(server.DataFolder, Drills.Sheets(server.DataFolder));
        await AlarmsAreAsync(server, Shares);
        File.Delete(Drills.SheetIn(server.DataFolder, 1));
        File.Delete(Drills.SheetIn(server.DataFolder, 2));
        File.Delete(Drills.SheetIn(server.DataFolder, 3));
        await AlarmsAreAsync(server);
        part = Ask.Part(await server.GetAsync("/health/ready"), "root_keys");
        Assert.Equal("ready", part.GetProperty("state").GetString());
    }

    private static Task<IReadOnlyList<string>> SeveritiesAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.QueryAsync<string>(
                        "select severity from alert where tenant = @tenant and code like 'root_key%' and state <> 'Closed'"
                    )
            );

    private static Task<object> AlarmsAreAsync(TestServer server, params string[] codes) =>
        TestServer.EventuallyAsync<object>(
            async () =>
                // A clock of a day later rings elsewhere too.
                (await server.AlarmsAsync())
                    .Where(code => code.StartsWith("root_key", StringComparison.Ordinal))
                    .SequenceEqual(codes)
                    ? codes
                    : null,
            $"the alarms are: {string.Join(", ", codes)}"
        );
}
