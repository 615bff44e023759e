using System.Net;
using System.Text.Json;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>What users say in appeals, and what comes back as feedback, is read as other words of people are.</summary>
public class AppealWordsTests
{
    private const string Feedback = "quetzal-feedback";

    [Fact(Timeout = 180_000)]
    public async Task An_appeal_is_facts_until_it_is_read_for_a_reason_and_each_look_is_on_record()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        var (reference, appeal) = await AppealedAsync(server);
        var path = $"/console/appeals/{appeal}/words";

        var listed = (await server.GetJsonAsync("/v1/appeals")).GetProperty("appeals")[0];
        Assert.Equal(WordsWork.Said.Length, listed.GetProperty("textCharacters").GetInt32());
        var page = (await senior.GetAsync("/console/appeals")).Text;
        Assert.Contains($"href=\"{path}\"", page, StringComparison.Ordinal);
        Assert.Contains("Words of the user, 12 characters", page, StringComparison.Ordinal);
        string[] plain = [$"{listed}", page, (await senior.GetAsync(path)).Text];
        Assert.All(plain, text => Assert.DoesNotContain("quetzal", text, StringComparison.Ordinal));
        Assert.Equal("reason_missing", (await senior.ReadWordsAsync(path, text: "")).Code);
        var named = await senior.ReadWordsAsync(path, text: "USER-1 wrote it.");
        Assert.Equal("reason_names_somebody", named.Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.GetAsync(path)).Status);
        Assert.Empty(await server.WordsAsync());

        var shown = await senior.ReadWordsAsync(path);

        Assert.Contains(WordsWork.Said, shown.Text, StringComparison.Ordinal);
        Assert.True(shown.Raw.Headers.CacheControl!.NoStore);
        var row = Assert.Single(await server.WordsAsync());
        var viewer = (await server.SignedInAsync(senior)).Actor.Name;
        Assert.Equal((reference, "appeal", viewer, "Shown"), (row.CaseRef, row.About, row.Viewer, row.State));
        var act = $"{Assert.Single(await server.LedgerAsync("words.read"))}";
        Assert.Contains($"[view {row.Id}]", act, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal", act, StringComparison.Ordinal);
        await senior.PostAsync("/console/exposure", "/console/exposure/pause");
        Assert.Equal("paused", (await senior.ReadWordsAsync(path)).Code);
        await senior.PostAsync("/console/exposure", "/console/exposure/resume");
        await WordsTests.OptOutAsync(senior, nameof(HarmKind.Conversations));
        Assert.Equal("opted_out", (await senior.ReadWordsAsync(path)).Code);
        Assert.Single(await server.WordsAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_program_names_who_reads_an_appeal_and_sees_it_inside_its_fence_alone()
    {
        await using var server = await TestServer.StartAsync();
        using var cases = await server.ClientOfAsync(Scope.Cases);
        var (reference, appeal) = await AppealedAsync(server);
        var path = $"/v1/appeals/{appeal}/words";

        await server.PostAsync(path, By("anna"), HttpStatusCode.Forbidden, client: cases);
        var nobody = await server.PostAsync(path, By(null), HttpStatusCode.BadRequest);
        Assert.Equal("person_needed", nobody.Text("code"));
        await server.PostAsync($"/v1/appeals/{Guid.NewGuid()}/words", By("anna"), HttpStatusCode.NotFound);
        Assert.Empty(await server.WordsAsync());
        var fenced = Fenced.Of(Permission.AppealDecide);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(ReadAsync)).Status);
        await server.GrantAsync(fenced, reference);
        Assert.Equal(WordsWork.Said, (await ReadAsync()).Words);

        var read = await server.PostAsync(path, By("anna"));

        Assert.Equal((WordsWork.Said, appeal), (read.Text("text"), read.Text("appealId")));
        var row = Assert.Single(await server.WordsAsync());
        Assert.Equal((read.Text("viewId"), "appeal"), (row.Id.ToString(), row.About));
        Assert.EndsWith("/anna", row.Viewer, StringComparison.Ordinal);
        Assert.Contains("\"person\":\"anna\"", $"{Assert.Single(await server.LedgerAsync("words.read"))}");

        Task<WordsOf<string>> ReadAsync() =>
            server
                .Kernel()
                .Db.ReadAsync(
                    fenced,
                    Permission.AppealDecide,
                    tx => ReadAppealWords.OfAsync(tx, Guid.Parse(appeal))
                );
    }

    [Fact(Timeout = 180_000)]
    public async Task What_feedback_says_is_among_the_words_of_its_case_and_not_in_the_timeline()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var reviewer = await server.ReviewerAsync();
        var reference = (await server.HitAsync("user-1")).Value;
        await server.DecideAsync(reference);
        await TellAsync(server, reference, null);
        Assert.Equal(0, (await server.FileAsync(reference)).GetProperty("wordsCharacters").GetInt32());
        await TellAsync(server, reference, Feedback);
        var page = $"/console/cases/{reference}";

        var file = await server.FileAsync(reference);
        Assert.Equal(Feedback.Length, file.GetProperty("wordsCharacters").GetInt32());
        Assert.Equal(2, file.GetProperty("feedback").GetArrayLength());
        Assert.All(
            file.GetProperty("timeline").EnumerateArray().Where(line => line.Text("what") == "feedback"),
            line => Assert.Equal("authority: child_safe.", line.Text("text"))
        );
        string[] plain =
        [
            $"{file}",
            (await reviewer.GetAsync(page)).Text,
            (await reviewer.GetAsync($"{page}/words")).Text,
        ];
        Assert.All(plain, text => Assert.DoesNotContain("quetzal", text, StringComparison.Ordinal));
        Assert.Contains("Feedback of authority", plain[2], StringComparison.Ordinal);

        Assert.Contains(Feedback, (await reviewer.ReadWordsAsync($"{page}/words")).Text);
        var read = await server.PostAsync($"/v1/cases/{reference}/words", By("anna"));
        var said = Assert.Single(read.GetProperty("words").GetProperty("feedback").EnumerateArray().ToList());
        Assert.Equal((Feedback, "child_safe"), (said.Text("text"), said.Text("outcome")));
        Assert.Equal(["case", "case"], (await server.WordsAsync()).Select(row => row.About));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_is_still_to_judge_alone_is_given_no_feedback()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var reference = (await server.HitAsync("user-1")).Value;
        await server.DecideAsync(reference);
        await TellAsync(server, reference, Feedback);
        var item = await server.ItemAsync(reference);

        Assert.Equal((0, 1), (await HeardAsync(ReviewWork.Other), await HeardAsync(ReviewWork.Person)));
        var none = await server.PostAsync(
            $"/v1/cases/{reference}/words",
            By(ReviewWork.Other),
            HttpStatusCode.Conflict
        );
        Assert.Equal("words_hidden", none.Text("code"));
        Assert.Contains("until the audit is answered", none.Text("detail"), StringComparison.Ordinal);
        await server.PostAsync(
            $"/v1/audits/{item}",
            new
            {
                verdict = "confirmed",
                reason = ReviewWork.Why,
                person = ReviewWork.Other,
            }
        );
        Assert.Equal(1, await HeardAsync(ReviewWork.Other));
        await server.PostAsync($"/v1/cases/{reference}/words", By(ReviewWork.Other));

        async Task<int> HeardAsync(string person) =>
            (await server.GetJsonAsync($"/v1/cases/{reference}/file?person={person}"))
                .GetProperty("feedback")
                .GetArrayLength();
    }

    [Fact]
    public void Words_that_an_earlier_version_kept_in_the_timeline_are_not_shown_there()
    {
        Assert.Equal(
            "user: no_action.",
            CaseFeedback.LineOf("feedback", "user: no_action. It was me. And him.")
        );
        Assert.Equal("user: no_action.", CaseFeedback.LineOf("feedback", "user: no_action."));
        Assert.Equal("One. Two.", CaseFeedback.LineOf("note", "One. Two."));
        Assert.Null(CaseFeedback.LineOf("feedback", null));
    }

    private static object By(string? person) =>
        new
        {
            reason = "decide",
            text = "To decide it.",
            person,
        };

    private static Task<JsonElement> TellAsync(TestServer server, string reference, string? text) =>
        server.PostAsync(
            $"/v1/cases/{reference}/feedback",
            new
            {
                from = "authority",
                outcome = "child_safe",
                text,
            }
        );

    private static async Task<(string Reference, string Appeal)> AppealedAsync(TestServer server)
    {
        var reference = await server.OpenAsync("user-1", "grooming");
        await server.DecideAsync(reference);
        var action = await server.RemoveContentAsync(reference);
        var appeal = await server.PostAsync(
            "/v1/appeals",
            new { actionId = action, text = WordsWork.Said },
            HttpStatusCode.Accepted
        );
        return (reference, appeal.Text("appealId"));
    }
}
