using System.Security.Cryptography;
using System.Text;
using Vigil.Hashing;

namespace Vigil.Matching.Lists;

/// <summary>
/// The bytes of a list inside its seal, little-endian: "VLST", version, what is recorded of the list, its
/// entries each with a word of flags, an end mark and the number of entries. Texts are UTF-8 after their
/// length.
/// </summary>
internal static class ListCodec
{
    private const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => "VLST"u8;

    [Flags]
    private enum Parts : ushort
    {
        None = 0,
        Md5 = 1,
        Sha1 = 2,
        Sha256 = 4,
        Pdq = 8,
        PdqQuality = 16,
        Category = 32,
        IdFromRow = 64,
        Fingerprints = Md5 | Sha1 | Sha256 | Pdq,
        All = Fingerprints | PdqQuality | Category | IdFromRow,
        End = 0x8000,
    }

    public static void Write(Stream destination, ListInfo info, IEnumerable<ListEntry> entries)
    {
        using var writer = new BinaryWriter(destination, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(Version);
        WriteText(writer, info.Name);
        writer.Write((byte)info.Purpose);
        WriteText(writer, info.Source);
        writer.Write(info.Attestation is not null);
        WriteText(writer, info.Attestation ?? "");
        writer.Write((byte)info.Radius.Bits);
        writer.Write(info.QualityFloor.Value);
        writer.Write(info.IsTest);
        var count = 0L;
        foreach (var entry in entries)
        {
            WriteEntry(writer, entry);
            count++;
        }
        writer.Write((ushort)Parts.End);
        writer.Write(count);
    }

    /// <exception cref="ListFormatException">Not a list, another version, or beyond a limit.</exception>
    public static SignalList Read(Stream source)
    {
        using var buffer = new BufferedStream(source, 64 * 1024);
        using var reader = new BinaryReader(buffer);
        try
        {
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
            {
                throw new ListFormatException("The sealed file is not a Vigil list (.vlist).");
            }
            if (reader.ReadByte() is var version and not Version)
            {
                throw new ListFormatException(
                    $"The list is of format {version}, this program reads {Version}. Open it with "
                        + "the version that wrote it."
                );
            }
            var info = ReadInfo(reader);
            var entries = new List<ListEntry>();
            var categories = new Dictionary<string, string>(StringComparer.Ordinal);
            while (ReadEntry(reader, categories) is { } entry)
            {
                entries.Add(entry);
                if (entries.Count > ListLimits.MaxRows)
                {
                    throw new ListFormatException($"The list has more than {ListLimits.MaxRows} entries.");
                }
            }
            // Reading to the end has the seal verify that nothing was cut off or put behind.
            if (reader.ReadInt64() != entries.Count || buffer.ReadByte() >= 0)
            {
                throw Damaged();
            }
            return new SignalList(info, entries);
        }
        catch (Exception problem) when (problem is EndOfStreamException or ArgumentException)
        {
            throw Damaged();
        }
    }

    private static ListInfo ReadInfo(BinaryReader reader)
    {
        var name = ReadText(reader, ListLimits.MaxIdCharacters);
        var purpose = (ListPurpose)reader.ReadByte();
        var source = ReadText(reader, ListLimits.MaxSourceCharacters);
        var hasAttestation = reader.ReadBoolean();
        var attestation = ReadText(reader, ListLimits.MaxAttestationCharacters);
        return new ListInfo
        {
            Name = name,
            Purpose = purpose,
            Source = source,
            Attestation = hasAttestation ? attestation : null,
            Radius = new Radius(reader.ReadByte()),
            QualityFloor = new Quality(reader.ReadByte()),
            IsTest = reader.ReadBoolean(),
        };
    }

    private static void WriteEntry(BinaryWriter writer, ListEntry entry)
    {
        var parts =
            (entry.Md5 is null ? Parts.None : Parts.Md5)
            | (entry.Sha1 is null ? Parts.None : Parts.Sha1)
            | (entry.Sha256 is null ? Parts.None : Parts.Sha256)
            | (entry.Pdq is null ? Parts.None : Parts.Pdq)
            | (entry.PdqQuality is null ? Parts.None : Parts.PdqQuality)
            | (entry.Category is null ? Parts.None : Parts.Category)
            | (entry.IsIdFromRow ? Parts.IdFromRow : Parts.None);
        if ((parts & Parts.Fingerprints) == Parts.None)
        {
            throw new ArgumentException("An entry without a fingerprint cannot be stored.", nameof(entry));
        }
        writer.Write((ushort)parts);
        WriteText(writer, entry.Id);
        WriteDigest(writer, entry.Md5);
        WriteDigest(writer, entry.Sha1);
        WriteDigest(writer, entry.Sha256);
        if (entry.Pdq is { } pdq)
        {
            Span<byte> bytes = stackalloc byte[PdqHash.ByteLength];
            pdq.CopyTo(bytes);
            writer.Write(bytes);
        }
        if (entry.PdqQuality is { } quality)
        {
            writer.Write(quality.Value);
        }
        if (entry.Category is { } category)
        {
            WriteText(writer, category);
        }
    }

    private static ListEntry? ReadEntry(BinaryReader reader, Dictionary<string, string> categories)
    {
        var parts = (Parts)reader.ReadUInt16();
        if (parts == Parts.End)
        {
            return null;
        }
        if ((parts & ~Parts.All) != Parts.None || (parts & Parts.Fingerprints) == Parts.None)
        {
            throw Damaged();
        }
        return new ListEntry
        {
            Id = ReadText(reader, ListLimits.MaxStoredIdCharacters),
            IsIdFromRow = parts.HasFlag(Parts.IdFromRow),
            Md5 = parts.HasFlag(Parts.Md5) ? ReadDigest(reader, DigestAlgorithm.Md5) : null,
            Sha1 = parts.HasFlag(Parts.Sha1) ? ReadDigest(reader, DigestAlgorithm.Sha1) : null,
            Sha256 = parts.HasFlag(Parts.Sha256) ? ReadDigest(reader, DigestAlgorithm.Sha256) : null,
            Pdq = parts.HasFlag(Parts.Pdq) ? ReadPdq(reader) : null,
            PdqQuality = parts.HasFlag(Parts.PdqQuality) ? new Quality(reader.ReadByte()) : null,
            Category = parts.HasFlag(Parts.Category) ? ReadCategory(reader, categories) : null,
        };
    }

    private static void WriteDigest(BinaryWriter writer, Digest? digest)
    {
        if (digest is { } value)
        {
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            value.CopyTo(bytes);
            writer.Write(bytes[..value.Length]);
        }
    }

    private static Digest ReadDigest(BinaryReader reader, DigestAlgorithm algorithm)
    {
        Span<byte> bytes = stackalloc byte[Digest.LengthOf(algorithm)];
        reader.ReadExactly(bytes);
        return Digest.FromBytes(algorithm, bytes);
    }

    private static PdqHash ReadPdq(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[PdqHash.ByteLength];
        reader.ReadExactly(bytes);
        return PdqHash.FromBytes(bytes);
    }

    /// <summary>A million entries share a handful of categories: one string each.</summary>
    private static string ReadCategory(BinaryReader reader, Dictionary<string, string> categories)
    {
        var category = ReadText(reader, ListLimits.MaxCategoryCharacters);
        if (categories.TryGetValue(category, out var known))
        {
            return known;
        }
        if (categories.Count < ListLimits.MaxSharedCategories)
        {
            categories.Add(category, category);
        }
        return category;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(checked((ushort)bytes.Length));
        writer.Write(bytes);
    }

    private static string ReadText(BinaryReader reader, int maxCharacters)
    {
        var length = reader.ReadUInt16();
        // A character of UTF-16 takes at most 3 bytes of UTF-8.
        if (length > maxCharacters * 3)
        {
            throw Damaged();
        }
        Span<byte> bytes = stackalloc byte[length];
        reader.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static ListFormatException Damaged() =>
        new("The list's bytes are not as this version writes them. Import the list again from its source.");
}
