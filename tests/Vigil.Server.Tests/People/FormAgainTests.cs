using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>A form that is refused: nothing that a person typed or chose is lost.</summary>
public class FormAgainTests
{
    private const string Said = "Two lines,\n<b>as typed</b> & \"quoted\".";

    [Fact(Timeout = 120_000)]
    public async Task A_grade_without_a_reason_comes_back_as_it_was_filled_in_and_is_kept_once_it_has_one()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var reference = await server.OpenAsync("user-1");
        var page = $"/console/cases/{reference}/items/{await server.ItemAsync(reference)}/grade";

        var back = await reviewer.PostAsync(
            page,
            page,
            ("age", "pubescent"),
            ("activity", "posing"),
            ("depiction", "drawn"),
            ("fact", "sadism"),
            ("fact", "infant"),
            ("text", Said)
        );

        back.IsRefused(HttpStatusCode.BadRequest, "missing", "at least one of", page);
        Has(back, "name=\"age\" value=\"pubescent\" required checked>");
        Has(back, "name=\"depiction\" value=\"drawn\" required checked>");
        Has(back, "name=\"fact\" value=\"sadism\" checked>");
        Has(back, "name=\"fact\" value=\"infant\" checked>");
        HasNot(back, "name=\"fact\" value=\"animal\" checked");
        HasNot(back, "value=\"adult\" required checked");
        Has(back, ">Two lines,&#xA;&lt;b&gt;as typed&lt;/b&gt; &amp; &quot;quoted&quot;.</textarea>");
        Assert.Equal("no-store", back.Raw.Headers.CacheControl?.ToString());
        Assert.Empty(await server.LedgerAsync("case.graded"));
        var kept = await reviewer.SendAsync(
            page,
            back.Text,
            ("age", "pubescent"),
            ("activity", "posing"),
            ("depiction", "drawn"),
            ("reason", "by_the_facts"),
            ("text", Said)
        );
        Assert.Contains("item_graded", kept.Location, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_reports_words_come_back_beside_the_field_that_is_wrong_and_an_older_page_overwrites_nothing()
    {
        await using var server = await TestServer.StartAsync();
        using var officer = await ConsoleUser.InviteAsync(server, "an.officer", "filing_officer");
        var id = await server.DraftAsync(await server.ConfirmedAsync("user-1"));
        var page = $"{ReportWork.Page(id)}/edit";

        var back = await officer.PostAsync(
            page,
            page,
            ("incidentSummary-incidentDateTime", "yesterday"),
            ("incidentSummary-incidentType", "online_enticement"),
            ("additionalInfo", "What I know of it.")
        );

        back.IsRefused(HttpStatusCode.BadRequest, "bad_field", "When it happened", page);
        Has(back, "value=\"yesterday\"");
        Has(back, "<option value=\"online_enticement\" selected>");
        Has(back, ">What I know of it.</textarea>");
        // The page as it is now would overwrite what another wrote: the words are shown to be copied.
        var old = await officer.PostAsync(
            page,
            page,
            ("version", "99"),
            ("itemsRead", "no words of a person"),
            ("additionalInfo", "What I know of it.")
        );
        Assert.Equal(HttpStatusCode.Conflict, old.Status);
        HasNot(old, "id=\"form-error\"");
        Has(old, "readonly>What I know of it.</textarea>");
        HasNot(old, "no words of a person");
    }

    [Fact(Timeout = 120_000)]
    public async Task Credentials_that_are_refused_are_in_no_answer()
    {
        await using var server = await TestServer.StartAsync();
        using var admin = await ConsoleUser.InviteAsync(server, "an.admin", "admin");
        const string Page = "/console/reporting/setup";

        var back = await admin.PostAsync(
            Page,
            $"{Page}/test/credentials",
            ("address", "no address"),
            ("userName", "The name of us"),
            ("password", "The password of us")
        );

        Assert.Equal(HttpStatusCode.BadRequest, back.Status);
        HasNot(back, " of us");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_call_that_is_refused_still_says_what_was_said_in_it()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var custodian = await ConsoleUser.InviteAsync(server, "a.custodian", "custodian");
        var taken = await LegalProcess.LegalDesk.TakeAsync(
            server,
            "court_order",
            [new { account = "user-1" }]
        );
        var page = $"/console/legal-process/{LegalProcess.LegalDesk.IdOf(taken)}";
        var key = Convert.ToBase64String(Destinations.SecondReader.NewKeys().Public);

        var back = await custodian.PostAsync(
            page,
            $"{page}/calls",
            ("number", "555-010-4477"),
            ("source", "court_registry"),
            ("spokeWith", "The clerk."),
            ("result", "denied"),
            ("recipientKey", key)
        );

        back.IsRefused(HttpStatusCode.Conflict, "number_from_request", "Look the authority up", page);
        Has(back, "<option value=\"court_registry\" selected>");
        Has(back, "<option value=\"denied\" selected>");
        HasNot(back, "<option value=\"confirmed\" selected>");
        Has(back, "value=\"The clerk.\"");
        Assert.Contains($"value=\"{key}\"", WebUtility.HtmlDecode(back.Text), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Hash_values_that_are_refused_are_in_no_answer_and_are_named_to_be_given_again()
    {
        await using var server = await TestServer.StartAsync();
        using var steward = await ConsoleUser.InviteAsync(server, "a.steward", "list_steward");
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        var value = string.Concat(Enumerable.Repeat("feedbeef", 7));
        var list = await Lists.ListsHere.CreateListAsync(server, "by-hand");
        var page = $"/console/lists/{list.Text("id")}";

        var quiet = await steward.PostAsync(
            "/console/suppressions",
            "/console/suppressions",
            ("sha256", value),
            ("md5", value),
            ("sha1", value),
            ("days", "soon"),
            ("sampleEvery", "50"),
            ("reason", "Our own poster.")
        );
        var entry = await steward.PostAsync(
            page,
            $"{page}/entries",
            ("kind", "sha256"),
            ("value", value),
            ("category", "Not of the words.")
        );
        var notice = await reviewer.PostAsync(
            "/console/notices",
            "/console/notices",
            ("senderKind", "hotline"),
            ("sender", "A hotline"),
            ("contents", "post-17"),
            ("hashes", $"sha256 {value}"),
            ("receivedAt", "yesterday")
        );

        ComesBackWithout(quiet, "SHA-256, MD5, SHA-1", "value=\"Our own poster.\"");
        ComesBackWithout(entry, "Value", "<option value=\"sha256\" selected>");
        ComesBackWithout(notice, "Fingerprints", ">post-17</textarea>");

        void ComesBackWithout(ConsoleUser.Answer answer, string named, string shown)
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Has(answer, $"Give again: {named}.");
            Has(answer, shown);
            HasNot(answer, value);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_form_that_may_be_a_strangers_is_not_shown_again_but_one_of_a_page_too_old_is()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await ConsoleUser.InviteAsync(server, "a.reviewer", "reviewer");
        const string Page = "/console/cases/new";

        var forged = await reviewer.RawPostAsync(Page, ("reason", "Words of a stranger."));
        Assert.Equal((HttpStatusCode.BadRequest, "form_expired"), (forged.Status, forged.Code));
        HasNot(forged, "Words of a stranger.");

        using var own = new FormUrlEncodedContent([KeyValuePair.Create("reason", "Words of my own.")]);
        own.Headers.Add("Sec-Fetch-Site", "same-origin");
        var expired = await reviewer.RawPostAsync(Page, own);
        Assert.Equal((HttpStatusCode.BadRequest, "form_expired"), (expired.Status, expired.Code));
        Has(expired, "Words of my own.");
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_may_not_is_told_the_role_and_is_shown_no_way_to_the_editor()
    {
        await using var server = await TestServer.StartAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "a.senior", "senior_reviewer");
        using var officer = await ConsoleUser.InviteAsync(server, "an.officer", "filing_officer");
        var id = await server.DraftAsync(await server.ConfirmedAsync("user-1"));
        var page = ReportWork.Page(id);

        Has(await officer.GetAsync(page), $"{page}/edit#");
        HasNot(await senior.GetAsync(page), $"{page}/edit");
        var denied = await senior.GetAsync($"{page}/edit");
        Assert.Equal((HttpStatusCode.Forbidden, "not_permitted"), (denied.Status, denied.Code));
        Has(denied, "the role filing officer or hotline analyst");
        HasNot(denied, "ReportFile");
        using var key = server.ClientWith(await Lists.Inside.KeyAsync(server, Scope.Notices));
        using var program = await key.GetAsync(new Uri("/v1/cases", UriKind.Relative));
        Assert.Contains(
            "a key with the scope cases or admin",
            await program.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task The_time_of_what_happened_is_no_longer_missing_once_a_person_gives_it()
    {
        const string Missing = "When it happened, not when it came here";
        await using var server = await TestServer.StartAsync();
        using var officer = await ConsoleUser.InviteAsync(server, "an.officer", "filing_officer");
        var id = await server.DraftAsync(await server.ConfirmedAsync("user-1"));
        var page = ReportWork.Page(id);
        Has(await officer.GetAsync(page), Missing);
        var shown = WebUtility.HtmlDecode((await officer.GetAsync($"{page}/edit")).Text);
        const string Arrival =
            "When the content came to the reporting system. The time of the incident itself is not known here.";
        Assert.Contains(Arrival, shown, StringComparison.Ordinal);

        var saved = await officer.PostAsync(
            $"{page}/edit",
            $"{page}/edit",
            ("incidentSummary-incidentDateTime", "2026-10-01T10:00:00Z"),
            ("incidentSummary-incidentDateTimeDescription", Arrival)
        );

        Assert.Equal(HttpStatusCode.Redirect, saved.Status);
        HasNot(await officer.GetAsync(page), Missing);
        HasNot(await officer.GetAsync($"{page}/edit"), Arrival);
    }

    private static void Has(ConsoleUser.Answer answer, string text) =>
        Assert.Contains(text, answer.Text, StringComparison.Ordinal);

    private static void HasNot(ConsoleUser.Answer answer, string text) =>
        Assert.DoesNotContain(text, answer.Text, StringComparison.Ordinal);
}
