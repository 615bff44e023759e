using Vigil.Hashing;
using Vigil.Matching.Lists;
using Vigil.Matching.Search;

namespace Vigil.Matching;

/// <summary>
/// An immutable snapshot of lists, searched exactly: every entry within its list's radius is found, always.
/// Safe for many threads. DESIGN.md beside this says how it is found.
/// </summary>
public sealed class MatchIndex
{
    /// <summary>How far an estimated quality may be above the one it stands for.</summary>
    private const int QualityMargin = 10;

    private readonly SignalList[] _lists;
    private readonly PdqSegment _pdq;
    private readonly DigestTable _md5;
    private readonly DigestTable _sha1;
    private readonly DigestTable _sha256;

    private MatchIndex(SignalList[] lists)
    {
        _lists = lists;
        _pdq = Pictures();
        _md5 = Table(DigestAlgorithm.Md5, entry => entry.Md5);
        _sha1 = Table(DigestAlgorithm.Sha1, entry => entry.Sha1);
        _sha256 = Table(DigestAlgorithm.Sha256, entry => entry.Sha256);
    }

    private MatchIndex(SignalList[] lists, MatchIndex same)
    {
        _lists = lists;
        (_pdq, _md5, _sha1, _sha256) = (same._pdq, same._md5, same._sha1, same._sha256);
    }

    /// <summary>Lists in the order by which <see cref="Match.List"/> names them.</summary>
    public IReadOnlyList<SignalList> Lists => _lists;

    /// <exception cref="ArgumentException"> An entry holds a digest of another algorithm than its property
    /// says. </exception>
    public static MatchIndex Build(IReadOnlyList<SignalList> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        return new MatchIndex([.. lists]);
    }

    /// <summary>
    /// The same entries under other facts of their lists (radius, floor, attestation), in the same order. Shares
    /// the tables: costs nothing to build.
    /// </summary>
    /// <exception cref="ArgumentException">Not as many as there are lists.</exception>
    public MatchIndex With(IReadOnlyList<ListInfo> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        if (lists.Count != _lists.Length)
        {
            throw new ArgumentException($"The index has {_lists.Length} lists.", nameof(lists));
        }
        return new MatchIndex([.. _lists.Select((list, index) => list with { Info = lists[index] })], this);
    }

    /// <summary>
    /// All matching entries of all lists, strongest first, then by distance, list and entry.
    /// </summary>
    /// <param name="radius">Overrides every list's own radius; null: each list's own.</param>
    public IReadOnlyList<Match> Query(
        Fingerprint fingerprint,
        Radius? radius = null,
        CancellationToken cancellation = default
    )
    {
        var results = new List<Match>();
        Query(fingerprint, results, radius, cancellation);
        return results;
    }

    /// <summary>
    /// As the other overload, into a list that is cleared first and can be used again; a miss allocates
    /// nothing.
    /// </summary>
    /// <exception cref="OperationCanceledException"> <paramref name="results"/> is empty then, not half full.
    /// </exception>
    public void Query(
        Fingerprint fingerprint,
        List<Match> results,
        Radius? radius = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(results);
        results.Clear();
        var md5 = Checked(fingerprint.Md5, DigestAlgorithm.Md5);
        var sha1 = Checked(fingerprint.Sha1, DigestAlgorithm.Sha1);
        var sha256 = Checked(fingerprint.Sha256, DigestAlgorithm.Sha256);
        try
        {
            AddNear(fingerprint, radius, results, cancellation);
        }
        catch (OperationCanceledException)
        {
            results.Clear();
            throw;
        }
        AddEqual(_md5, md5, results);
        AddEqual(_sha1, sha1, results);
        AddEqual(_sha256, sha256, results);
        if (results.Count > 0)
        {
            FileEvidence.Judge(
                fingerprint,
                radius,
                results,
                hit => (_lists[hit.List].Info, _lists[hit.List].Entries[hit.Entry])
            );
        }
    }

    /// <summary>
    /// All pictures in one pass, at the widest radius that any list asks for of any of them.
    /// </summary>
    private void AddNear(
        Fingerprint fingerprint,
        Radius? radius,
        List<Match> results,
        CancellationToken cancellation
    )
    {
        var pictures = NearPictures.Mine;
        pictures.Clear();
        for (var i = 0; i < fingerprint.Pictures.Count; i++)
        {
            var picture = fingerprint.Pictures[i];
            pictures.Add(picture, i, WidestFor(picture.Quality, radius));
        }
        cancellation.ThrowIfCancellationRequested();
        foreach (var (query, row, distance) in pictures.FindIn(_pdq, cancellation))
        {
            var (picture, quality) = pictures[query];
            foreach (var (list, entry) in _pdq.PostingsOf(row))
            {
                var info = _lists[list].Info;
                if (distance <= (radius ?? info.Radius).Bits && quality >= info.QualityFloor)
                {
                    results.Add(new Match(list, entry, default, distance, picture));
                }
            }
        }
        GC.KeepAlive(_pdq);
    }

    /// <summary>
    /// Whether any entry could be within its list's radius of a picture of which only estimates are known, each
    /// at most <paramref name="marginBits"/> from the hash it stands for. Yes too where that cannot be told:
    /// where radius and margin exceed what is searched, and where the estimated quality is not clearly above the
    /// floor.
    /// </summary>
    public bool IsNear(
        IReadOnlyList<PdqResult> estimates,
        int marginBits,
        Radius? radius = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(estimates);
        var pictures = NearPictures.Mine;
        pictures.Clear();
        var widest = WidestFor(new Quality(100), radius);
        for (var i = 0; i < estimates.Count; i++)
        {
            if (
                widest + marginBits > Radius.Max
                || _lists.Any(list =>
                    estimates[i].Quality.Value < list.Info.QualityFloor.Value + QualityMargin
                )
            )
            {
                return true;
            }
            pictures.Add(estimates[i], i, widest < 0 ? widest : widest + marginBits);
        }
        var found = pictures.FindIn(_pdq, cancellation).Count > 0;
        GC.KeepAlive(_pdq);
        return found;
    }

    /// <summary>Bits; -1 where no list wants to know of a picture of that quality.</summary>
    private int WidestFor(Quality quality, Radius? radius)
    {
        var widest = -1;
        foreach (var list in _lists)
        {
            if (quality >= list.Info.QualityFloor)
            {
                widest = Math.Max(widest, (radius ?? list.Info.Radius).Bits);
            }
        }
        return widest;
    }

    private static void AddEqual(DigestTable table, Digest? digest, List<Match> results)
    {
        if (digest is { } value)
        {
            foreach (var (list, entry) in table.Find(value))
            {
                results.Add(new Match(list, entry, default, null, null));
            }
        }
    }

    private DigestTable Table(DigestAlgorithm algorithm, Func<ListEntry, Digest?> select)
    {
        using var rows = Rows(entry =>
            Checked(select(entry), algorithm) is { } value ? DigestTable.KeyOf(value) : null
        );
        return DigestTable.Build(algorithm, rows);
    }

    private PdqSegment Pictures()
    {
        using var rows = Rows(entry => entry.Pdq is { } hash ? RowRecord.Of(hash, default).Key : null);
        return PdqSegment.Build(rows);
    }

    private static Digest? Checked(Digest? digest, DigestAlgorithm algorithm) =>
        digest is { } value && value.Algorithm != algorithm
            ? throw new ArgumentException($"A digest given as {algorithm} is not one.", nameof(digest))
            : digest;

    private RowList Rows(Func<ListEntry, HashKey?> select)
    {
        var rows = new RowList(_lists.Sum(list => (long)list.Entries.Count));
        for (var list = 0; list < _lists.Length; list++)
        {
            var entries = _lists[list].Entries;
            for (var entry = 0; entry < entries.Count; entry++)
            {
                if (select(entries[entry]) is { } key)
                {
                    rows.Add(new RowRecord(key, new Posting(list, entry)));
                }
            }
        }
        return rows;
    }
}
