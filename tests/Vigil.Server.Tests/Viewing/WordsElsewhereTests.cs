using System.Net;
using System.Text;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Words of people in notices and reports: nowhere without a record of who read them.</summary>
public class WordsElsewhereTests
{
    private const string Quoted = "quetzal-quoted";

    private const string Subject = """
        {"report": {"internetDetails": [{"chatImIncident": {"chatClient": "SAMPLE", "content": "quetzal-quoted"}}]},
         "chats": [{"name": "chat.txt", "text": "quetzal-message"}]}
        """;

    [Fact(Timeout = 120_000)]
    public async Task What_a_notice_says_is_read_by_a_look_of_its_own()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var reviewer = await server.ReviewerAsync();
        var taken = await server.PostAsync(
            "/v1/notices",
            new
            {
                senderKind = "hotline",
                sender = "SAMPLE hotline",
                reference = "R-1",
                receivedAt = DateTimeOffset.UtcNow.AddHours(-1),
                category = "grooming",
                action = "inform",
                account = "user-1",
                surface = "comment",
                jurisdiction = "DE",
                text = WordsWork.Said,
            },
            HttpStatusCode.Created
        );
        var page = $"/console/notices/{taken.Text("noticeId")}";
        string[] plain =
        [
            (await reviewer.GetAsync(page)).Text,
            (await reviewer.GetAsync($"{page}/words")).Text,
            (await reviewer.GetAsync($"/console/cases/{taken.Text("caseRef")}")).Text,
            (await server.GetJsonAsync($"/v1/notices/{taken.Text("noticeId")}")).ToString(),
        ];

        Assert.All(plain, text => Assert.DoesNotContain("quetzal", text, StringComparison.Ordinal));
        var shown = await reviewer.ReadWordsAsync($"{page}/words");

        Assert.Contains(WordsWork.Said, shown.Text, StringComparison.Ordinal);
        var row = Assert.Single(await server.WordsAsync());
        Assert.Equal((taken.Text("caseRef"), "notice", "Shown"), (row.CaseRef, row.About, row.State));
        Assert.Contains($"[view {row.Id}]", $"{Assert.Single(await server.LedgerAsync("words.read"))}");
        var read = await server.PostAsync(
            $"/v1/notices/{taken.Text("noticeId")}/words",
            new
            {
                reason = "decide",
                text = "To decide the case.",
                person = ReviewWork.Person,
            }
        );
        Assert.Equal(WordsWork.Said, read.Text("text"));
        Assert.Equal(2, (await server.WordsAsync()).Count);
    }

    [Fact(Timeout = 240_000)]
    public async Task Whoever_reads_the_words_of_a_report_is_on_record_whichever_way()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = (await server.HitAsync("user-1")).Value;
        using var body = new StringContent(Subject, Encoding.UTF8, "application/json");
        using var told = await server.Client.PutAsync(
            new Uri($"/v1/cases/{reference}/subject", UriKind.Relative),
            body
        );
        Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        await server.DecideAsync(reference);
        var id = await server.DraftAsync(reference, isExplained: false);
        using var officer = await ConsoleUser.InviteAsync(server, "off.icer", "filing_officer");
        var viewer = (await server.SignedInAsync(officer)).Actor.Name;
        var page = ReportWork.Page(id);

        Assert.DoesNotContain("quetzal", (await officer.GetAsync(page)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("quetzal", (await officer.GetAsync($"{page}/words")).Text);
        Assert.Empty(await server.WordsAsync());

        var shown = await officer.ReadWordsAsync($"{page}/words", "report", "Before I approve it.");

        Assert.Contains(WordsWork.Message, shown.Text, StringComparison.Ordinal);
        Assert.Contains(Quoted, shown.Text, StringComparison.Ordinal);
        Assert.Equal(viewer, Assert.Single(await server.WordsAsync()).Viewer);
        Assert.Contains(Quoted, (await officer.GetAsync($"{page}/edit")).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await server.WordsAsync()).Count);
        var draft = (await server.GetJsonAsync($"/v1/reports/{id}/draft")).ToString();
        Assert.Contains(Quoted, draft, StringComparison.Ordinal);
        Assert.DoesNotContain(WordsWork.Message, draft, StringComparison.Ordinal);
        Assert.Contains(Quoted, await server.Client.GetStringAsync($"/v1/reports/{id}/preview"));
        Assert.Equal(Subject, await server.Client.GetStringAsync($"/v1/cases/{reference}/subject"));
        var rows = await server.WordsAsync();
        Assert.Equal(["report", "report", "report", "report", "subject"], rows.Select(row => row.About));
        Assert.Equal(5, (await server.LedgerAsync("words.read")).Count);
        var parts = await server.PostAsync(
            $"/v1/reports/{id}/words",
            new
            {
                reason = "report",
                text = "Before it is approved.",
                person = ReviewWork.Person,
            }
        );
        Assert.Equal(2, parts.GetProperty("parts").GetArrayLength());
        Assert.Contains($"{viewer}, words", (await officer.GetAsync($"/console/cases/{reference}")).Text);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_report_without_words_is_read_as_before()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var id = await server.DraftAsync(await server.ConfirmedAsync("user-1"), isExplained: false);
        using var officer = await ConsoleUser.InviteAsync(server, "off.icer", "filing_officer");

        Assert.Contains("The document", (await officer.GetAsync(ReportWork.Page(id))).Text);
        await server.Client.GetStringAsync($"/v1/reports/{id}/preview");
        await server.GetJsonAsync($"/v1/reports/{id}/draft");

        Assert.Empty(await server.WordsAsync());
        Assert.Empty(await server.LedgerAsync("words.read"));
    }
}
