using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>The authority's reference is kept for five years where the law asks for it, and not longer.</summary>
public class RecordClockTests
{
    private const string Number = "P-17/2026";

    [Fact(Timeout = 180_000)]
    public async Task The_record_of_a_report_to_the_NCA_is_kept_for_five_years_and_then_destroyed()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        var reference = await server.ConfirmedAsync("user-1");
        var (real, test) = (
            await FiledAsync(server, time, reference, ReportEnvironment.Production),
            await FiledAsync(server, time, reference, ReportEnvironment.Test)
        );
        var filedAt = time.GetUtcNow();

        var record = Assert.Single(await RecordsAsync(server));
        Assert.Equal(real.ToString(), record.Text("reportId"));
        Assert.Contains("regulation 8", record.Text("why"), StringComparison.Ordinal);
        Assert.Equal("2026-07-02", record.Text("checkedOn"));
        Assert.InRange(record.GetProperty("dueAt").GetDateTimeOffset() - filedAt, Days(1825), Days(1830));
        var page = await server.Client.GetStringAsync("/console/held");
        Assert.Contains($"/console/reports/{real}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/console/reports/{test}", page, StringComparison.Ordinal);

        // Five years by the calendar have a leap day or two: not one day too early, whatever the reading.
        time.Pass(Days(1826));
        Assert.Equal(0, await SweepAsync(server));
        Assert.Equal(Number, await NumberAsync(server, real));

        // A hold of the case keeps it longer.
        var hold = await HoldAsync(
            server,
            tx =>
                Holds.AddAsync(
                    tx,
                    new NewHold
                    {
                        Kind = HoldKind.Legal,
                        Case = new CaseRef(reference),
                        Authority = "SAMPLE court, 1/31",
                        Reason = "Until it has decided.",
                    }
                )
        );
        time.Pass(Days(5));
        Assert.Equal(0, await SweepAsync(server));
        // Not by the server's own sweep either.
        Assert.Equal(Number, await NumberAsync(server, real));
        Assert.DoesNotContain("records_overdue", await server.AlarmsAsync());
        await HoldAsync(
            server,
            async tx =>
            {
                await Holds.LiftAsync(tx, hold, "It has.");
                return hold;
            }
        );

        // The server's own sweep may be the one that does it.
        await TestServer.EventuallyAsync(
            async () =>
            {
                await SweepAsync(server);
                return await NumberAsync(server, real) is null ? "gone" : null;
            },
            "the record is destroyed"
        );
        Assert.Null(await ReceiptAsync(server, real));
        Assert.Equal(ReportState.Filed, (await RowAsync(server, real)).State);
        Assert.Equal(Number, await NumberAsync(server, test));
        Assert.Empty(await KeptAsync(server));
        Assert.Equal(
            real.ToString(),
            Assert.Single(await server.LedgerAsync("record.destroyed")).Text("object")
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_record_that_a_clock_in_doubt_keeps_too_long_is_told_and_its_tenant_stays_until_then()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        await server.SetAsync("training.required", "off");
        await server.SetAsync(CaseRouting.EstablishmentSetting, "GB");
        var reference = await server.ConfirmedAsync("user-1");
        var id = await FiledAsync(server, time, reference, ReportEnvironment.Production);
        Assert.Equal(0, await SweepAsync(server));
        // Set ahead, it did not pass.
        time.Advance(Days(1828));
        Assert.Equal(0, await SweepAsync(server));
        Assert.Equal(Number, await NumberAsync(server, id));
        Assert.DoesNotContain("records_overdue", await server.AlarmsAsync());
        time.Advance(Days(4));
        Assert.Equal(0, await SweepAsync(server));
        Assert.Equal(Number, await NumberAsync(server, id));
        Assert.Contains("records_overdue", await server.AlarmsAsync());
        Assert.True(Assert.Single(await KeptAsync(server)).IsOverdueAt(time.GetUtcNow()));
    }

    private static TimeSpan Days(int days) => TimeSpan.FromDays(days);

    private static async Task<IReadOnlyList<System.Text.Json.JsonElement>> RecordsAsync(TestServer server) =>
        [.. (await server.GetJsonAsync("/v1/retention/records")).GetProperty("records").EnumerateArray()];

    /// <summary>As the API tells it; keys end long before five years.</summary>
    private static Task<IReadOnlyList<HeldRecord>> KeptAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync("test", isWrite: false, tx => RecordClocks.ListAsync(tx, RecordClocks.MaxRows));

    private static Task<Guid> HoldAsync(TestServer server, Func<Tx, Task<Guid>> act) =>
        server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.HoldManage),
                Permission.HoldManage,
                act
            );

    /// <summary>Approved, handed over, and its receipt entered.</summary>
    private static async Task<Guid> FiledAsync(
        TestServer server,
        ManualTime time,
        string reference,
        ReportEnvironment environment
    )
    {
        var id = await server.DraftAsync(reference, "gb-nca");
        await server.ExecuteAsync(
            """
            update report set state = 'HandedOver', approved_at = @at, approved_by = 'person:sample',
                environment = @environment
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                at = time.GetUtcNow().AddMinutes(-2),
                environment = environment.ToString(),
            }
        );
        await server.PostAsync(
            $"/v1/reports/{id}/receipt",
            new
            {
                bytes = (byte[])[1, 2, 3],
                filedAt = time.GetUtcNow().AddMinutes(-1),
                remoteId = Number,
            }
        );
        return id;
    }

    private static Task<int> SweepAsync(TestServer server) =>
        server.Kernel().Retention.SweepRecordsAsync(TenantId.Default);

    private static async Task<string?> NumberAsync(TestServer server, Guid id) =>
        (await RowAsync(server, id)).RemoteId;

    private static async Task<ReportRow> RowAsync(TestServer server, Guid id) =>
        (await server.Kernel().Db.SystemAsync("test", isWrite: false, tx => ReportRow.FindAsync(tx, id)))!;

    private static Task<byte[]?> ReceiptAsync(TestServer server, Guid id) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => ReportDocuments.FindAsync(tx, id, ReportDocuments.Receipt)
            );
}
