using System.Globalization;
using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>What an import did, in rows of the file.</summary>
/// <param name="List">The list after it.</param>
/// <param name="Added">Entries that were not there.</param>
/// <param name="AlreadyThere">Rows that the list had, as they stand.</param>
/// <param name="Updated">Entries of which the source now says something else.</param>
/// <param name="Rejected">Rows, or their PDQ, that were not taken.</param>
public sealed record ListMergeResult(
    SignalList List,
    long Added,
    long AlreadyThere,
    long Updated,
    long Rejected
);

/// <summary>
/// Adds the rows of a file to a list, so that importing the same file again adds nothing. Nothing is removed:
/// sources withdraw entries expressly. Entries are the same when their fingerprints are and neither has
/// another id of its own; failing that, when the source gave both the same id, which then has new
/// fingerprints.
/// </summary>
public sealed class ListMerge
{
    private readonly List<ListEntry> _entries;
    private readonly Dictionary<Fingerprints, int> _byFingerprints = [];
    private readonly Dictionary<(string SourceId, Fingerprints), int> _bySource = [];
    private readonly Dictionary<string, int> _nextNumber = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<int> _touched = [];
    private (long Added, long AlreadyThere, long Updated, long Rejected) _counts;

    private ListMerge(SignalList list)
    {
        _entries = [.. list.Entries];
        for (var i = 0; i < _entries.Count; i++)
        {
            Remember(i);
        }
    }

    /// <param name="list">The list as it is, perhaps empty; it is not changed.</param>
    /// <param name="rows"> From <see cref="ListReader"/>. When reading them fails, so does the whole merge.
    /// </param>
    /// <param name="onRejected">Hears of each row not taken; null: they are only counted.</param>
    public static ListMergeResult Into(
        SignalList list,
        IEnumerable<ListRow> rows,
        Action<RejectedRow>? onRejected = null
    )
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(rows);
        var merge = new ListMerge(list);
        foreach (var (entry, rejected) in rows)
        {
            if (entry is not null)
            {
                merge.Take(entry);
            }
            if (rejected is not null)
            {
                merge._counts.Rejected++;
                onRejected?.Invoke(rejected);
            }
        }
        var counts = merge._counts;
        return new ListMergeResult(
            list with
            {
                Entries = merge._entries,
            },
            counts.Added,
            counts.AlreadyThere,
            counts.Updated,
            counts.Rejected
        );
    }

    private void Take(ListEntry entry)
    {
        if (SameFile(entry) is { } same)
        {
            var old = _entries[same];
            var takesId = old.IsIdFromRow && !entry.IsIdFromRow;
            Replace(
                same,
                old with
                {
                    Id = takesId ? FreeId(entry.Id) : old.Id,
                    IsIdFromRow = old.IsIdFromRow && !takesId,
                    Category = entry.Category ?? old.Category,
                    PdqQuality = entry.PdqQuality ?? old.PdqQuality,
                }
            );
        }
        else if (
            !entry.IsIdFromRow
            && _byId.TryGetValue(entry.Id, out var index)
            && !_entries[index].IsIdFromRow
            && !_touched.Contains(index)
        )
        {
            Replace(index, entry);
        }
        else
        {
            _entries.Add(entry with { Id = FreeId(entry.Id) });
            _touched.Add(_entries.Count - 1);
            Remember(_entries.Count - 1);
            _counts.Added++;
        }
    }

    private int? SameFile(ListEntry entry)
    {
        var fingerprints = Fingerprints.Of(entry);
        if (!entry.IsIdFromRow && _bySource.TryGetValue((entry.Id, fingerprints), out var index))
        {
            return index;
        }
        return
            _byFingerprints.TryGetValue(fingerprints, out index)
            && (entry.IsIdFromRow || _entries[index].IsIdFromRow)
            ? index
            : null;
    }

    private void Replace(int index, ListEntry entry)
    {
        _touched.Add(index);
        var old = _entries[index];
        if (old == entry)
        {
            _counts.AlreadyThere++;
            return;
        }
        // The file it was may stand in the list again, under this id or another: it must be added then,
        // not lost.
        _byFingerprints.Remove(Fingerprints.Of(old));
        _bySource.Remove((SourceId(old.Id), Fingerprints.Of(old)));
        _byId.Remove(old.Id);
        _entries[index] = entry;
        _counts.Updated++;
        Remember(index);
    }

    private void Remember(int index)
    {
        var entry = _entries[index];
        var fingerprints = Fingerprints.Of(entry);
        _byId.TryAdd(entry.Id, index);
        _byFingerprints.TryAdd(fingerprints, index);
        if (!entry.IsIdFromRow)
        {
            _bySource.TryAdd((SourceId(entry.Id), fingerprints), index);
        }
    }

    /// <summary>
    /// A source that gives one id to two files, as merged VICS exports do, must lose neither: the second is
    /// id~2.
    /// </summary>
    private string FreeId(string id)
    {
        var free = id;
        for (var number = _nextNumber.GetValueOrDefault(id, 2); _byId.ContainsKey(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{id}~{number}");
            _nextNumber[id] = number + 1;
        }
        return free;
    }

    /// <summary>The id without the number that <see cref="FreeId"/> gave it.</summary>
    private static string SourceId(string id)
    {
        var end = id.LastIndexOf('~');
        return end > 0 && end < id.Length - 1 && id.AsSpan(end + 1).IndexOfAnyExceptInRange('0', '9') < 0
            ? id[..end]
            : id;
    }

    private readonly record struct Fingerprints(Digest? Md5, Digest? Sha1, Digest? Sha256, PdqHash? Pdq)
    {
        public static Fingerprints Of(ListEntry entry) => new(entry.Md5, entry.Sha1, entry.Sha256, entry.Pdq);
    }
}
