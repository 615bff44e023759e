using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.People;

/// <summary>What somebody wrote into a setting is no ledger's: it may name a person, and a ledger forgets nothing.</summary>
public class WrittenSettingsTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_ledger_has_the_digest_of_what_was_written_and_the_word_or_number_that_was_chosen()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var lead = await ConsoleUser.InviteAsync(server, "lead.er", "wellness_lead");
        await SetAsync(admin, "report.reporterEmail", "quetzal@example.org");
        await SetAsync(admin, "report.companyTemplate", "Ask Quinn Quetzal.");
        await SetAsync(admin, "report.legalUrl", "https://quetzal.example.org/");
        await SetAsync(admin, "cases.auditPercent", "7");
        await SetAsync(admin, "scan.onFailure", "open");
        await lead.PostAsync("/console/wellness", "/console/wellness/rules", Rules());

        var acts = await server.LedgerAsync("setting.changed");

        Assert.Equal(6, acts.Count);
        Assert.All(
            acts,
            act => Assert.DoesNotContain("quetzal", act.ToString(), StringComparison.OrdinalIgnoreCase)
        );
        Assert.Equal(
            ["19 characters", "18 characters", "28 characters", "7", "open"],
            acts.Take(5).Select(act => act.GetProperty("facts").Text("value"))
        );
        Assert.Contains("\"dailyMinutes\":45", acts[5].GetProperty("facts").Text("value"));
        Assert.Equal(
            4,
            acts.Where(act => act.TryGetProperty("secret", out var digest) && digest.GetString() is not null)
                .Select(act => act.Text("secret"))
                .Distinct()
                .Count()
        );
        // The page has it still.
        Assert.Contains("Ask Quinn Quetzal.", (await admin.GetAsync("/console/settings")).Text);
        Assert.Contains("Call Quetzal.", (await lead.GetAsync("/console/wellness")).Text);
    }

    private static (string, string)[] Rules() =>
        [
            ("dailyMinutes", "45"),
            ("severeMinutes", "15"),
            ("softPercent", "80"),
            ("blockMinutes", "20"),
            ("breakMinutes", "5"),
            ("newMaterialInRow", "2"),
            ("graphicInRow", "5"),
            ("viewsAnHour", "100"),
            ("revealSeconds", "10"),
            ("videoSeconds", "120"),
            ("lastMinutes", "30"),
            ("checkInDays", "7"),
            ("quietFrom", "00:00"),
            ("quietTo", "00:00"),
            ("utcOffsetMinutes", "0"),
            ("helpers", "Call Quetzal."),
        ];

    private static async Task SetAsync(ConsoleUser admin, string name, string value)
    {
        var saved = await admin.PostAsync(
            "/console/settings",
            "/console/settings",
            ("name", name),
            ("value", value)
        );
        Assert.StartsWith($"/console/settings?saved={name}#", saved.Location, StringComparison.Ordinal);
    }
}
