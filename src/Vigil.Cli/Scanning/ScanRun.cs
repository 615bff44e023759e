using System.Diagnostics;
using Spectre.Console;
using Vigil.Cli.Inputs;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;

namespace Vigil.Cli.Scanning;

/// <summary>One run over a folder: walk, recall or look up, remember, then show.</summary>
internal sealed class ScanRun(
    Terminal terminal,
    FileHasher hasher,
    Lookup lookup,
    ScanJournal journal,
    ReportWriter<LookupReport> writer,
    bool onlyMatches
)
{
    /// <summary>
    /// What opening a file costs, as bytes, so that the remaining time holds for many small files too.
    /// </summary>
    private const int FileWeightBytes = 64 * 1024;

    private readonly FolderWalk _walk = new();
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>A looked-up file; without a report where there was no file to look at.</summary>
    private readonly record struct Seen(LookupReport? Report, FileKey? Key);

    public ScanSummary Summary { get; } = new();

    public async Task RunAsync(string folder, int jobs, CancellationToken cancellation)
    {
        writer.Begin();
        using var stopCounting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await terminal.WithProgressAsync(
                "Scanning",
                async bar =>
                {
                    var counting = bar is null
                        ? Task.CompletedTask
                        : Task.Run(() => Count(folder, bar, stopCounting.Token));
                    await OrderedWork.RunAsync(
                        _walk.Files(folder),
                        jobs,
                        LookAtAsync,
                        batch => Take(batch, bar),
                        cancellation
                    );
                    await stopCounting.CancelAsync();
                    await counting;
                }
            );
        }
        finally
        {
            writer.End();
        }
    }

    public void WriteSummary(bool toError) =>
        terminal.WriteTable(
            Summary.ToTable(Stopwatch.GetElapsedTime(_started), _walk.LinksNotFollowed),
            toError
        );

    private async Task<Seen> LookAtAsync(WalkItem item, CancellationToken cancellation)
    {
        if (item.Failure is not null)
        {
            return new Seen(new LookupReport(item.Path, [], item.Failure), null);
        }
        // Before the file is opened: a change after this moment makes the next run look again.
        if (FileIdentity.TryRead(item.Path) is not { } identity)
        {
            return new Seen(lookup.Find(await hasher.HashAsync(item, cancellation), cancellation), null);
        }

        if (!identity.IsRegular)
        {
            return default;
        }

        var key = journal.KeyOf(Path.GetFullPath(item.Path), identity);
        if (journal.TryRecall(key, item.Path, (long)identity.Bytes, out var earlier))
        {
            return new Seen(earlier, null);
        }

        return new Seen(lookup.Find(await hasher.HashAsync(item, cancellation), cancellation), key);
    }

    /// <summary>
    /// Remembered first, shown second: what was shown as done is done, whatever happens next.
    /// </summary>
    private void Take(IReadOnlyList<Seen> batch, ProgressTask? bar)
    {
        var remembers = false;
        foreach (var (report, key) in batch)
        {
            if (report is null || key is not { } fileKey || report.Failure is not null)
            {
                continue;
            }

            journal.Append(fileKey, report);
            remembers = true;
        }
        if (remembers)
        {
            journal.Sync();
        }

        foreach (var (report, _) in batch)
        {
            if (report is null)
            {
                Summary.CountNotRegular();
            }
            else
            {
                Show(report);
            }

            bar?.Increment((report?.Bytes ?? 0) + FileWeightBytes);
        }
        if (bar is not null)
        {
            bar.Description = Rate();
        }

        terminal.Flush();
    }

    private void Show(LookupReport report)
    {
        Summary.Count(report);
        if (report.Failure is { } failure)
        {
            terminal.Warn($"{Printable.Of(report.Input)}: {Printable.Of(failure.Advice)}");
        }

        if (!onlyMatches || report.Strongest is not null)
        {
            writer.Write(report);
        }
    }

    private string Rate()
    {
        var seconds = Math.Max(0.001, Stopwatch.GetElapsedTime(_started).TotalSeconds);
        return $"{Summary.Files:N0} files, {Summary.Files / seconds:N0}/s, {Summary.Bytes / seconds / 1e6:N1} MB/s";
    }

    /// <summary>Runs ahead of the scan for the bar's whole length.</summary>
    private static void Count(string folder, ProgressTask bar, CancellationToken cancellation)
    {
        double total = 0;
        foreach (var item in new FolderWalk().Files(folder))
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            total += FileWeightBytes + (double)(FileIdentity.TryRead(item.Path)?.Bytes ?? 0);
            bar.MaxValue = total;
        }
    }
}
