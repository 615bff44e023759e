using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>A case that is opened again: its clock starts for what was told to nobody, and ends for who is cleared.</summary>
public class ClockAgainTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_is_filed_and_confirmed_again_is_not_due_again_and_what_no_report_says_is()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        var reference = await server.ConfirmedAsync("user-1");
        var id = await server.DraftAsync(reference, ReportWork.Package, ReportEnvironment.Production);
        time.Pass(TimeSpan.FromMinutes(1));
        await FiledAsync(server, id);
        Assert.Equal(("Met", id), await ClockAsync(server, reference));

        time.Pass(TimeSpan.FromMinutes(1));
        await ReopenAsync(server, reference);
        await server.DecideAsync(reference);
        Assert.Equal(("Met", id), await ClockAsync(server, reference));

        // An item that came meanwhile is confirmed with the one of before.
        time.Pass(TimeSpan.FromMinutes(1));
        await ReopenAsync(server, reference);
        await server.ConfirmAnotherAsync(reference, "Open");
        await server.DecideAsync(reference);
        Assert.Equal(("Open", null), await ClockAsync(server, reference));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_case_that_is_cleared_is_not_due_any_more_until_something_of_it_is_confirmed()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        var reference = await server.OpenAsync("user-1", "suspected_csam");
        await server.DecideAsync(reference);
        var first = (await FindAsync(server, reference)).KnowledgeAt;

        // Of a case of which something else is confirmed a single item says nothing.
        await ReadAsync(
            server,
            async tx =>
            {
                await tx.RaiseAsync(new ContentsCleared(new CaseRef(reference), Guid.NewGuid(), "Not CSAM."));
                return true;
            }
        );
        Assert.Equal("Open", (await FindAsync(server, reference)).State);
        // Nor while an item waits to be decided again.
        time.Pass(TimeSpan.FromMinutes(1));
        await ReopenAsync(server, reference);
        await ReadAsync(
            server,
            async tx =>
            {
                await tx.RaiseAsync(new ContentsCleared(new CaseRef(reference), Guid.NewGuid(), "Not CSAM."));
                return true;
            }
        );
        Assert.Equal("Open", (await FindAsync(server, reference)).State);

        await server.DecideAsync(reference, "not_csam");
        var ended = await FindAsync(server, reference);
        Assert.Equal(("NoDuty", "Decided as not CSAM."), (ended.State, ended.Reason));
        Assert.Contains(ReviewWork.Person, ended.EndedBy, StringComparison.Ordinal);
        Assert.Single(await server.LedgerAsync("report_due.no_duty"));

        // What is confirmed later, by another item, does not inherit the old start.
        time.Pass(TimeSpan.FromMinutes(1));
        var item = await server.ConfirmAnotherAsync(reference);
        await ReadAsync(
            server,
            async tx =>
            {
                await tx.RaiseAsync(new CaseConfirmed(new CaseRef(reference), [item], first));
                return true;
            }
        );
        var again = await FindAsync(server, reference);
        Assert.Equal("Open", again.State);
        Assert.True(again.KnowledgeAt > ended.EndedAt && again.KnowledgeAt > first);
    }

    private static async Task<TestServer> StartAsync(ManualTime time)
    {
        var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        return server;
    }

    private static Task<JsonElement> ReopenAsync(TestServer server, string reference) =>
        server.PostAsync(
            $"/v1/cases/{reference}/reopen",
            new { reason = "Look again.", person = ReviewWork.Person }
        );

    /// <summary>As its receipt leaves it.</summary>
    private static async Task FiledAsync(TestServer server, Guid id)
    {
        await ReadAsync(
            server,
            tx =>
                tx.ExecuteAsync(
                    """
                    update report set state = 'Filed', approved_at = @now, filed_at = @now
                    where tenant = @tenant and id = @id
                    """,
                    new { id, now = tx.Now }
                )
        );
        await ReadAsync(server, tx => DueClock.SettleAsync(tx));
    }

    private static async Task<(string State, Guid? Report)> ClockAsync(TestServer server, string reference)
    {
        await ReadAsync(server, tx => DueClock.SettleAsync(tx));
        var clock = await FindAsync(server, reference);
        return (clock.State, clock.ReportId);
    }

    private static async Task<DueClock> FindAsync(TestServer server, string reference) =>
        (await ReadAsync(server, tx => DueClock.FindAsync(tx, reference)))!;

    private static Task<T> ReadAsync<T>(TestServer server, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, work);
}
