using Vigil.Cli.Inputs;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Media;

namespace Vigil.Cli.Lookups;

/// <summary>Looks hashed files and bare hashes up in the loaded lists. Safe for many threads.</summary>
/// <param name="maxMatches"> Matches reported of one input; one picture can match every entry of a list of
/// copies. </param>
internal sealed class Lookup(
    IReadOnlyList<LoadedList> lists,
    Algorithms algorithms,
    Radius? radius,
    Queries queries,
    int maxMatches = int.MaxValue
)
{
    private readonly MatchIndex _index = MatchIndex.Build([.. lists.Select(list => list.List)]);

    /// <summary>A hash given as text carries no quality; its owner chose to look it up.</summary>
    private static readonly Quality Unsaid = new(100);

    /// <summary>
    /// Bits that hashes of the grey plane are given beside the radius; what was seen is in bench/record.
    /// </summary>
    public const int GreyMarginBits = 16;

    /// <summary>
    /// For <see cref="MediaRequest.GreyFirst"/>. Near is also what a digest finds: whether the picture agrees with its
    /// entry or contradicts it, only its colours tell.
    /// </summary>
    public bool IsNearByGrey(IReadOnlyList<PdqResult> estimates, FileDigests? digests) =>
        (digests is not null && IsListed(digests)) || _index.IsNear(estimates, GreyMarginBits, radius);

    /// <summary>Each digest by itself, so that they cannot contradict each other.</summary>
    private bool IsListed(FileDigests digests)
    {
        Fingerprint[] each =
        [
            new() { Md5 = Wants(Algorithm.Md5) ? digests.Md5 : null },
            new() { Sha1 = Wants(Algorithm.Sha1) ? digests.Sha1 : null },
            new() { Sha256 = Wants(Algorithm.Sha256) ? digests.Sha256 : null },
        ];
        return each.Any(one => _index.Query(one, radius).Count > 0);
    }

    public LookupReport Find(HashedFile file, CancellationToken cancellation)
    {
        if (file.Media is not { } media)
        {
            return new LookupReport(file.Path, [], file.Failure) { Bytes = file.Bytes };
        }

        var digests = media.Digests;
        // Pieces behind the whole pictures: the rules treat them apart.
        FrameHash[] pictures =
        [
            .. media.Hashes.Where(queries.Takes).OrderBy(hash => hash.Part != PicturePart.Whole),
        ];
        var fingerprint = new Fingerprint
        {
            Md5 = Wants(Algorithm.Md5) ? digests?.Md5 : null,
            Sha1 = Wants(Algorithm.Sha1) ? digests?.Sha1 : null,
            Sha256 = Wants(Algorithm.Sha256) ? digests?.Sha256 : null,
            Pictures = [.. pictures.Select(hash => new PdqResult(hash.Hash, hash.Quality))],
            WholePictures = pictures.Count(hash => hash.Part == PicturePart.Whole),
            PictureSeconds = media.Video is { } video
                ? [.. pictures.Select(hash => video.SecondsOf(hash.Frame))]
                : null,
        };
        var found = Query(fingerprint, pictures, cancellation);
        return Report(file.Path, found) with
        {
            Failure = file.Failure,
            NotMedia = algorithms.Pdq && media.Outcome == MediaOutcome.NotMedia,
            // Refused data may end early too, but then nothing of it was looked up.
            Truncated = media is { Truncated: true, Outcome: MediaOutcome.Done },
            Bytes = file.Bytes,
            ByGrey = media.FarByGrey,
        };
    }

    /// <summary>
    /// 64 digits can be a PDQ hash or a SHA-256: both are looked up, apart, for together they would be one
    /// file.
    /// </summary>
    public LookupReport Find(TextHash hash, CancellationToken cancellation)
    {
        var found = new List<Found>();
        if (hash.Digest is { } digest)
        {
            var fingerprint = digest.Algorithm switch
            {
                DigestAlgorithm.Md5 => new Fingerprint { Md5 = digest },
                DigestAlgorithm.Sha1 => new Fingerprint { Sha1 = digest },
                _ => new Fingerprint { Sha256 = digest },
            };
            found.AddRange(Query(fingerprint, [], cancellation));
        }
        if (hash.Pdq is { } pdq)
        {
            found.AddRange(
                Query(new Fingerprint { Pictures = [new PdqResult(pdq, Unsaid)] }, [], cancellation)
            );
        }

        return Report(hash.Hex, found);
    }

    private readonly record struct Found(Match Match, FoundEntry Entry);

    private bool Wants(Algorithm algorithm) => algorithms.Wanted.Contains(algorithm);

    private IEnumerable<Found> Query(
        Fingerprint fingerprint,
        FrameHash[] pictures,
        CancellationToken cancellation
    )
    {
        foreach (var match in _index.Query(fingerprint, radius, cancellation))
        {
            var list = lists[match.List];
            var entry = list.List.Entries[match.Entry];
            FrameHash? picture =
                match.Picture is { } index && index < pictures.Length ? pictures[index] : null;
            var found = new FoundEntry(
                list.ShownLabel(entry),
                list.IsTest(entry),
                list.NameOf(entry, fingerprint, match),
                match.Strength,
                match.DistanceBits,
                picture?.View,
                picture?.Variant,
                picture?.Part,
                picture?.Frame,
                match.DistanceBits is null
                    ? null
                    : VideoSegment.Find(
                        entry.Pdq,
                        radius ?? list.List.Info.Radius,
                        list.List.Info.QualityFloor,
                        fingerprint
                    )
            );
            yield return new Found(match, found);
        }
    }

    /// <summary>Nearest first, digests before all; then in the order of the lists and their rows.</summary>
    private LookupReport Report(string input, IEnumerable<Found> found)
    {
        var sorted = found
            .OrderBy(one => one.Match.DistanceBits ?? -1)
            .ThenBy(one => one.Match.List)
            .ThenBy(one => one.Match.Entry)
            .Select(one => one.Entry)
            .ToList();
        return new LookupReport(input, sorted.Count > maxMatches ? sorted[..maxMatches] : sorted)
        {
            Strongest = sorted.Count == 0 ? null : sorted.Max(entry => entry.Strength),
            MatchesOmitted = Math.Max(0, sorted.Count - maxMatches),
        };
    }
}
