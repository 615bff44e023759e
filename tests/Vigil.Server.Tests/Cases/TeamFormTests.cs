using System.Net;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Delaying a notice to a user, and retiring a sample, in the console.</summary>
public class TeamFormTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_notice_that_is_due_is_delayed_for_a_reason_until_a_day()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var investigator = await ConsoleUser.InviteAsync(server, "an.investigator", "investigator");
        var (reference, other) = (
            await server.OpenAsync("user-1", "known_csam", "US"),
            await server.OpenAsync("user-2")
        );
        await server.DecideAsync(reference);
        var action = await server.RemoveContentAsync(reference);
        var (page, form) = (
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/actions/{action}/delay"
        );
        (await senior.ForceAsync(form, ("notBefore", DayIn(2)), ("reason", "Sooner."))).IsRefused(
            HttpStatusCode.Conflict,
            "not_longer",
            "choose a later day",
            page
        );
        time.Advance(TimeSpan.FromDays(91));
        using var later = await server.ClientOfAsync(Scope.Admin);
        await senior.SignInAsync();
        await investigator.SignInAsync();
        Assert.True(await senior.HasFormAsync("/console/appeals", form));
        Assert.True(await senior.HasFormAsync(page, form));
        (string, string)[] fields = [("notBefore", DayIn(10)), ("reason", "The police ask for it.")];
        Assert.Equal(HttpStatusCode.Forbidden, (await investigator.ForceAsync(form, fields)).Status);
        foreach (
            var (day, says) in ((string, string)[])
                [("", "Name the day"), (DayIn(0), "from tomorrow on"), (DayIn(367), "within the next year")]
        )
        {
            var refused = await senior.PostAsync("/console/appeals", form, ("notBefore", day), fields[1]);
            refused.IsRefused(HttpStatusCode.BadRequest, "bad_not_before", says, page);
        }
        var elsewhere = $"/console/cases/{other}/actions/{action}/delay";
        Assert.Equal(HttpStatusCode.NotFound, (await senior.ForceAsync(elsewhere, fields)).Status);
        Assert.Empty(await server.LedgerAsync("account.notice_delayed"));

        var delayed = await senior.PostAsync("/console/appeals", form, fields);

        Assert.Equal($"{page}?notice=notice_delayed", delayed.Location);
        Assert.False(await senior.HasFormAsync("/console/appeals", form));
        Assert.Contains(
            $"may be told from {DayIn(10)}",
            (await senior.GetAsync(page)).Text,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "The police ask for it.",
            Assert.Single(await server.LedgerAsync("account.notice_delayed")).Text("reason")
        );
        time.Advance(TimeSpan.FromDays(11));
        using var last = await server.ClientOfAsync(Scope.Admin);
        await server.PostAsync($"/v1/account-actions/{action}/tell", new { }, client: last);
        await senior.SignInAsync();
        Assert.False(await senior.HasFormAsync(page, form));
        (await senior.ForceAsync(form, ("notBefore", DayIn(10)), fields[1])).IsRefused(
            HttpStatusCode.Conflict,
            "nothing_to_delay",
            "the user was told",
            page
        );

        string DayIn(int days) =>
            time.GetUtcNow()
                .AddDays(days)
                .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_sample_is_retired_for_a_reason_on_the_page_of_training()
    {
        await using var server = await TestServer.StartAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var sample = (
            await server.PostAsync(
                "/v1/training/samples",
                new
                {
                    title = "A house",
                    problemType = "suspected_csam",
                    surface = "comment",
                    text = "A drawing of a house.",
                    verdict = "not_csam",
                    explanation = "A house.",
                },
                HttpStatusCode.Created
            )
        ).Text("id");
        const string page = "/console/training";
        var form = $"{page}/samples/{sample}/retire";
        Assert.False(await reviewer.HasFormAsync(page, form));
        Assert.Equal(HttpStatusCode.Forbidden, (await reviewer.ForceAsync(form, ("reason", "Old."))).Status);
        var unsaid = await senior.PostAsync(page, form, ("reason", " "));
        unsaid.IsRefused(HttpStatusCode.BadRequest, "missing", "reason", page);

        var retired = await senior.PostAsync(page, form, ("reason", "Everybody knows it."));

        Assert.Equal($"{page}?notice=sample_retired", retired.Location);
        Assert.Equal(
            "Everybody knows it.",
            Assert.Single(await server.LedgerAsync("training.sample_retired")).Text("reason")
        );
        Assert.Contains(", retired", (await senior.GetAsync(page)).Text, StringComparison.Ordinal);
        Assert.False(await senior.HasFormAsync(page, form));
        (await senior.ForceAsync(form, ("reason", "Again."))).IsRefused(
            HttpStatusCode.Conflict,
            "already_retired",
            "add it anew",
            page
        );
        await server.PostAsync($"/v1{form["/console".Length..]}", new { }, HttpStatusCode.Conflict);
    }
}
