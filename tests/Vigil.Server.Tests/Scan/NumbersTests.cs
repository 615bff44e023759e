using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Vigil.Server.Features.Scan.Numbers;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class NumbersTests
{
    [Fact(Timeout = 60_000)]
    public async Task Scans_are_counted_by_day_surface_decision_and_code_and_metered_without_secrets()
    {
        var tags = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, owner) =>
        {
            if (instrument.Meter.Name == "Vigil")
            {
                owner.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, _, values, _) =>
            {
                foreach (var (name, value) in values)
                {
                    tags.Add($"{instrument.Name} {name}={value}");
                }
            }
        );
        listener.Start();
        await using var server = await TestServer.StartAsync();
        var asked = new
        {
            surface = "comment",
            account = "somebody",
            hashes = new { sha256 = Scanning.Sha256 },
        };

        await server.ScanJsonAsync(asked);
        await server.ScanJsonAsync(asked);
        await server.Server.Get<WriteNumbers>().WriteAsync();
        await server.ScanJsonAsync(asked);
        await server.ScanJsonAsync(asked with { surface = "email" });
        await server.Server.Get<WriteNumbers>().WriteAsync();

        var rows = await server.Server.RowsAsync<Row>(
            "select surface, decision, code, count from scan_counts where tenant = @tenant order by surface"
        );
        Assert.Equal(
            [("comment", "none", "", 3L), ("email", "not_scanned", "jurisdiction_unknown", 1L)],
            rows.Select(row => (row.Surface, row.Decision, row.Code, row.Count))
        );
        Assert.Contains("vigil.scans decision=none", tags);
        Assert.DoesNotContain(
            tags,
            tag =>
                tag.Contains("somebody", StringComparison.Ordinal)
                || tag.Contains(Scanning.Sha256, StringComparison.Ordinal)
        );
    }

    private sealed class Row
    {
        public string Surface { get; init; } = "";
        public string Decision { get; init; } = "";
        public string Code { get; init; } = "";
        public long Count { get; init; }
    }
}
