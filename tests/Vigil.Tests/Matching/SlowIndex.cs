using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching;

/// <summary>What a search must find, in nested loops over everything: list, entry, picture, bit.</summary>
internal static class SlowIndex
{
    public static List<Match> Query(IReadOnlyList<SignalList> lists, Fingerprint file, Radius? radius = null)
    {
        var found = new List<Match>();
        for (var list = 0; list < lists.Count; list++)
        {
            for (var entry = 0; entry < lists[list].Entries.Count; entry++)
            {
                if (Judge(lists[list], lists[list].Entries[entry], file, radius) is { } match)
                {
                    found.Add(match with { List = list, Entry = entry });
                }
            }
        }
        return
        [
            .. found
                .OrderByDescending(match => match.Strength)
                .ThenBy(match => match.DistanceBits ?? 1000)
                .ThenBy(match => match.List)
                .ThenBy(match => match.Entry),
        ];
    }

    private static Match? Judge(SignalList list, ListEntry entry, Fingerprint file, Radius? radius)
    {
        bool?[] digests =
        [
            Same(file.Md5, entry.Md5),
            Same(file.Sha1, entry.Sha1),
            Same(file.Sha256, entry.Sha256),
        ];
        var bits = (radius ?? list.Info.Radius).Bits;
        var compared = file
            .Pictures.Select((picture, index) => (picture, index))
            .Where(p => entry.Pdq is not null && p.picture.Quality.Value >= list.Info.QualityFloor.Value)
            .Select(p =>
                (
                    Distance: Bits(p.picture.Hash, entry.Pdq!.Value),
                    Quality: (int)p.picture.Quality.Value,
                    p.index
                )
            )
            .ToList();

        // Each picture on its own: the file contradicts an entry only if none of its pictures speaks for it.
        var verdicts = compared
            .Select(p => Rule(digests, p.Distance, p.Quality, entry, bits, list))
            .DefaultIfEmpty(Rule(digests, null, 0, entry, bits, list))
            .ToList();
        var near = compared.Any(p => p.Distance <= 63);
        var strength =
            verdicts.Where(v => v is not MatchStrength.Contradiction).Max() is { } best
            && (near || !verdicts.Contains(MatchStrength.Contradiction))
                ? best
            : verdicts.Contains(MatchStrength.Contradiction) ? MatchStrength.Contradiction
            : (MatchStrength?)null;
        if (strength is not { } found)
        {
            return null;
        }
        var closest = compared
            .Where(p => p.Distance <= bits)
            .OrderBy(p => p.Distance)
            .ThenBy(p => p.index)
            .ToList();
        return closest.Count == 0
            ? new Match(0, 0, found, null, null)
            : new Match(0, 0, found, closest[0].Distance, closest[0].index);
    }

    private static MatchStrength? Rule(
        bool?[] digests,
        int? distance,
        int quality,
        ListEntry entry,
        int radius,
        SignalList list
    ) =>
        RulesOracle.Judge(
            digests,
            distance,
            quality,
            entry.PdqQuality?.Value,
            radius,
            list.Info.Attestation is not null,
            viewed: false
        );

    private static bool? Same(Digest? file, Digest? entry) =>
        file is null || entry is null ? null : file.Value.ToHex() == entry.Value.ToHex();

    public static int Bits(PdqHash a, PdqHash b)
    {
        var (left, right) = (new byte[PdqHash.ByteLength], new byte[PdqHash.ByteLength]);
        a.CopyTo(left);
        b.CopyTo(right);
        var different = 0;
        for (var i = 0; i < PdqHash.Bits; i++)
        {
            var mask = 1 << (i % 8);
            different += (left[i / 8] & mask) == (right[i / 8] & mask) ? 0 : 1;
        }
        return different;
    }
}
