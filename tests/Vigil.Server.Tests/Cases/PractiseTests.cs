using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

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

    [Fact(Timeout = 120_000)]
    public async Task What_one_asked_not_to_be_given_is_passed_over_not_lost_and_nobody_chooses_by_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var reviewer = await server.ReviewerAsync();
        using var manager = await ConsoleUser.InviteAsync(server, "man.ager", "senior_reviewer");
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        await SampleAsync(server, "Made 1", "sexual_extortion");
        await SampleAsync(server, "Made 2");
        var begun = await PractiseAsync(reviewer);
        await OptOutAsync(reviewer, "SelfMade");

        var other = await PractiseAsync(reviewer);

        Assert.NotEqual(begun, other);
        Assert.Equal(other, await PractiseAsync(reviewer));
        Assert.Equal(begun, Assert.Single(await server.LedgerAsync("training.passed_over")).Text("object"));
        Assert.Contains(
            "another sample takes its place",
            (await reviewer.GetAsync($"/console/cases/{begun}")).Text,
            StringComparison.Ordinal
        );
        // One that is passed over leaves nine places: all nine are right.
        await AnsweredAsync(server, viewer, 9);
        await DecideAsync(reviewer, other);
        var row = await RowAsync(server);
        Assert.Equal((10, 10), (Number(row, "answers"), Number(row, "right")));
        Assert.NotEmpty(row.GetProperty("qualifications").EnumerateArray());
        var told = (await reviewer.GetAsync("/console/training")).Text;
        Assert.Contains("10 of your last 10 answers were right.", told, StringComparison.Ordinal);
        Assert.Contains("1 sample that you began", told, StringComparison.Ordinal);
        Assert.Contains("8 of the newest 9 must be right", told, StringComparison.Ordinal);
        // That they asked for it is told to nobody else, whatever they manage here.
        Assert.False(TellsPassedOver(row));
        var managed = (await manager.GetAsync("/console/training")).Text;
        Assert.Contains(viewer, managed, StringComparison.Ordinal);
        Assert.DoesNotContain("passed over", managed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("asked not to be given", managed, StringComparison.Ordinal);
        Assert.DoesNotContain("Qualified for nothing yet", told, StringComparison.Ordinal);
        // Once they are given such cases again it comes first.
        await OptOutAsync(reviewer);
        Assert.Equal(begun, await PractiseAsync(reviewer));
        await DecideAsync(reviewer, begun);
        told = (await reviewer.GetAsync("/console/training")).Text;
        Assert.DoesNotContain("must be right", told, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_passed_over_too_many_earns_nothing_and_loses_nothing()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var reviewer = await server.ReviewerAsync();
        var viewer = (await server.SignedInAsync(reviewer)).Actor.Name;
        foreach (var type in (string[])["live_streaming", "grooming", "self_generated", "other"])
        {
            await SampleAsync(server, $"Made of {type}", type);
        }
        var asked = new List<string>();
        foreach (var kind in (string[])["LiveStreams", "Conversations", "SelfMade"])
        {
            await PractiseAsync(reviewer);
            asked.Add(kind);
            await OptOutAsync(reviewer, [.. asked]);
        }
        await AnsweredAsync(server, viewer, 9);

        await DecideAsync(reviewer, await PractiseAsync(reviewer));

        var row = await RowAsync(server);
        Assert.Equal((10, 10), (Number(row, "answers"), Number(row, "right")));
        Assert.False(TellsPassedOver(row));
        Assert.Empty(row.GetProperty("qualifications").EnumerateArray());
        var told = (await reviewer.GetAsync("/console/training")).Text;
        Assert.Contains("Qualified for nothing yet", told, StringComparison.Ordinal);
        Assert.Contains("3 samples that you began", told, StringComparison.Ordinal);
        Assert.Contains("you earn nothing until you answer some of them", told, StringComparison.Ordinal);
    }

    /// <summary>Answers of before, all right.</summary>
    private static Task<bool> AnsweredAsync(TestServer server, string viewer, int count) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    foreach (var i in Enumerable.Range(1, count))
                    {
                        await tx.ExecuteAsync(
                            """
                            insert into training_answer (tenant, id, sample_id, person, case_id, is_blind, is_right,
                                facts_right, facts_asked, at)
                            values (@tenant, @id, @id, @viewer, @id, @no, @yes, 0, 0, @at)
                            """,
                            new
                            {
                                id = tx.NewId(),
                                viewer,
                                no = false,
                                yes = true,
                                at = tx.Now.AddMinutes(-i),
                            }
                        );
                    }
                    return true;
                }
            );

    private static async Task<JsonElement> RowAsync(TestServer server) =>
        Assert.Single(
            (await server.GetJsonAsync("/v1/training/people")).GetProperty("people").EnumerateArray()
        );

    private static bool TellsPassedOver(JsonElement row) =>
        row.TryGetProperty("passedOver", out var told) && told.ValueKind != JsonValueKind.Null;

    private static Task<ConsoleUser.Answer> DecideAsync(ConsoleUser reviewer, string reference) =>
        reviewer.PostAsync(
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/decision",
            ("verdict", "not_csam"),
            ("reason", ReviewWork.Why)
        );

    private static Task OptOutAsync(ConsoleUser person, params string[] kinds) =>
        OptOutTests.OptOutAsync(person, kinds);

    private static Task<JsonElement> SampleAsync(
        TestServer server,
        string title,
        string problemType = "other"
    ) =>
        server.PostAsync(
            "/v1/training/samples",
            new
            {
                title,
                problemType,
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
