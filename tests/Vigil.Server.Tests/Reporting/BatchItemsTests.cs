using System.Net;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A batch rests on the decision about its own file in each case, and on no other.</summary>
public class BatchItemsTests
{
    [Fact(Timeout = 120_000)]
    public async Task Another_item_of_a_case_does_not_confirm_the_file_of_its_batch()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.SetAsync("report.reporterName", "SAMPLE Trust and Safety");
        await server.SetAsync("report.reporterEmail", "reports@example.com");
        var file = ViewingWork.Picture(1);
        var (first, second) = (
            await CaseAsync(server, "user-1", file),
            await CaseAsync(server, "user-2", file)
        );
        await server.ExecuteAsync(
            "update report_due set is_test = @yes where tenant = @tenant",
            new { yes = true }
        );
        var made = await server.PostAsync(
            $"/v1/cases/{first}/reports",
            new
            {
                destination = "cybertip",
                environment = "test",
                batch = (string[])[second],
            },
            HttpStatusCode.Created
        );
        var id = Guid.Parse(made.Text("reportId"));
        Assert.True(await StandsAsync(server, id));

        await StateAsync(server, second, "Confirmed", "Open");
        var other = await server.ConfirmAnotherAsync(second);
        Assert.False(await StandsAsync(server, id));
        Assert.Contains("batch_not_confirmed", await FindingsAsync(server, id));
        await StateAsync(server, second, "Open", "Confirmed");
        Assert.True(await StandsAsync(server, id));

        // Both were confirmed again since: the batch says their file all the same, and not what came besides.
        await StateAsync(server, first, "Confirmed", "Open");
        await StateAsync(server, first, "Open", "Confirmed");
        await server.ExecuteAsync(
            """
            update report set state = 'Filed', approved_at = @now, filed_at = @now
            where tenant = @tenant and id = @id
            """,
            new { id, now = DateTimeOffset.UtcNow }
        );
        Assert.Equal(("Met", "Open"), (await ClockAsync(server, first), await ClockAsync(server, second)));
        await server.ExecuteAsync(
            "delete from case_item where tenant = @tenant and id = @other",
            new { other }
        );
        Assert.Equal(("Met", "Met"), (await ClockAsync(server, first), await ClockAsync(server, second)));
    }

    private static async Task<string> CaseAsync(TestServer server, string account, byte[] file)
    {
        var reference = await server.HitAsync(account);
        await server.SealAsync(reference, file, Guid.Parse(await server.ItemAsync(reference.Value)));
        await server.DecideAsync(reference.Value);
        return reference.Value;
    }

    private static Task<int> StateAsync(TestServer server, string reference, string from, string to) =>
        ReadAsync(server, tx => MadeReports.StateAsync(tx, reference, from, to));

    private static Task<bool> StandsAsync(TestServer server, Guid id) =>
        ReadAsync(
            server,
            async tx => await StandingDecision.StandsAsync(tx, (await ReportRow.FindAsync(tx, id))!)
        );

    private static Task<IReadOnlyList<string>> FindingsAsync(TestServer server, Guid id) =>
        ReadAsync<IReadOnlyList<string>>(
            server,
            async tx =>
            {
                var report = (await ReportRow.FindAsync(tx, id))!;
                var draft = await Drafts.ReadAsync(tx, report);
                return
                [
                    .. (await Drafts.StandingAsync(tx, report, draft)).Findings.Select(found => found.Rule),
                ];
            }
        );

    private static async Task<string> ClockAsync(TestServer server, string reference)
    {
        await ReadAsync(server, tx => DueClock.SettleAsync(tx));
        return (await ReadAsync(server, tx => DueClock.FindAsync(tx, reference)))!.State;
    }

    private static Task<T> ReadAsync<T>(TestServer server, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, work);
}
