using System.Net;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Appeals of a team of one, and whether who decided had opened what the user says.</summary>
public class SoloAppealTests
{
    [Fact(Timeout = 120_000)]
    public async Task In_a_team_of_one_an_appeal_is_decided_a_day_later_by_who_had_a_part_and_the_record_says_so()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(Profile.Demo, o => o with { Time = time });
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var admin = await ConsoleUser.InviteAsync(server, "an.admin", "admin");
        var (reference, appeal) = await AppealedAsync(server, senior);
        Assert.Equal("not_independent", (await DecideAsync(senior, appeal)).Code);
        Assert.Contains("somebody else decides", (await senior.GetAsync("/console/appeals")).Text);

        await SoloReleaseTests.DeclareAsync(server);
        Assert.Equal("not_ripe", (await DecideAsync(senior, appeal)).Code);
        time.Advance(TimeSpan.FromHours(24.1));
        await senior.SignInAsync();
        using (var other = await ConsoleUser.InviteAsync(server, "oth.er", "senior_reviewer"))
        {
            Assert.Equal("not_independent", (await DecideAsync(senior, appeal)).Code);
            // One admin sends them away alone: the day begins anew.
            await server.DisableAsync("senior-reviewer-3");
        }
        Assert.Equal("not_ripe", (await DecideAsync(senior, appeal)).Code);
        time.Advance(TimeSpan.FromHours(24.1));
        await senior.SignInAsync();
        var decided = await senior.PostAsync(
            "/console/appeals",
            $"/console/appeals/{appeal}",
            ("outcome", "upheld"),
            ("reason", "Nothing new.")
        );

        Assert.EndsWith("notice=saved", decided.Location, StringComparison.Ordinal);
        var facts = Assert.Single(await server.LedgerAsync("appeal.decided")).GetProperty("facts");
        Assert.Equal("the same person, in solo mode", facts.Text("by"));
        Assert.Equal("not opened", facts.Text("words"));
        var timeline = (await server.FileAsync(reference, await server.ClientOfAsync(Scope.Admin)))
            .GetProperty("timeline")
            .ToString();
        Assert.Contains("What the user says was not opened.", timeline, StringComparison.Ordinal);
        Assert.Contains("In a team of one", timeline, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_opened_what_the_user_says_is_on_record_with_the_decision()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var other = await ConsoleUser.InviteAsync(server, "oth.er", "senior_reviewer");
        var (_, appeal) = await AppealedAsync(server, senior);
        await senior.ReadWordsAsync($"/console/appeals/{appeal}/words");
        await other.ReadWordsAsync($"/console/appeals/{appeal}/words");

        await DecideAsync(other, appeal);
        var facts = Assert.Single(await server.LedgerAsync("appeal.decided")).GetProperty("facts");
        Assert.Equal(("another person", "opened"), (facts.Text("by"), facts.Text("words")));

        // Of whom a program names likewise; what was opened of an earlier appeal is not this one's.
        var again = await AppealAsync(server, await ActionAsync(server));
        var answer = await server.PostAsync(
            $"/v1/appeals/{again}/decision",
            new
            {
                outcome = "upheld",
                reason = "Nothing new.",
                person = "judge",
            }
        );
        Assert.False(answer.GetProperty("wordsOpened").GetBoolean());
    }

    private static async Task<(string Reference, string Appeal)> AppealedAsync(
        TestServer server,
        ConsoleUser senior
    )
    {
        var reference = await server.OpenAsync("user-1", "known_csam");
        var page = $"/console/cases/{reference}";
        await senior.PostAsync(
            page,
            $"{page}/decision",
            ("verdict", "confirmed"),
            ("reason", ReviewWork.Why)
        );
        await server.RemoveContentAsync(reference);
        return (reference, await AppealAsync(server, await ActionAsync(server)));
    }

    private static async Task<string> AppealAsync(TestServer server, Guid action) =>
        (
            await server.PostAsync(
                "/v1/appeals",
                new { actionId = action, text = "It was not me." },
                HttpStatusCode.Accepted
            )
        ).Text("appealId");

    private static Task<Guid> ActionAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.FindAsync<Guid>("select id from account_action where tenant = @tenant")
            );

    private static async Task<ConsoleUser.Answer> DecideAsync(ConsoleUser person, string appeal) =>
        await person.RawPostAsync(
            $"/console/appeals/{appeal}",
            ("__RequestVerificationToken", await person.ForgeryAsync("/console/exposure")),
            ("outcome", "upheld"),
            ("reason", "Nothing new.")
        );
}
