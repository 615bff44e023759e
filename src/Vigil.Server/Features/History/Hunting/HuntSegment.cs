using System.Diagnostics;
using Vigil.Files;
using Vigil.Matching.Hunting;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>What came of one segment.</summary>
internal sealed class HuntPart
{
    public bool IsDamaged { get; set; }
    public long Hashes { get; set; }
    public long WorkMs { get; set; }
    public long Shadow { get; set; }
    public long Known { get; set; }
    public long Suppressed { get; set; }

    /// <summary>Contents whose place's law, or whose surface's switch, does not let them be scanned now.</summary>
    public long Refused { get; set; }
}

/// <summary>Streams one segment past the entries of a slice; what may match is judged as scans are.</summary>
internal sealed class HuntSegment(HistoryStore store, QuietThread quiet, HuntBell bell, DecideRow decide)
{
    /// <summary>Null: the hunt was paused or cancelled meanwhile; the segment is hunted again from its start.</summary>
    public async Task<HuntPart?> RunAsync(
        TenantId tenant,
        StoredHunt hunt,
        HuntSlice slice,
        StoredSegment segment,
        IReadOnlySet<Erased> erased,
        CancellationToken stopping
    )
    {
        var (began, rung, part) = (Stopwatch.GetTimestamp(), bell.Count, new HuntPart());
        var folder = store.FolderOf(tenant);
        try
        {
            using var stream = await ReadAsync(() => folder.OpenSegment(segment.Name));
            using var batch = new HistoryBatch(slice.Lowest);
            var reader = await ReadAsync(() => new HistoryReader(stream));
            var found = new List<int>();
            while (await ReadAsync(() => Next(reader, batch, slice, found, stopping)))
            {
                part.Hashes += batch.HashCount;
                foreach (var index in found)
                {
                    if (!await JudgeAsync(tenant, hunt, slice, batch.Row(index), erased, part, stopping))
                    {
                        return null;
                    }
                }
                if (bell.Count != rung && !await decide.IsRunningAsync(tenant, hunt.Id, stopping))
                {
                    return null;
                }
            }
        }
        catch (UnreadableException)
        {
            part.IsDamaged = true;
        }
        part.WorkMs = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return part;
    }

    /// <summary>The next rows, and which of them may match. On the quiet thread.</summary>
    private static bool Next(
        HistoryReader reader,
        HistoryBatch batch,
        HuntSlice slice,
        List<int> found,
        CancellationToken stopping
    )
    {
        if (!reader.Read(batch))
        {
            return false;
        }
        slice.Index.Find(batch, found, stopping);
        return true;
    }

    /// <summary>False: stop here.</summary>
    private async Task<bool> JudgeAsync(
        TenantId tenant,
        StoredHunt hunt,
        HuntSlice slice,
        HistoryRow row,
        IReadOnlySet<Erased> erased,
        HuntPart part,
        CancellationToken stopping
    )
    {
        // What the row's own scan knew already was decided by it.
        if (!hunt.IsWhole && row.ListGeneration >= hunt.ToGeneration)
        {
            return true;
        }
        var note = HistoryNote.Decode(row.Note);
        if (Erased.IsOf(erased, note))
        {
            return true;
        }
        switch (await decide.RunAsync(tenant, hunt, slice, RowOf.Content(row, note), stopping))
        {
            case RowOutcome.Stop:
                return false;
            case RowOutcome.Shadow:
                part.Shadow++;
                break;
            case RowOutcome.Known:
                part.Known++;
                break;
            case RowOutcome.Suppressed:
                part.Suppressed++;
                break;
            case RowOutcome.Refused:
                part.Refused++;
                break;
            default:
                break;
        }
        return true;
    }

    /// <summary>What the file's bytes cause is told from what the database causes.</summary>
    private async Task<T> ReadAsync<T>(Func<T> read)
    {
        try
        {
            return await quiet.RunAsync(read);
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            throw new UnreadableException(e);
        }
    }

    private sealed class UnreadableException(Exception inner)
        : Exception("A segment of the history does not open.", inner);
}
