using System.Net;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>Forms of a case's page that only some have: assign, another opinion, what came of it, purge.</summary>
public class CaseFormTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_case_is_given_on_its_page_by_who_may_and_to_who_sees_it()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        using var vendor = await ConsoleUser.InviteAsync(server, "a.vendor", "vendor_reviewer");
        var reference = await server.OpenAsync("user-1");
        var (page, form) = ($"/console/cases/{reference}", $"/console/cases/{reference}/assign");
        Assert.False(await reviewer.HasFormAsync(page, form));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await reviewer.ForceAsync(form, ("to", "person:reviewer-3"))).Status
        );

        var given = await senior.PostAsync(
            page,
            form,
            ("to", "person:reviewer-3"),
            ("note", "Knows the language.")
        );

        Assert.Equal($"{page}?notice=case_assigned", given.Location);
        var file = await server.FileAsync(reference);
        Assert.Equal("person:reviewer-3", file.GetProperty("work").Text("assignedTo"));
        Assert.Contains("Knows the language.", file.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            "person:senior-reviewer-2",
            Assert.Single(await server.LedgerAsync("case.assigned")).Text("actor")
        );
        // A company's reviewer sees granted cases only: it says what to do, and leads back.
        var unseen = await senior.PostAsync(page, form, ("to", "person:vendor-reviewer-4"));
        unseen.IsRefused(HttpStatusCode.Conflict, "cannot_see_case", "grant it first", page);
        Assert.Equal(
            "person:reviewer-3",
            (await server.FileAsync(reference)).GetProperty("work").Text("assignedTo")
        );
        await server.DecideAsync(reference);
        Assert.False(await senior.HasFormAsync(page, form));
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_opinion_of_a_graded_item_is_asked_for_once_on_the_page_of_its_case()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        using var other = await ConsoleUser.InviteAsync(server, "an.other", "reviewer");
        using var investigator = await ConsoleUser.InviteAsync(server, "an.investigator", "investigator");
        var reference = await server.OpenAsync("user-1");
        var item = await server.ItemAsync(reference);
        var (page, form) = (
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/items/{item}/opinion"
        );
        Assert.False(await reviewer.HasFormAsync(page, form));
        (await reviewer.ForceAsync(form, ("because", "other"))).IsRefused(
            HttpStatusCode.Conflict,
            "no_opinion_possible",
            "grade it first",
            page
        );
        await reviewer.GradeAsync(reference, item);
        var unsaid = await reviewer.PostAsync(page, form, ("because", ""));
        unsaid.IsRefused(HttpStatusCode.BadRequest, "unknown_because", "age_features", page);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await investigator.ForceAsync(form, ("because", "other"))).Status
        );

        var asked = await reviewer.PostAsync(page, form, ("because", "age_features"));

        Assert.Equal($"{page}?notice=opinion_asked", asked.Location);
        var wanted = (await other.GetAsync("/console/opinions")).Text;
        Assert.Contains($"{page}/items/{item}/grade", wanted, StringComparison.Ordinal);
        // Why is the first grader's doubt.
        Assert.DoesNotContain("age features", wanted, StringComparison.Ordinal);
        Assert.DoesNotContain(
            reference,
            (await reviewer.GetAsync("/console/opinions")).Text,
            StringComparison.Ordinal
        );
        Assert.False(await reviewer.HasFormAsync(page, form));
        Assert.Single(await server.LedgerAsync("case.opinion_asked"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_came_of_a_case_is_recorded_on_its_page_and_opens_it_where_it_contradicts()
    {
        await using var server = await TestServer.StartAsync(canUndo: true);
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        using var investigator = await ConsoleUser.InviteAsync(server, "an.investigator", "investigator");
        var reference = await server.OpenAsync("user-1");
        var (page, form) = ($"/console/cases/{reference}", $"/console/cases/{reference}/feedback");
        Assert.False(await reviewer.HasFormAsync(page, form));
        await server.SetAsync("cases.undoSeconds", "300");
        await server.DecideAsync(reference);
        // It can be undone: nobody outside knows of it.
        Assert.False(await reviewer.HasFormAsync(page, form));
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = ReviewWork.Person });
        await server.SetAsync("cases.undoSeconds", "0");
        await server.DecideAsync(reference);
        await TestServer.EventuallyAsync(
            async () => await reviewer.HasFormAsync(page, form) ? "there" : null,
            "the decision has left"
        );

        var same = await reviewer.PostAsync(page, form, ("from", "authority"), ("outcome", "confirmed"));
        Assert.Equal($"{page}?notice=case_feedback", same.Location);
        var unsaid = await reviewer.PostAsync(page, form, ("from", "authority"), ("outcome", ""));
        unsaid.IsRefused(HttpStatusCode.BadRequest, "unknown_outcome", "more_found", page);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await investigator.ForceAsync(form, ("from", "user"), ("outcome", "not_csam"))).Status
        );
        Assert.Equal("decided", (await server.FileAsync(reference)).GetProperty("case").Text("state"));
        var contradicts = await reviewer.PostAsync(
            page,
            form,
            ("from", "authority"),
            ("outcome", "not_csam"),
            ("text", "A drawing, they say.")
        );

        Assert.Equal($"{page}?notice=case_feedback_open", contradicts.Location);
        var file = await server.FileAsync(reference);
        Assert.Equal("open", file.GetProperty("case").Text("state"));
        // Their words are read as other words of people are; from and outcome stand in the timeline.
        Assert.DoesNotContain("A drawing", file.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"authority: not_csam.\"", file.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, (await server.LedgerAsync("case.feedback")).Count);
        // More may be said of it, though it is open again.
        Assert.True(await reviewer.HasFormAsync(page, form));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_names_a_cleared_person_is_removed_on_the_page_of_their_case_and_of_no_other()
    {
        await using var server = await TestServer.StartAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var (reference, confirmed) = (
            await server.OpenAsync("maria77"),
            await server.OpenAsync("somebody-else")
        );
        var (page, form) = ($"/console/cases/{reference}", $"/console/cases/{reference}/purge");
        Assert.False(await senior.HasFormAsync(page, form));
        await server.DecideAsync(reference, "not_csam");
        await server.DecideAsync(confirmed);
        Assert.False(await reviewer.HasFormAsync(page, form));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await reviewer.ForceAsync(form, ("reason", "They ask for it."))).Status
        );
        Assert.False(
            await senior.HasFormAsync($"/console/cases/{confirmed}", $"/console/cases/{confirmed}/purge")
        );
        (
            await senior.ForceAsync($"/console/cases/{confirmed}/purge", ("reason", "They ask for it."))
        ).IsRefused(
            HttpStatusCode.Conflict,
            "not_to_be_purged",
            "decided as not CSAM",
            $"/console/cases/{confirmed}"
        );
        var naming = await senior.PostAsync(page, form, ("reason", "Maria77 asked for it."));
        naming.IsRefused(HttpStatusCode.BadRequest, "reason_names_somebody", "", page);

        var purged = await senior.PostAsync(page, form, ("reason", "They ask for it."));

        Assert.Equal($"{page}?notice=case_purged", purged.Location);
        Assert.DoesNotContain("maria77", (await senior.GetAsync(page)).Text, StringComparison.Ordinal);
        Assert.False(await senior.HasFormAsync(page, form));
        Assert.Equal(
            "They ask for it.",
            Assert.Single(await server.LedgerAsync("case.purged")).Text("reason")
        );
    }
}
