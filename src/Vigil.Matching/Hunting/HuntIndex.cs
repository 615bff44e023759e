using Vigil.Hashing;
using Vigil.Matching.Search;

namespace Vigil.Matching.Hunting;

/// <summary>The fingerprints of one entry that is hunted.</summary>
public readonly record struct HuntEntry(PdqHash? Pdq, Digest? Md5, Digest? Sha1, Digest? Sha256)
{
    /// <summary>The members are secrets.</summary>
    public override string ToString() => "hunted entry";
}

/// <summary>
/// The entries of a hunt, searched by the rows of a history. The entries are indexed and the history streams past
/// them: a history needs no index at rest, and each of its hashes is read once however many entries there are. Of a
/// middle number of entries it is the batch of the history that is indexed for a moment, and the entries ask it.
/// Misses no row: a row that it gives is then judged as a scan's content is.
/// </summary>
public sealed class HuntIndex
{
    /// <summary>
    /// From so many entries on, ring tables: batches of a history share their buckets from the first thousands on,
    /// and there is one such index at a time.
    /// </summary>
    private const int RingFromEntries = 8192;

    /// <summary>
    /// Between these it is cheaper to sort a batch of the history into tables and to ask it for each entry: some 100
    /// bytes a hash that are made and thrown away. Fewer are compared by a scan as fast, more are too many to ask.
    /// </summary>
    private const int TurnFromEntries = 512;

    private const int TurnToEntries = 100_000;

    private readonly PdqSegment _pictures;

    /// <summary>The entries' hashes, where batches are turned; else empty.</summary>
    private readonly PdqHash[] _asked;
    private readonly (DigestAlgorithm Algorithm, DigestTable Table)[] _digests;
    private readonly int _radius;

    private HuntIndex(PdqSegment pictures, (DigestAlgorithm, DigestTable)[] digests, Radius widest, int count)
    {
        (_pictures, _digests, _radius, Count) = (pictures, digests, widest.Bits, count);
        _asked = pictures.Count is >= TurnFromEntries and <= TurnToEntries
            ? [.. Enumerable.Range(0, pictures.Count).Select(pictures.HashOf)]
            : [];
    }

    /// <summary>Entries.</summary>
    public int Count { get; }

    /// <param name="entries">What is hunted.</param>
    /// <param name="widest">Of the lists that they stand on.</param>
    public static HuntIndex Build(IReadOnlyList<HuntEntry> entries, Radius widest)
    {
        ArgumentNullException.ThrowIfNull(entries);
        using var pictures = new RowList(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Pdq is { } hash)
            {
                pictures.Add(RowRecord.Of(hash, new Posting(0, i)));
            }
        }
        return new HuntIndex(
            PdqSegment.Build(pictures, ringFrom: RingFromEntries),
            [
                .. Tables(entries, DigestAlgorithm.Md5, entry => entry.Md5),
                .. Tables(entries, DigestAlgorithm.Sha1, entry => entry.Sha1),
                .. Tables(entries, DigestAlgorithm.Sha256, entry => entry.Sha256),
            ],
            widest,
            entries.Count
        );
    }

    /// <summary>
    /// The rows that some entry matches by a picture within the widest radius or by a digest, rising. Of any number
    /// of threads, each with its batch.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="rows"/> is empty then.</exception>
    public void Find(HistoryBatch batch, List<int> rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(rows);
        rows.Clear();
        batch.Hits.Clear();
        if (_asked.Length > 0 && batch.HashCount >= SearchLimits.RingFromRows)
        {
            FindTurned(batch, rows, cancellation);
        }
        else if (_pictures.Count > 0)
        {
            _pictures.FindMany(batch.Queries, _radius, batch.Hits, cancellation);
            foreach (var hit in batch.Hits)
            {
                rows.Add(batch.OwnerOf(hit.Query));
            }
        }
        foreach (var (algorithm, table) in _digests)
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (
                    HistoryRowCodec.TryDigest(batch.Body(row), algorithm, out var digest)
                    && table.Find(digest).Length > 0
                )
                {
                    rows.Add(row);
                }
            }
        }
        rows.Sort();
        var kept = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (kept == 0 || rows[kept - 1] != rows[i])
            {
                rows[kept++] = rows[i];
            }
        }
        rows.RemoveRange(kept, rows.Count - kept);
        GC.KeepAlive(_pictures);
    }

    /// <summary>The batch becomes a segment for a moment, and is asked for each entry.</summary>
    private void FindTurned(HistoryBatch batch, List<int> rows, CancellationToken cancellation)
    {
        using var hashes = new RowList(batch.HashCount);
        for (var i = 0; i < batch.HashCount; i++)
        {
            hashes.Add(RowRecord.Of(batch.Queries[i], new Posting(0, batch.OwnerOf(i))));
        }
        var segment = PdqSegment.Build(hashes);
        segment.FindMany(_asked, _radius, batch.Hits, cancellation);
        foreach (var hit in batch.Hits)
        {
            foreach (var posting in segment.PostingsOf(hit.Row))
            {
                rows.Add(posting.Entry);
            }
        }
        GC.KeepAlive(segment);
    }

    /// <summary>None where no entry has such a digest.</summary>
    private static IEnumerable<(DigestAlgorithm, DigestTable)> Tables(
        IReadOnlyList<HuntEntry> entries,
        DigestAlgorithm algorithm,
        Func<HuntEntry, Digest?> select
    )
    {
        using var rows = new RowList(entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            if (select(entries[i]) is { } digest)
            {
                rows.Add(new RowRecord(DigestTable.KeyOf(digest), new Posting(0, i)));
            }
        }
        if (rows.Count > 0)
        {
            yield return (algorithm, DigestTable.Build(algorithm, rows));
        }
    }
}
