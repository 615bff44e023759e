using System.Net.Http.Json;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

public class JurisdictionTests
{
    [Fact(Timeout = 120_000)]
    public async Task Private_messages_of_the_EU_are_scanned_only_while_a_recorded_basis_holds()
    {
        var clock = new JumpingTime();
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Time = clock,
            }
        );

        Assert.Equal("no_legal_basis", await CodeAsync(server, "direct_message", "DE"));
        var recorded = await RecordAsync(server, clock.GetUtcNow() + TimeSpan.FromDays(20));
        await EventuallyAsync(server, "direct_message", "DE", null);

        Assert.Equal(201, (int)recorded.StatusCode);
        Assert.Null(await CodeAsync(server, "direct_message", "FR"));
        Assert.Equal("no_legal_basis", await CodeAsync(server, "email", "DE"));
        Assert.Equal("no_legal_basis", await CodeAsync(server, "direct_message", "NO"));

        clock.Jump(TimeSpan.FromDays(21));

        Assert.Equal("legal_basis_ended", await CodeAsync(server, "direct_message", "DE"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_basis_that_is_ended_early_is_off_within_seconds_and_both_acts_are_in_the_ledger()
    {
        await using var server = await TestServer.StartAsync();
        var recorded = await RecordAsync(server, DateTimeOffset.UtcNow.AddDays(20));
        var id = (await TestServer.JsonOf(recorded)).GetProperty("id").GetGuid();
        await EventuallyAsync(server, "direct_message", "DE", null);

        var ended = await server.Client.PostAsync($"/v1/scan-bases/{id}/end", null);
        var twice = await server.Client.PostAsync($"/v1/scan-bases/{id}/end", null);

        await EventuallyAsync(server, "direct_message", "DE", "legal_basis_ended");
        Assert.Equal((204, 404), ((int)ended.StatusCode, (int)twice.StatusCode));
        var acts = await server.Server.RowsAsync<string>(
            "select action from ledger_event where tenant = @tenant and action like 'scan_basis.%' order by seq"
        );
        Assert.Equal(["scan_basis.recorded", "scan_basis.ended"], acts.Take(2));
    }

    [Fact(Timeout = 60_000)]
    public async Task Public_surfaces_are_scanned_everywhere_and_private_ones_where_the_law_is_known_to_allow_it()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Null(await CodeAsync(server, "public_post", "DE"));
        Assert.Null(await CodeAsync(server, "public_post", ""));
        Assert.Null(await CodeAsync(server, "public_post", "ZZ"));
        Assert.Null(await CodeAsync(server, "direct_message", "US"));
        Assert.Equal("jurisdiction_unknown", await CodeAsync(server, "direct_message", ""));
        Assert.Equal("jurisdiction_unknown", await CodeAsync(server, "email", "ZZ"));
        Assert.Equal("no_legal_basis", await CodeAsync(server, "group_message", "UK"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_gate_answers_before_the_body_is_there()
    {
        await using var server = await TestServer.StartAsync();
        var head = Scanning.Head(server, 100_000, query: "surface=email&jurisdiction=DE");

        var answer = await Scanning.SendAsync(server, head, []);

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"no_legal_basis\"", answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_tenants_settings_hold_where_a_request_says_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync(ScanRules.JurisdictionSetting, "DE");
        await server.SetAsync(ScanRules.OnFailureSetting, "open");
        await server.SetAsync(ScanRules.SurfacesOffSetting, "search_index");

        await EventuallyAsync(server, "search_index", "", "surface_off");
        var unsaid = await server.ScanAsync(Scanning.Picture, "surface=email");
        var said = await server.ScanAsync(Scanning.Picture, "surface=email&jurisdiction=US&onFailure=closed");

        Assert.Equal(("no_legal_basis", "allow"), (unsaid.Code, unsaid.Text("action")));
        Assert.Equal(("none", "closed"), (said.Decision, said.Text("onFailure")));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Germany", "direct_message", "law", "file 7", 20)]
    [InlineData("EU", "public_post", "law", "file 7", 20)]
    [InlineData("EU", "direct_message", " ", "file 7", 20)]
    [InlineData("EU", "direct_message", "law", "", 20)]
    [InlineData("EU", "direct_message", "law", "file 7", -1)]
    [InlineData("EU", "direct_message", "law", "file 7", 5000)]
    public async Task A_basis_that_says_too_little_is_not_recorded(
        string place,
        string surface,
        string law,
        string assessment,
        int days
    )
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Scanning.AnsweredAsync(
            await server.Client.PostAsJsonAsync(
                "/v1/scan-bases",
                new
                {
                    jurisdiction = place,
                    surfaces = new[] { surface },
                    legalBasis = law,
                    assessment,
                    endsOn = DateTimeOffset.UtcNow.AddDays(days),
                }
            )
        );

        Assert.Equal((400, "bad_basis"), (answer.Status, answer.Code));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_page_shows_the_law_and_records_a_basis()
    {
        await using var server = await TestServer.StartAsync();
        using var form = new FormUrlEncodedContent([
            new("jurisdiction", "EEA"),
            new("surfaces", "direct_message"),
            new("surfaces", "email"),
            new("legalBasis", "Regulation 2026/99 (example)"),
            new("assessment", "File 7"),
            new("endsOn", DateTimeOffset.UtcNow.AddDays(30).ToString("yyyy-MM-dd")),
        ]);

        var posted = await server.Client.PostAsync("/console/jurisdictions", form);
        var page = await server.Client.GetStringAsync("/console/jurisdictions");

        Assert.Equal("?notice=saved", posted.RequestMessage!.RequestUri!.Query);
        Assert.Contains("Regulation 2026/99 (example)", page, StringComparison.Ordinal);
        Assert.Contains("Liechtenstein", page, StringComparison.Ordinal);
        await EventuallyAsync(server, "email", "IS", null);
    }

    [Fact]
    public void Every_place_has_its_source_and_the_day_it_was_looked_up()
    {
        Assert.Equal(27, KnownJurisdictions.All.Count(place => place.Groups.Contains("EU")));
        Assert.Equal(30, KnownJurisdictions.All.Count(place => place.Groups.Contains("EEA")));
        Assert.All(
            KnownJurisdictions.All,
            place => Assert.True(place.Source.Length > 20 && place.CheckedOn.Year >= 2026)
        );
    }

    private static Task<HttpResponseMessage> RecordAsync(TestServer server, DateTimeOffset endsOn) =>
        server.Client.PostAsJsonAsync(
            "/v1/scan-bases",
            new
            {
                jurisdiction = "EU",
                surfaces = new[] { "direct_message" },
                legalBasis = "Regulation 2026/99 (example)",
                assessment = "File 7",
                endsOn,
            }
        );

    private static async Task<string?> CodeAsync(TestServer server, string surface, string jurisdiction) =>
        (
            await server.ScanJsonAsync(
                new
                {
                    surface,
                    jurisdiction,
                    hashes = new { sha256 = Scanning.Sha256 },
                }
            )
        ).Code;

    private static Task<string> EventuallyAsync(
        TestServer server,
        string surface,
        string jurisdiction,
        string? code
    ) =>
        TestServer.EventuallyAsync(
            async () => await CodeAsync(server, surface, jurisdiction) == code ? "so" : null,
            $"{surface} in {jurisdiction} is {code ?? "scanned"}",
            deadlineSeconds: 4
        );
}
