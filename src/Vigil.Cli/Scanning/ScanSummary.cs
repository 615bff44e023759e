using Spectre.Console;
using Vigil.Cli.Lookups;
using Vigil.Matching;

namespace Vigil.Cli.Scanning;

/// <summary>The numbers at the end of a scan. Every file is in exactly one line of results.</summary>
internal sealed class ScanSummary
{
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private long _known;
    private long _exact;
    private long _similar;
    private long _toReview;
    private long _noKnownMatch;
    private long _notMedia;
    private long _notProcessed;
    private long _truncated;
    private long _byGrey;

    public long Files { get; private set; }
    public long Resumed { get; private set; }
    public long Bytes { get; private set; }
    public long NotRegular { get; private set; }
    public bool AnyFound => _known + _exact + _similar + _toReview > 0;
    public bool AnyFailed => _failures.Count > 0;

    public void Count(LookupReport report)
    {
        Files++;
        Bytes += report.Bytes;
        Resumed += report.Resumed ? 1 : 0;
        _truncated += report.Truncated ? 1 : 0;
        _byGrey += report.ByGrey ? 1 : 0;
        if (report.Failure is { } failure)
        {
            _failures[failure.Code] = _failures.GetValueOrDefault(failure.Code) + 1;
        }

        switch (report.Strongest)
        {
            case MatchStrength.Known:
                _known++;
                break;
            case MatchStrength.Exact:
                _exact++;
                break;
            case MatchStrength.Similar:
                _similar++;
                break;
            case MatchStrength.WeakDigest or MatchStrength.Contradiction:
                _toReview++;
                break;
            default:
                CountUnmatched(report);
                break;
        }
    }

    /// <summary>A pipe, socket or device: it holds no file.</summary>
    public void CountNotRegular() => NotRegular++;

    private void CountUnmatched(LookupReport report)
    {
        if (report.Failure is not null)
        {
            _notProcessed++;
        }
        else if (report.NotMedia)
        {
            _notMedia++;
        }
        else
        {
            _noKnownMatch++;
        }
    }

    public Table ToTable(TimeSpan elapsed, long linksNotFollowed)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("scanned");
        table.AddColumn(new TableColumn("files").RightAligned());
        Row("known (exact, and the list is report-eligible)", _known);
        Row("exact", _exact);
        Row("similar (by picture alone)", _similar);
        Row("to review (one weak digest, or fingerprints that contradict)", _toReview);
        Row("no known match", _noKnownMatch);
        Row("no known match by digest; not pictures", _notMedia);
        Row("could not be processed", _notProcessed);
        Row("all files", Files);
        table.AddEmptyRow();
        foreach (var (code, count) in _failures)
        {
            Row($"not processed, or not in full: {code}", count);
        }

        RowIfAny("data ends early; looked up by what decoded", _truncated);
        RowIfAny("no known match by the grey plane alone (--prefilter grey)", _byGrey);
        RowIfAny("seen in an earlier run", Resumed);
        RowIfAny("symbolic links, not followed", linksNotFollowed);
        RowIfAny("pipes, sockets, devices, not read", NotRegular);
        var seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        table.AddRow("bytes", $"{Bytes:N0}");
        table.AddRow("seconds", $"{elapsed.TotalSeconds:N1}");
        table.AddRow("files a second", $"{Files / seconds:N1}");
        return table;

        void Row(string what, long count) => table.AddRow(new Text(what), new Text($"{count:N0}"));

        void RowIfAny(string what, long count)
        {
            if (count > 0)
            {
                Row(what, count);
            }
        }
    }
}
