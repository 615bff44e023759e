using System.Diagnostics;
using System.Diagnostics.Metrics;
using Vigil.Server.Features.Scan.Intake;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Numbers;

/// <summary>One line of the day's table.</summary>
/// <param name="Day">Days since 1970, UTC.</param>
internal readonly record struct CountKey(
    TenantId Tenant,
    long Day,
    string Surface,
    string Decision,
    string Code
);

/// <summary>
/// All that a scan without a match leaves: numbers. As metrics for the operator, and per day for the console.
/// </summary>
internal sealed class ScanNumbers : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Meter _meter = new("Vigil");
    private readonly Counter<long> _scans;
    private readonly Histogram<double> _seconds;

    /// <summary>Guards the counts: one added while they are taken would be lost.</summary>
    private readonly Lock _lock = new();

    /// <summary>Not yet in the table.</summary>
    private Dictionary<CountKey, long> _counts = [];

    public ScanNumbers(TimeProvider time, BytesInFlight inFlight, MediaDesk desk)
    {
        _time = time;
        _scans = _meter.CreateCounter<long>("vigil.scans", "{scan}", "Scans by decision, surface and code.");
        _seconds = _meter.CreateHistogram<double>(
            "vigil.scan.duration",
            "s",
            "From the whole body to the decision."
        );
        _meter.CreateObservableGauge("vigil.scan.bytes_in_flight", () => inFlight.Now, "By");
        _meter.CreateObservableGauge(
            "vigil.media.jobs",
            () => desk.Jobs,
            "{job}",
            "Files that wait or are hashed."
        );
    }

    public void Count(TenantId tenant, Surface surface, ScanAnswer answer, TimeSpan took)
    {
        var key = new CountKey(
            tenant,
            _time.GetUtcNow().ToUnixTimeMilliseconds() / (24 * 60 * 60 * 1000),
            Surfaces.NameOf(surface),
            answer.Decision,
            answer.Code ?? ""
        );
        PutBack([new KeyValuePair<CountKey, long>(key, 1)]);
        var tags = new TagList
        {
            { "decision", key.Decision },
            { "surface", key.Surface },
            { "code", key.Code },
        };
        _scans.Add(1, tags);
        _seconds.Record(took.TotalSeconds, new TagList { { "decision", key.Decision } });
    }

    /// <summary>Takes what was counted since the last call.</summary>
    public IReadOnlyDictionary<CountKey, long> Take()
    {
        lock (_lock)
        {
            var taken = _counts;
            _counts = [];
            return taken;
        }
    }

    /// <summary>What could not be written counts again.</summary>
    public void PutBack(IEnumerable<KeyValuePair<CountKey, long>> counts)
    {
        lock (_lock)
        {
            foreach (var (key, count) in counts)
            {
                _counts[key] = _counts.GetValueOrDefault(key) + count;
            }
        }
    }

    public void Dispose() => _meter.Dispose();
}
