using Vigil.Hashing;
using Vigil.Matching.Lists;

namespace Vigil.Matching.Entries;

/// <summary>One segment as it is searched.</summary>
/// <param name="Segment">The entries.</param>
/// <param name="Dead">Which of them are gone.</param>
/// <param name="Infos">How each of its lists is searched; null: it is not.</param>
internal sealed record SegmentView(EntrySegment Segment, DeadEntries Dead, ListInfo?[] Infos)
{
    public SegmentView Without(IEnumerable<(Guid List, Guid Id)> gone)
    {
        var found = gone.Select(key => Segment.Find(key.List, key.Id)).Where(entry => entry >= 0).ToList();
        return found.Count == 0 ? this : this with { Dead = Dead.With(found) };
    }

    /// <summary>Adds the matches of a file, strongest first.</summary>
    public void Find(Fingerprint file, List<Match> hits, CancellationToken cancellation)
    {
        AddNear(file, hits, cancellation);
        AddEqual(EntryPart.Md5, file.Md5, hits);
        AddEqual(EntryPart.Sha1, file.Sha1, hits);
        AddEqual(EntryPart.Sha256, file.Sha256, hits);
        if (hits.Count > 0)
        {
            FileEvidence.Judge(file, null, hits, match => (Infos[match.List]!, Segment.EntryOf(match.Entry)));
        }
        GC.KeepAlive(Segment);
    }

    /// <summary>All pictures in one pass, at the widest radius that any list asks for of any of them.</summary>
    private void AddNear(Fingerprint file, List<Match> hits, CancellationToken cancellation)
    {
        var pictures = NearPictures.Mine;
        pictures.Clear();
        for (var i = 0; i < file.Pictures.Count; i++)
        {
            pictures.Add(file.Pictures[i], i, WidestFor(file.Pictures[i].Quality));
        }
        foreach (var (query, row, distance) in pictures.FindIn(Segment.Pictures, cancellation))
        {
            var (picture, quality) = pictures[query];
            foreach (var (list, entry) in Segment.Pictures.PostingsOf(row))
            {
                if (
                    Infos[list] is { } info
                    && distance <= info.Radius.Bits
                    && quality >= info.QualityFloor
                    && !Dead.Contains(entry)
                )
                {
                    hits.Add(new Match(list, entry, default, distance, picture));
                }
            }
        }
    }

    /// <summary>Bits; -1 where no list wants to know of a picture of that quality.</summary>
    private int WidestFor(Quality quality)
    {
        var widest = -1;
        foreach (var info in Infos)
        {
            if (info is not null && quality >= info.QualityFloor)
            {
                widest = Math.Max(widest, info.Radius.Bits);
            }
        }
        return widest;
    }

    private void AddEqual(EntryPart part, Digest? digest, List<Match> hits)
    {
        if (digest is not { } wanted)
        {
            return;
        }
        Span<byte> bytes = stackalloc byte[32];
        wanted.CopyTo(bytes);
        foreach (var entry in Segment.Find(part, bytes[..EntryParts.WidthOf(part)]))
        {
            var list = Segment.PartOf(entry);
            if (Infos[list] is not null && !Dead.Contains(entry))
            {
                hits.Add(new Match(list, entry, default, null, null));
            }
        }
    }
}
