using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Entries that were read together, immutable: a search structure over files, a dictionary over addresses.
/// Which of them still hold is told by <see cref="Overrides"/>, not here.
/// </summary>
internal sealed partial class Segment
{
    private readonly Part[] _parts;
    private readonly MatchIndex _files;
    private readonly Dictionary<Blind, Address[]> _addresses;

    private Segment(Part[] parts, MatchIndex files, Dictionary<Blind, Address[]> addresses)
    {
        (_parts, _files, _addresses) = (parts, files, addresses);
        Count = parts.Sum(part => part.Ids.Count) + addresses.Values.Sum(same => same.Length);
    }

    /// <summary>One list's entries in this segment, in the order of the index.</summary>
    internal sealed record Part(Guid ListId, PackedEntries Entries, List<Guid> Ids, List<long> Generations)
    {
        public Part(Guid listId)
            : this(listId, new PackedEntries(), [], []) { }
    }

    internal readonly record struct Address(EntryKey Key, long Generation, SignalKind Kind);

    /// <summary>Entries, those that hold no more included.</summary>
    public int Count { get; }

    /// <summary>One out of several, without what holds no more.</summary>
    public static Segment Merge(
        IReadOnlyList<Segment> segments,
        Overrides overrides,
        IReadOnlyDictionary<Guid, IndexedList> lists
    )
    {
        var building = new Builder();
        foreach (var segment in segments)
        {
            foreach (var part in segment._parts)
            {
                if (!IsGone(lists, part.ListId))
                {
                    building.Add(part, overrides);
                }
            }
            foreach (var (digest, same) in segment._addresses)
            {
                foreach (var address in same)
                {
                    if (
                        overrides.Holds(address.Key, address.Generation) && !IsGone(lists, address.Key.ListId)
                    )
                    {
                        building.Add(digest, address);
                    }
                }
            }
        }
        return building.Finish(lists);
    }

    /// <summary>The same under other facts of lists.</summary>
    public Segment With(IReadOnlyDictionary<Guid, IndexedList> lists) =>
        new(_parts, _files.With([.. _parts.Select(part => lists[part.ListId].Info)]), _addresses);

    /// <summary>Adds the matches of a file that hold and are searched.</summary>
    public void Find(
        Fingerprint file,
        Overrides overrides,
        IReadOnlyDictionary<Guid, IndexedList> lists,
        List<Match> scratch,
        DateTimeOffset now,
        ref List<MatchFact>? found
    )
    {
        _files.Query(file, scratch);
        foreach (var match in scratch)
        {
            var part = _parts[match.List];
            var key = new EntryKey(part.ListId, part.Ids[match.Entry]);
            var list = lists[part.ListId];
            if (list.IsSearched && overrides.Holds(key, part.Generations[match.Entry]))
            {
                (found ??= []).Add(FactOf(list, now, key, match, file, part.Entries[match.Entry]));
            }
        }
    }

    /// <summary>Adds the matches of an address, or of a domain.</summary>
    public void Find(
        Blind digest,
        SignalKind kind,
        DateTimeOffset now,
        Overrides overrides,
        IReadOnlyDictionary<Guid, IndexedList> lists,
        ref List<MatchFact>? found
    )
    {
        foreach (var address in _addresses.GetValueOrDefault(digest, []))
        {
            var list = lists[address.Key.ListId];
            if (address.Kind == kind && list.IsSearched && overrides.Holds(address.Key, address.Generation))
            {
                (found ??= []).Add(
                    new MatchFact
                    {
                        ListId = list.Id,
                        EntryId = address.Key.EntryId,
                        // The very address is the listed one; a page under a listed domain resembles it.
                        Strength =
                            kind == SignalKind.Domain ? MatchStrength.Similar
                            : list.Info.IsReportEligible ? MatchStrength.Known
                            : MatchStrength.Exact,
                        Purpose = list.Info.Purpose,
                        ListMode = list.Mode,
                        Doubts = list.DoubtsAt(now),
                        By = kind == SignalKind.Url ? MatchedBy.Url : MatchedBy.Domain,
                        IsTest = list.Info.IsTest,
                    }
                );
            }
        }
    }

    private static bool IsGone(IReadOnlyDictionary<Guid, IndexedList> lists, Guid list) =>
        lists[list].IsRemoved;

    private static MatchFact FactOf(
        IndexedList list,
        DateTimeOffset now,
        EntryKey key,
        Match match,
        Fingerprint file,
        ListEntry entry
    ) =>
        new()
        {
            ListId = list.Id,
            EntryId = key.EntryId,
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
