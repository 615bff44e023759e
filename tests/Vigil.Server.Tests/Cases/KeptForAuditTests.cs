using System.Net;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Who looks at a finding of "not CSAM" again has something to look at.</summary>
public class KeptForAuditTests
{
    [Fact(Timeout = 180_000)]
    public async Task The_file_of_a_drawn_finding_is_there_until_somebody_agrees_or_the_days_are_over()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        await server.SetAsync("cases.auditPercent", "100");
        var (agreed, differs, unanswered) = (
            await ClearedAsync(server, "user-1"),
            await ClearedAsync(server, "user-2"),
            await ClearedAsync(server, "user-3")
        );
        await server.SetAsync("cases.auditDays", "0");
        var unkept = await ClearedAsync(server, "user-4");
        Assert.Equal(0, await server.PreservedAsync(unkept));
        foreach (var reference in (string[])[agreed, differs, unanswered])
        {
            // The item's, and one of no item.
            Assert.Equal(2, await server.PreservedAsync(reference));
        }

        await AuditAsync(server, agreed, "not_csam");
        await AuditAsync(server, differs, "confirmed");

        Assert.Equal(0, await server.PreservedAsync(agreed));
        Assert.Equal(2, await server.PreservedAsync(differs));
        time.Advance(TimeSpan.FromDays(13));
        await Purging.RoundAsync(server);
        Assert.Equal(2, await server.PreservedAsync(unanswered));
        time.Advance(TimeSpan.FromDays(2));
        await Purging.RoundAsync(server);
        Assert.Equal(0, await server.PreservedAsync(unanswered));
        Assert.Equal(2, await server.PreservedAsync(differs));
        // Of which no file was kept it was over when it was overdue.
        Assert.Equal(
            [unkept, unanswered],
            (await server.LedgerAsync("case.audit_unanswered")).Select(act => act.Text("object"))
        );
        Assert.Equal(
            2,
            (await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Other}"))
                .GetProperty("unanswered")
                .GetInt32()
        );
        // Without its file, what is missing would tell the verdict.
        await AuditAsync(server, unanswered, "not_csam", HttpStatusCode.NotFound);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_drawn_of_a_decision_is_over_when_its_case_is_opened_again_or_purged()
    {
        await using var server = await TestServer.StartAsync();
        await server.SetAsync("cases.auditPercent", "100");
        var (again, cleared, stays) = (
            await server.OpenAsync("user-1"),
            await server.OpenAsync("user-2"),
            await server.OpenAsync("user-3")
        );
        await server.DecideAsync(again);
        await server.DecideAsync(cleared, "not_csam");
        await server.DecideAsync(stays);
        Assert.Equal([again, cleared, stays], await WaitingAsync(server));

        await server.PostAsync(
            $"/v1/cases/{again}/reopen",
            new { reason = ReviewWork.Why, person = ReviewWork.Person }
        );
        Assert.Equal([cleared, stays], await WaitingAsync(server));
        await server.PostAsync($"/v1/cases/{cleared}/purge", new { reason = "They asked for it." });
        Assert.Equal([stays], await WaitingAsync(server));
    }

    private static async Task<IEnumerable<string>> WaitingAsync(TestServer server) =>
        (await server.GetJsonAsync($"/v1/audits?person={ReviewWork.Other}"))
            .GetProperty("waiting")
            .EnumerateArray()
            .Select(row => row.Text("caseRef"));

    private static async Task<string> ClearedAsync(TestServer server, string account)
    {
        var reference = await server.OpenInAsync(server.Client, account);
        var item = Guid.Parse(await server.ItemAsync(reference));
        await ContentWork.BringAsync(
            server,
            new CaseRef(reference),
            ContentWork.Jpeg,
            HttpStatusCode.Created,
            item
        );
        await ContentWork.BringAsync(server, new CaseRef(reference), [1, 2, 3], HttpStatusCode.Created);
        await server.DecideAsync(reference, "not_csam");
        return reference;
    }

    private static async Task AuditAsync(
        TestServer server,
        string reference,
        string verdict,
        HttpStatusCode status = HttpStatusCode.OK
    ) =>
        await server.PostAsync(
            $"/v1/audits/{await server.ItemAsync(reference)}",
            new
            {
                verdict,
                reason = "Seen otherwise.",
                person = ReviewWork.Other,
            },
            status
        );
}
