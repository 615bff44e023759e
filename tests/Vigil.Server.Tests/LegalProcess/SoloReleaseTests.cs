using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>In a team of one the delay stands in for who did not decide the case.</summary>
public class SoloReleaseTests
{
    [Fact(Timeout = 120_000)]
    public async Task Who_decided_alone_releases_facts_a_day_later_in_solo_mode_where_nobody_else_may()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Profile.Demo, o => o with { Time = time });
        var reference = await server.OpenAsync("user-1");
        using var officer = await ConsoleUser.InviteAsync(server, "the.officer", "filing_officer");
        using var admin = await ConsoleUser.InviteAsync(server, "an.admin", "admin");
        await server.DecideAsync(reference);
        await server.ExecuteAsync(
            "update case_item set decided_by = 'person:filing-officer-1' where tenant = @tenant"
        );
        var id = await ReviewedAsync(server, officer, reference);
        (string, string)[] ask = [("facts", "on"), ("reason", "The order names it.")];

        // Two persons are two as long as solo mode is not declared, and what was asked for then stays so.
        Assert.Equal("", await officer.FormAsync(id, "release", ask));
        Assert.Equal("decided_alone", await officer.FormAsync(id, "release/approve"));
        await DeclareAsync(server);
        Assert.Equal("decided_alone", await officer.FormAsync(id, "release/approve"));
        Assert.Equal("", await officer.FormAsync(id, "release/stop", ("reason", "Anew.")));
        Assert.Equal("", await officer.FormAsync(id, "release", ask));
        var page = (await officer.GetAsync($"/console/legal-process/{id}")).Text;
        Assert.Contains("and the words of 0 cases", page, StringComparison.Ordinal);
        Assert.Equal("not_ripe", await officer.FormAsync(id, "release/approve"));

        time.Advance(TimeSpan.FromHours(24.1));
        await officer.SignInAsync();
        // Where somebody else may, it is theirs.
        using (var other = await ConsoleUser.InviteAsync(server, "other.officer", "filing_officer"))
        {
            Assert.Equal("decided_alone", await officer.FormAsync(id, "release/approve"));
            // One admin sends them away alone: the day begins anew.
            await server.DisableAsync("filing-officer-3");
        }
        Assert.Equal("not_ripe", await officer.FormAsync(id, "release/approve"));
        time.Advance(TimeSpan.FromHours(24.1));
        await officer.SignInAsync();
        await ReadWordsOfAsync(officer, reference);
        page = (await officer.GetAsync($"/console/legal-process/{id}")).Text;
        Assert.Contains("and the words of 1 cases", page, StringComparison.Ordinal);
        Assert.Equal("", await officer.FormAsync(id, "release/approve"));

        var facts = Assert.Single(await server.LedgerAsync("legal.release_approved")).GetProperty("facts");
        Assert.Equal("yes, in solo mode", facts.Text("decidedAlone"));
        Assert.Equal("1 of 1 cases", facts.Text("openedWords"));
        Assert.Equal("0 of 0", facts.Text("openedContents"));
    }

    private static async Task<string> ReviewedAsync(TestServer server, ConsoleUser officer, string reference)
    {
        var id = LegalDesk.IdOf(
            await server.TakeAsync("court_order", [new { caseRef = reference }], secret: true)
        );
        Assert.Equal("", await officer.CallAsync(id));
        await server.MoveAsync(id, "scope_review");
        Assert.Equal("", await officer.CallAsync(id, key: SecondReader.NewKeys().Public));
        return id;
    }

    private static Task<ConsoleUser.Answer> ReadWordsOfAsync(ConsoleUser officer, string reference) =>
        officer.PostAsync(
            $"/console/cases/{reference}/words",
            $"/console/cases/{reference}/words",
            ("reason", "decide"),
            ("text", "To know what leaves.")
        );

    internal static Task DeclareAsync(TestServer server) =>
        server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.SettingsWrite),
                Permission.SettingsWrite,
                async tx =>
                {
                    await SoloMode.DeclareAsync(tx, true, "We are one.");
                    return true;
                }
            );
}
