using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Matching;

/// <summary>What a file's fingerprints say of the entries that one of them hit.</summary>
internal static class FileEvidence
{
    /// <summary>
    /// One match per entry out of the hits of all its fingerprints, classified and in order.
    /// </summary>
    /// <param name="fingerprint">Of the file.</param>
    /// <param name="radius">Overrides every list's own radius; null: each list's own.</param>
    /// <param name="results">Hits, any order; what is left are matches, strongest first.</param>
    /// <param name="entryOf">The entry of a hit, and its list.</param>
    public static void Judge(
        Fingerprint fingerprint,
        Radius? radius,
        List<Match> results,
        Func<Match, (ListInfo Info, ListEntry Entry)> entryOf
    )
    {
        results.Sort(static (a, b) => ByEntry(a, b));
        var kept = 0;
        for (var i = 0; i < results.Count; i++)
        {
            var hit = results[i];
            // The closest picture's hit comes first of those of one entry.
            if (kept > 0 && results[kept - 1].List == hit.List && results[kept - 1].Entry == hit.Entry)
            {
                continue;
            }
            var (info, entry) = entryOf(hit);
            var evidence = EvidenceFor(fingerprint, info, entry, radius);
            if (MatchRules.Classify(evidence) is { } strength)
            {
                results[kept++] = hit with { Strength = strength };
            }
        }
        results.RemoveRange(kept, results.Count - kept);
        results.Sort(static (a, b) => ByStrength(a, b));
    }

    private static Evidence EvidenceFor(
        Fingerprint fingerprint,
        ListInfo info,
        ListEntry entry,
        Radius? radius
    )
    {
        var digests = new Evidence
        {
            Md5 = Compare(fingerprint.Md5, entry.Md5),
            Sha1 = Compare(fingerprint.Sha1, entry.Sha1),
            Sha256 = Compare(fingerprint.Sha256, entry.Sha256),
            EntryQuality = entry.PdqQuality,
            Radius = radius ?? info.Radius,
            IsReportEligible = info.IsReportEligible,
        };
        if (entry.Pdq is not { } hash)
        {
            return digests;
        }
        var best = digests;
        for (var i = 0; i < fingerprint.Pictures.Count; i++)
        {
            var picture = fingerprint.Pictures[i];
            if (picture.Quality < info.QualityFloor)
            {
                continue;
            }
            var evidence = digests with
            {
                DistanceBits = picture.Hash.DistanceTo(hash),
                PictureQuality = picture.Quality,
                IsPiece = i >= fingerprint.WholePictures,
            };
            var order = MatchRules.PictureRank(evidence).CompareTo(MatchRules.PictureRank(best));
            if (
                best.DistanceBits is null
                || order < 0
                || (order == 0 && evidence.DistanceBits < best.DistanceBits)
            )
            {
                best = evidence;
            }
        }
        return best;
    }

    private static DigestComparison Compare(Digest? file, Digest? entry)
    {
        if (file is not { } left || entry is not { } right)
        {
            return DigestComparison.NotComparable;
        }
        return left == right ? DigestComparison.Equal : DigestComparison.Different;
    }

    private static int ByEntry(in Match a, in Match b)
    {
        var order = a.List.CompareTo(b.List);
        order = order != 0 ? order : a.Entry.CompareTo(b.Entry);
        order = order != 0 ? order : Distance(a).CompareTo(Distance(b));
        return order != 0 ? order : (a.Picture ?? 0).CompareTo(b.Picture ?? 0);
    }

    private static int ByStrength(in Match a, in Match b)
    {
        var order = b.Strength.CompareTo(a.Strength);
        order = order != 0 ? order : Distance(a).CompareTo(Distance(b));
        order = order != 0 ? order : a.List.CompareTo(b.List);
        return order != 0 ? order : a.Entry.CompareTo(b.Entry);
    }

    private static int Distance(in Match match) => match.DistanceBits ?? int.MaxValue;
}
