using System.Net;
using System.Text.Json;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

/// <summary>Letters of correction say what is so, and say it once.</summary>
public class CorrectionTests
{
    [Fact(Timeout = 120_000)]
    public async Task Who_sent_a_notice_hears_of_their_own_items_and_of_a_part_as_a_part()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await NoticeAsync(server, "user-1", "H-1");
        Assert.Equal(reference, await NoticeAsync(server, "user-1", "H-2"));
        await DecideAsync(server, reference, 0);
        Assert.Equal(["A hotline H-1"], await WhomAsync(server, "notice_sender"));
        await DecideAsync(server, reference, 1);
        Assert.Equal(["A hotline H-1", "A hotline H-2"], await WhomAsync(server, "notice_sender"));

        var shared = await NoticeAsync(server, "user-2", "H-3");
        Assert.Equal(shared, await NoticeAsync(server, "user-2", "H-3"));
        await DecideAsync(server, shared, 0);
        Assert.Contains("a part of it", await TextAsync(server, "A hotline H-3"), StringComparison.Ordinal);
        // The letter that waits says what is so by now; there is no second.
        await DecideAsync(server, shared, 1);
        Assert.DoesNotContain(
            "a part of it",
            await TextAsync(server, "A hotline H-3"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_got_a_report_hears_of_what_was_confirmed_once_and_of_what_stands()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await server.OpenAsync("user-1", "suspected_csam");
        await server.DecideAsync(reference);
        var report = await server.DraftAsync(reference, ReportWork.Package);
        await server.ExecuteAsync(
            "update report set state = 'HandedOver' where tenant = @tenant and id = @report",
            new { report }
        );
        await ReopenAsync(server, reference);
        Assert.Equal(reference, await server.OpenAsync("user-1", "suspected_csam"));

        // Never confirmed, so never reported.
        await DecideAsync(server, reference, 2);
        Assert.Empty(await LettersAsync(server, "report_recipient"));
        await DecideAsync(server, reference, 0);
        var letter = Assert.Single(await LettersAsync(server, "report_recipient")).Text("text");
        Assert.StartsWith(
            $"Of 2 items that we confirmed under {reference}, 1 ",
            letter,
            StringComparison.Ordinal
        );
        Assert.Contains("0 stand as they are, and 1 are being", letter, StringComparison.Ordinal);
        await DecideAsync(server, reference, 1);

        letter = Assert.Single(await LettersAsync(server, "report_recipient")).Text("text");
        Assert.StartsWith("What we reported under", letter, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_user_is_written_to_once_of_one_action()
    {
        await using var server = await TestServer.StartAsync();
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(reference);
        await server.RemoveContentAsync(reference);
        await server.ExecuteAsync(
            "update account_action set told_at = @at where tenant = @tenant",
            new { at = DateTimeOffset.UtcNow }
        );
        await ReopenAsync(server, reference);
        await server.DecideAsync(reference, "not_csam");
        var letter = Assert.Single(await LettersAsync(server, "user"));
        await server.PostAsync(
            $"/v1/corrections/{letter.Text("id")}",
            new { state = "sent", reason = "By mail." }
        );
        await ReopenAsync(server, reference);
        Assert.Equal(reference, await server.OpenAsync("user-1", "known_csam", "US"));

        await server.DecideAsync(reference, "not_csam");

        Assert.Empty(await LettersAsync(server, "user"));
    }

    private static Task<string> NoticeAsync(TestServer server, string account, string number) =>
        server.OpenAsync(
            new
            {
                account,
                surface = "comment",
                text = "An address.",
                reason = "A notice came.",
                notice = new { from = "A hotline", reference = number },
            }
        );

    private static Task<JsonElement> ReopenAsync(TestServer server, string reference) =>
        server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "They wrote.", person = ReviewWork.Other }
        );

    private static async Task DecideAsync(TestServer server, string reference, int number)
    {
        var item = (await server.FileAsync(reference)).GetProperty("items")[number].Text("id");
        await server.PostAsync(
            $"/v1/cases/{reference}/decision",
            new
            {
                verdict = "not_csam",
                reason = ReviewWork.Why,
                items = new[] { item },
                person = ReviewWork.Person,
            }
        );
    }

    private static async Task<IReadOnlyList<JsonElement>> LettersAsync(TestServer server, string kind) =>
        [
            .. (await server.GetJsonAsync("/v1/corrections"))
                .GetProperty("corrections")
                .EnumerateArray()
                .Where(one => one.Text("kind") == kind),
        ];

    private static async Task<IEnumerable<string>> WhomAsync(TestServer server, string kind) =>
        (await LettersAsync(server, kind)).Select(one => one.Text("whom")).Order(StringComparer.Ordinal);

    private static async Task<string> TextAsync(TestServer server, string whom) =>
        Assert
            .Single(await LettersAsync(server, "notice_sender"), one => one.Text("whom") == whom)
            .Text("text");
}
