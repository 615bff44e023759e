using System.Net;
using Vigil.Server.Features.NoticesReceived;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Reporting.Filing;

namespace Vigil.Server.Tests.Reporting;

public sealed class ConfirmedTimeTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_time_to_filed_counts_from_a_persons_confirmation_and_not_from_the_notice_before_it()
    {
        await using var filing = await FilingServer.StartAsync();
        var taken = await filing.Server.PostAsync(
            "/v1/notices",
            new NoticeRequest
            {
                SenderKind = "hotline",
                Sender = "Example Hotline",
                ReceivedAt = DateTimeOffset.UtcNow.AddHours(-20),
                Category = "suspected_csam",
                Action = "inform",
                Contents = ["post/1"],
                Surface = "public_post",
            },
            HttpStatusCode.Created
        );
        var reference = taken.Text("caseRef");
        await filing.Server.DecideAsync(reference);
        var id = await filing.Server.DraftAsync(reference);
        await filing.ApproveDraftAsync(id);
        var now = DateTimeOffset.UtcNow;
        var report = await filing.ReportAsync(id);
        Assert.InRange(now - report.KnowledgeAt, TimeSpan.FromHours(19), TimeSpan.FromHours(21));
        var confirmed = await filing.ReadAsync(tx =>
            tx.FindAsync<long>(
                "select confirmed_at from report_figures where tenant = @tenant and report_id = @id",
                new { id }
            )
        );
        Assert.InRange(
            DateTimeOffset.FromUnixTimeMilliseconds(confirmed),
            now.AddMinutes(-2),
            now.AddSeconds(1)
        );

        await filing.Server.FiledAsync(id);
        var shown = await filing.Server.GetJsonAsync("/v1/reports/statistics?environment=test");
        Assert.InRange(shown.GetProperty("all").GetProperty("minutesP95").GetDouble(), 0, 2);
        // What was approved before that was kept counts from when it was known, as it did.
        await filing.ReadAsync(tx =>
            tx.ExecuteAsync(
                "update report_figures set confirmed_at = null where tenant = @tenant and report_id = @id",
                new { id }
            )
        );
        shown = await filing.Server.GetJsonAsync("/v1/reports/statistics?environment=test");
        Assert.InRange(shown.GetProperty("all").GetProperty("minutesP95").GetDouble(), 19 * 60, 21 * 60);
    }
}
