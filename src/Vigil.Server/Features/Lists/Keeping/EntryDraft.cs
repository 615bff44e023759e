using Vigil.Hashing;
using Vigil.Matching.Lists;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Keeping;

/// <summary>An entry on its way into a list: its value, and the blind indexes that find it again.</summary>
internal sealed record EntryDraft
{
    /// <summary>Bytes kept of a fingerprint's blind index: no two of a billion meet.</summary>
    private const int PartBytes = 16;

    public required SignalKind Kind { get; init; }
    public required SignalValue Value { get; init; }

    /// <summary>Over all fingerprints. PDQ's quality says nothing of which file it is and is left out.</summary>
    public required byte[] Blind { get; init; }

    /// <summary>One for each fingerprint; none where there is one only, which <see cref="Blind"/> finds.</summary>
    public IReadOnlyList<byte[]> Parts { get; init; } = [];

    /// <summary>The source's own identifier; empty: it gave none.</summary>
    public required string SourceRef { get; init; }

    public required string Category { get; init; }

    public static EntryDraft Of(TenantSecrets secrets, ListEntry entry) => OfMany(secrets, [entry])[0];

    /// <summary>Many at once: each look at the keys costs more than a digest.</summary>
    public static List<EntryDraft> OfMany(TenantSecrets secrets, IReadOnlyList<ListEntry> entries)
    {
        var values = entries.Select(ValueOf).ToList();
        var blinds = secrets
            .Digest(ListSecrets.SignalBlind)
            .OfMany([.. values.Select(value => BlindInput(SignalKind.File, value))]);
        var parts = values.ConvertAll(PartInputs);
        var kept = parts.ConvertAll(part => part.Count > 1 ? part : []);
        var digests = secrets.Digest(ListSecrets.PartBlind).OfMany([.. kept.SelectMany(part => part)]);
        var drafts = new List<EntryDraft>(entries.Count);
        var next = 0;
        foreach (var (i, entry) in entries.Index())
        {
            var count = kept[i].Count;
            drafts.Add(
                new EntryDraft
                {
                    Kind = SignalKind.File,
                    Value = values[i],
                    Blind = blinds[i],
                    Parts = Array.ConvertAll(digests[next..(next + count)], digest => digest[..PartBytes]),
                    SourceRef = entry.IsIdFromRow ? "" : NamedText.Protect(secrets, entry.Id),
                    Category = NamedText.Protect(secrets, entry.Category ?? ""),
                }
            );
            next += count;
        }
        return drafts;
    }

    public static EntryDraft Of(
        TenantSecrets secrets,
        SignalKind kind,
        byte[] digest,
        string sourceRef,
        string category
    )
    {
        var value = new SignalValue { Digest = digest };
        return new EntryDraft
        {
            Kind = kind,
            Value = value,
            Blind = BlindOf(secrets, kind, value),
            SourceRef = NamedText.Protect(secrets, sourceRef),
            Category = NamedText.Protect(secrets, category),
        };
    }

    public static byte[] BlindOf(TenantSecrets secrets, SignalKind kind, SignalValue value) =>
        secrets.Digest(ListSecrets.SignalBlind).Of(BlindInput(kind, value));

    public static IReadOnlyList<byte[]> PartsOf(TenantSecrets secrets, SignalValue value) =>
        Array.ConvertAll(
            secrets.Digest(ListSecrets.PartBlind).OfMany(PartInputs(value)),
            digest => digest[..PartBytes]
        );

    private static SignalValue ValueOf(ListEntry entry) =>
        new()
        {
            Md5 = Bytes(entry.Md5),
            Sha1 = Bytes(entry.Sha1),
            Sha256 = Bytes(entry.Sha256),
            Pdq = Bytes(entry.Pdq),
            PdqQuality = entry.PdqQuality?.Value,
        };

    private static byte[] BlindInput(SignalKind kind, SignalValue value)
    {
        var same = new SignalValue
        {
            Md5 = value.Md5,
            Sha1 = value.Sha1,
            Sha256 = value.Sha256,
            Pdq = value.Pdq,
            Digest = value.Digest,
        };
        return [(byte)kind, .. same.Encode()];
    }

    private static List<byte[]> PartInputs(SignalValue value)
    {
        byte[]?[] all = [value.Md5, value.Sha1, value.Sha256, value.Pdq];
        return
        [
            .. all.Index()
                .Where(part => part.Item is not null)
                .Select(part => (byte[])[(byte)part.Index, .. part.Item!]),
        ];
    }

    private static byte[]? Bytes(Digest? digest)
    {
        if (digest is not { } value)
        {
            return null;
        }
        var bytes = new byte[value.Length];
        value.CopyTo(bytes);
        return bytes;
    }

    private static byte[]? Bytes(PdqHash? hash)
    {
        if (hash is not { } value)
        {
            return null;
        }
        var bytes = new byte[PdqHash.ByteLength];
        value.CopyTo(bytes);
        return bytes;
    }
}
