using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>The reports, and which may still be changed.</summary>
internal sealed class ReportBook
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan LifetimeAfterChange = TimeSpan.FromHours(1);

    // Prevents two calls from changing one report, or taking one number, at a time.
    private readonly Lock _lock = new();
    private readonly Dictionary<long, SimulatedReport> _reports = [];
    private long _last = 1_000_000;

    public IReadOnlyList<SimulatedReport> All(DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var report in _reports.Values)
            {
                Expire(report, now);
            }
            return [.. _reports.Values];
        }
    }

    public SimulatedReport Open(XElement document, DateTimeOffset now)
    {
        lock (_lock)
        {
            var report = new SimulatedReport(++_last, document, now);
            _reports.Add(report.Id, report);
            return report;
        }
    }

    /// <summary>Changes an open report, or says why not.</summary>
    public CyberTipAnswer Change(string? id, DateTimeOffset now, Func<SimulatedReport, CyberTipAnswer> change)
    {
        lock (_lock)
        {
            if (!long.TryParse(id, out var number) || !_reports.TryGetValue(number, out var report))
            {
                return CyberTipAnswer.Code(5001, "Report does not exist");
            }
            Expire(report, now);
            return report.State switch
            {
                SimulatedReportState.Open => change(report),
                SimulatedReportState.Finished => CyberTipAnswer.Code(5102, "Report already finished"),
                SimulatedReportState.Retracted => CyberTipAnswer.Code(5101, "Report already retracted"),
                _ => CyberTipAnswer.Code(5001, "Report does not exist"),
            };
        }
    }

    private static void Expire(SimulatedReport report, DateTimeOffset now)
    {
        if (
            report.State == SimulatedReportState.Open
            && now > report.OpenedAt + Lifetime
            && now > report.ModifiedAt + LifetimeAfterChange
        )
        {
            report.State = SimulatedReportState.Expired;
        }
    }
}
