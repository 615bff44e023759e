using Vigil.Matching;
using Vigil.Matching.Entries;
using Vigil.Server.Features.Scan.Policies;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>What a policy looks at, out of what the index found.</summary>
internal static class IndexFacts
{
    /// <summary>Of a file.</summary>
    public static MatchFact Of(IndexedList list, in EntryMatch found, Fingerprint file, DateTimeOffset now)
    {
        var (match, entry) = (found.Match, found.Entry);
        return new()
        {
            ListId = list.Id,
            EntryId = found.Id,
            Strength = match.Strength,
            Purpose = list.Info.Purpose,
            ListMode = list.Mode,
            Doubts = list.DoubtsAt(now),
            IsTest = list.Info.IsTest,
            DistanceBits = match.DistanceBits,
            Picture = match.Picture,
            Segments = match.DistanceBits is null
                ? null
                : VideoSegment
                    .Find(entry.Pdq, list.Info.Radius, list.Info.QualityFloor, file)
                    ?.Take(MatchFact.MaxSegments)
                    .ToList(),
            By =
                (file.Sha256 is { } sha256 && sha256 == entry.Sha256 ? MatchedBy.Sha256 : MatchedBy.None)
                | (file.Sha1 is { } sha1 && sha1 == entry.Sha1 ? MatchedBy.Sha1 : MatchedBy.None)
                | (file.Md5 is { } md5 && md5 == entry.Md5 ? MatchedBy.Md5 : MatchedBy.None)
                | (match.DistanceBits is null ? MatchedBy.None : MatchedBy.Picture),
        };
    }

    /// <summary>Of an address, or of a domain.</summary>
    public static MatchFact Of(IndexedList list, Guid entry, AddressKind kind, DateTimeOffset now) =>
        new()
        {
            ListId = list.Id,
            EntryId = entry,
            // The very address is the listed one; a page under a listed domain resembles it.
            Strength =
                kind == AddressKind.Domain ? MatchStrength.Similar
                : list.Info.IsReportEligible ? MatchStrength.Known
                : MatchStrength.Exact,
            Purpose = list.Info.Purpose,
            ListMode = list.Mode,
            Doubts = list.DoubtsAt(now),
            By = kind == AddressKind.Url ? MatchedBy.Url : MatchedBy.Domain,
            IsTest = list.Info.IsTest,
        };
}
