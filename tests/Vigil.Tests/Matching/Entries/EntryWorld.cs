using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Entries;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching.Entries;

/// <summary>
/// Entries as a list of all of them, each looked at by itself, beside the index: both must find the same.
/// Few values, so that many entries share them.
/// </summary>
internal sealed class EntryWorld(Random luck)
{
    private const int Values = 25;

    private readonly PdqHash[] _pictures = [.. Enumerable.Range(0, Values).Select(_ => Made.Pdq(luck))];
    private readonly Dictionary<(Guid List, Guid Id), Entry> _live = [];
    private readonly Dictionary<Guid, ListInfo?> _lists = Enumerable
        .Range(0, 4)
        .ToDictionary(_ => Id(luck), _ => (ListInfo?)Info(luck));

    internal sealed record Entry(ListEntry File, byte[]? Url, byte[]? Domain);

    public EntrySnapshot Snapshot { get; set; } = EntrySnapshot.Empty;

    public int Count => _live.Count;

    public ListInfo? InfoOf(Guid list) => _lists.GetValueOrDefault(list);

    public static Guid Id(Random luck)
    {
        var bytes = new byte[16];
        luck.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Some added, some changed, some removed; sometimes lists are searched otherwise.</summary>
    public void Change(int most)
    {
        if (luck.Next(4) == 0)
        {
            foreach (var list in _lists.Keys.ToList())
            {
                _lists[list] = luck.Next(5) == 0 ? null : Info(luck);
            }
            Snapshot = Snapshot.With(InfoOf);
        }
        var (building, gone) = (new EntryBuilder(), new List<(Guid, Guid)>());
        foreach (var key in _live.Keys.Where(_ => luck.Next(12) == 0).ToList())
        {
            gone.Add(key);
            _live.Remove(key);
            if (luck.Next(2) == 0)
            {
                Put(building, key, Fresh());
            }
        }
        for (var i = luck.Next(most + 1); i > 0; i--)
        {
            Put(building, (_lists.Keys.ElementAt(luck.Next(_lists.Count)), Id(luck)), Fresh());
        }
        Snapshot = Snapshot.With(building.Finish() is { } segment ? [segment] : [], gone, InfoOf);
    }

    public void Merge()
    {
        while (EntryMerge.Of(Snapshot, list => _lists.ContainsKey(list)) is { } merge)
        {
            merge.Build();
            Snapshot = merge.Apply(Snapshot, InfoOf);
        }
    }

    /// <summary>A file, an address and a domain: each finds what it should and no more.</summary>
    public void Compare()
    {
        var file = Query();
        var found = new List<EntryMatch>();
        Snapshot.Query(file, found);
        Assert.Equal(
            _live.SelectMany(pair => Slow(file, pair.Key, pair.Value.File)).ToHashSet(),
            found.Select(one => (one.List, one.Id, one.Match.Strength, one.Match.DistanceBits)).ToHashSet()
        );
        Assert.All(found, one => Assert.Equal(_live[(one.List, one.Id)].File with { Id = "" }, one.Entry));
        foreach (var kind in Enum.GetValues<AddressKind>())
        {
            var digest = Bytes(32, luck.Next(Values));
            var addresses = new List<(Guid List, Guid Id)>();
            Snapshot.Query(digest, kind, addresses);
            Assert.Equal(
                _live
                    .Where(pair => _lists[pair.Key.List] is not null)
                    .Where(pair => Is(kind == AddressKind.Url ? pair.Value.Url : pair.Value.Domain, digest))
                    .Select(pair => pair.Key)
                    .Order(),
                addresses.Order()
            );
        }
        Assert.Equal(_live.Count, Snapshot.Count);

        static bool Is(byte[]? value, byte[] wanted) =>
            value is not null && value.AsSpan().SequenceEqual(wanted);
    }

    private void Put(EntryBuilder building, (Guid List, Guid Id) key, Entry entry)
    {
        var file = entry.File;
        var isThere = building.Add(
            key.List,
            key.Id,
            new EntryValue
            {
                Md5 = BytesOf(file.Md5),
                Sha1 = BytesOf(file.Sha1),
                Sha256 = BytesOf(file.Sha256),
                Pdq = file.Pdq,
                Quality = file.PdqQuality,
                Url = entry.Url,
                Domain = entry.Domain,
            }
        );
        Assert.True(isThere);
        _live[key] = entry;

        static byte[]? BytesOf(Digest? digest)
        {
            var bytes = new byte[digest?.Length ?? 0];
            digest?.CopyTo(bytes);
            return digest is null ? null : bytes;
        }
    }

    private Entry Fresh()
    {
        var (name, picture) = (luck.Next(Values), Near(luck.Next(45)));
        var file = new ListEntry { Id = "" };
        return luck.Next(6) switch
        {
            0 => new(file, Bytes(32, name), null),
            1 => new(file, null, Bytes(32, name)),
            2 => new(
                file with
                {
                    Md5 = Of(DigestAlgorithm.Md5, name),
                    Sha1 = Of(DigestAlgorithm.Sha1, name),
                },
                null,
                null
            ),
            3 => new(file with { Pdq = picture, PdqQuality = new Quality(luck.Next(101)) }, null, null),
            4 => new(file with { Pdq = picture, Md5 = Of(DigestAlgorithm.Md5, name) }, null, null),
            _ => new(file with { Pdq = picture, Sha256 = Of(DigestAlgorithm.Sha256, name) }, null, null),
        };
    }

    private Fingerprint Query()
    {
        var name = luck.Next(Values);
        return new Fingerprint
        {
            Md5 = Of(DigestAlgorithm.Md5, name),
            Sha1 = luck.Next(2) == 0 ? Of(DigestAlgorithm.Sha1, name) : null,
            Sha256 = Of(DigestAlgorithm.Sha256, luck.Next(4) == 0 ? luck.Next(Values) : name),
            Pictures =
            [
                .. Enumerable
                    .Range(0, luck.Next(4))
                    .Select(_ => new PdqResult(Near(luck.Next(25)), new Quality(luck.Next(101)))),
            ],
        };
    }

    private IEnumerable<(Guid, Guid, MatchStrength, int?)> Slow(
        Fingerprint file,
        (Guid List, Guid Id) key,
        ListEntry entry
    ) =>
        _lists[key.List] is { } info
            ? MatchIndex
                .Build([new SignalList(info, [entry])])
                .Find(file)
                .Select(match => (key.List, key.Id, match.Strength, match.DistanceBits))
            : [];

    private PdqHash Near(int bits) => Made.Flip(_pictures[luck.Next(Values)], luck, bits);

    private static Digest Of(DigestAlgorithm algorithm, int name) =>
        Digest.FromBytes(algorithm, Bytes(Digest.LengthOf(algorithm), name));

    /// <summary>The first 64 bits are the same for many, so that the rest must decide.</summary>
    private static byte[] Bytes(int length, int name)
    {
        var bytes = new byte[length];
        bytes[0] = (byte)(name / 8);
        bytes[^1] = (byte)name;
        return bytes;
    }

    private static ListInfo Info(Random luck) =>
        new()
        {
            Name = "made",
            Purpose = ListPurpose.KnownCsam,
            Radius = new Radius(luck.Next(50)),
            QualityFloor = new Quality(luck.Next(80)),
            Attestation = luck.Next(2) == 0 ? "said" : null,
        };
}
