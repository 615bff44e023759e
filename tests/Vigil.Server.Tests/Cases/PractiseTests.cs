using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;

namespace Vigil.Server.Tests.Cases;

/// <summary>Nobody chooses which samples they answer.</summary>
public class PractiseTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_was_begun_comes_first_and_to_close_it_is_an_answer()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("oth.er");
        await SampleAsync(server, "Made 1");
        await SampleAsync(server, "Made 2");

        var begun = await PractiseAsync(reviewer);
        Assert.Equal(begun, await PractiseAsync(reviewer));
        var page = $"/console/cases/{begun}";
        var name = (await server.SignedInAsync(other)).Actor.Name;
        var handed = await reviewer.PostAsync(page, $"{page}/handover", ("to", name), ("note", "Please."));
        Assert.Equal("practice_stays", handed.Code);
        await reviewer.PostAsync(page, $"{page}/skip");
        Assert.Equal(begun, await PractiseAsync(reviewer));
        Assert.Equal(
            0,
            (await server.GetJsonAsync("/v1/training/people")).GetProperty("people").GetArrayLength()
        );

        await reviewer.PostAsync(
            page,
            $"{page}/close",
            ("because", "not_actionable"),
            ("reason", ReviewWork.Why)
        );

        var row = Assert.Single(
            (await server.GetJsonAsync("/v1/training/people")).GetProperty("people").EnumerateArray()
        );
        Assert.Equal((1, 0), (Number(row, "answers"), Number(row, "right")));
        Assert.Contains("counts as not the one expected", (await reviewer.GetAsync(page)).Text);
        Assert.NotEqual(begun, await PractiseAsync(reviewer));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_sample_that_is_not_announced_goes_to_nobody_else_and_comes_back()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("oth.er");
        string[] real = [await server.OpenAsync("acct-1"), await server.OpenAsync("acct-2")];
        await SampleAsync(server, "Made");
        await server.SetAsync("training.blindPercent", "100");
        var sample = await NextAsync(reviewer);
        Assert.DoesNotContain(sample, real);
        var page = $"/console/cases/{sample}";
        var name = (await server.SignedInAsync(other)).Actor.Name;

        // As a case is handed over, it seems.
        var handed = await reviewer.PostAsync(page, $"{page}/handover", ("to", name), ("note", "Please."));
        Assert.DoesNotContain("practice", handed.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            $"To {name}. Please.",
            (await reviewer.GetAsync(page)).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(page)).Status);
        Assert.Contains(await NextAsync(reviewer), real);
        Assert.Contains(await NextAsync(reviewer), real);

        // A day later.
        await server.ExecuteAsync(
            "update case_file set assigned_at = assigned_at - 86400000 where tenant = @tenant and gold_for is not null"
        );
        Assert.Equal(sample, await NextAsync(reviewer));

        var timeline = (await reviewer.GetAsync(page)).Text;
        Assert.Contains("who cannot be offered it any more", timeline, StringComparison.Ordinal);
        Assert.DoesNotContain("sample", timeline, StringComparison.OrdinalIgnoreCase);
        await reviewer.PostAsync(
            page,
            $"{page}/decision",
            ("verdict", "not_csam"),
            ("reason", ReviewWork.Why)
        );
        var row = Assert.Single(
            (await server.GetJsonAsync("/v1/training/people")).GetProperty("people").EnumerateArray()
        );
        Assert.Equal((1, 1, 1), (Number(row, "answers"), Number(row, "right"), Number(row, "blind")));
    }

    private static Task<JsonElement> SampleAsync(TestServer server, string title) =>
        server.PostAsync(
            "/v1/training/samples",
            new
            {
                title,
                problemType = "other",
                surface = "comment",
                origin = "hand",
                text = "A drawing of a house.",
                verdict = "not_csam",
                explanation = "A house.",
            },
            HttpStatusCode.Created
        );

    private static async Task<string> PractiseAsync(ConsoleUser user) =>
        RefOf(await user.PostAsync("/console/training", "/console/training/next"));

    private static async Task<string> NextAsync(ConsoleUser user) =>
        RefOf(await user.PostAsync("/console/cases", "/console/cases/next"));

    private static string RefOf(ConsoleUser.Answer answer) => answer.Location.Split('?')[0].Split('/')[^1];

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
