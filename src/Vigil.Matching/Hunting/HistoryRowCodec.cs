using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Vigil.Hashing;

namespace Vigil.Matching.Hunting;

/// <summary>
/// A row as bytes, little-endian: length of the rest 4; scan id 16; time 8 (milliseconds since 1970); list generation
/// 8; flags 1; pictures 4; how many of these show the whole 4; length of the note 2; the digests that the flags name;
/// 32 + 1 of each picture (hash, quality); where the flag says so 4 of each picture (seconds); the note.
/// </summary>
internal static class HistoryRowCodec
{
    public const int LengthBytes = sizeof(int);
    public const int HeadBytes = 16 + 8 + 8 + 1 + 4 + 4 + 2;
    public const int PictureBytes = PdqHash.ByteLength + 1;
    private const int DigestsBytes = 16 + 20 + 32;
    private const int TimeAt = 16;
    private const int GenerationAt = 24;
    private const int FlagsAt = 32;
    private const int PicturesAt = 33;
    private const int WholeAt = 37;
    private const int NoteAt = 41;

    /// <summary>The longest row, its length not counted.</summary>
    public const int MaxBytes =
        HeadBytes
        + DigestsBytes
        + (HistoryRow.MaxPictures * (PictureBytes + sizeof(float)))
        + HistoryRow.MaxNoteBytes;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Md5 = 1,
        Sha1 = 2,
        Sha256 = 4,
        Seconds = 8,
    }

    private static readonly (Parts Part, DigestAlgorithm Algorithm)[] Digests =
    [
        (Parts.Md5, DigestAlgorithm.Md5),
        (Parts.Sha1, DigestAlgorithm.Sha1),
        (Parts.Sha256, DigestAlgorithm.Sha256),
    ];

    /// <summary>With its length in front.</summary>
    /// <exception cref="ArgumentException">More pictures, or a longer note, than a row takes.</exception>
    public static byte[] Encode(HistoryRow row)
    {
        var file = row.Fingerprint;
        if (file.Pictures.Count > HistoryRow.MaxPictures || row.Note.Length > HistoryRow.MaxNoteBytes)
        {
            throw new ArgumentException(
                $"A row has at most {HistoryRow.MaxPictures} pictures and a note of {HistoryRow.MaxNoteBytes} bytes.",
                nameof(row)
            );
        }
        var seconds = file.PictureSeconds;
        var parts =
            (file.Md5 is null ? Parts.None : Parts.Md5)
            | (file.Sha1 is null ? Parts.None : Parts.Sha1)
            | (file.Sha256 is null ? Parts.None : Parts.Sha256)
            | (seconds is null ? Parts.None : Parts.Seconds);
        var length =
            HeadBytes
            + DigestBytes(parts)
            + (file.Pictures.Count * (PictureBytes + (seconds is null ? 0 : sizeof(float))))
            + row.Note.Length;
        var bytes = new byte[LengthBytes + length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        var body = bytes.AsSpan(LengthBytes);
        _ = row.ScanId.TryWriteBytes(body, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(body[TimeAt..], row.At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(body[GenerationAt..], row.ListGeneration);
        body[FlagsAt] = (byte)parts;
        BinaryPrimitives.WriteInt32LittleEndian(body[PicturesAt..], file.Pictures.Count);
        var whole = Math.Min(file.WholePictures, file.Pictures.Count);
        BinaryPrimitives.WriteInt32LittleEndian(body[WholeAt..], whole);
        BinaryPrimitives.WriteUInt16LittleEndian(body[NoteAt..], (ushort)row.Note.Length);
        EncodeFile(body[HeadBytes..], file);
        row.Note.CopyTo(bytes, bytes.Length - row.Note.Length);
        return bytes;
    }

    private static void EncodeFile(Span<byte> rest, Fingerprint file)
    {
        foreach (var digest in (ReadOnlySpan<Digest?>)[file.Md5, file.Sha1, file.Sha256])
        {
            if (digest is { } value)
            {
                value.CopyTo(rest);
                rest = rest[value.Length..];
            }
        }
        foreach (var picture in file.Pictures)
        {
            picture.Hash.CopyTo(rest);
            rest[PdqHash.ByteLength] = picture.Quality.Value;
            rest = rest[PictureBytes..];
        }
        foreach (var second in file.PictureSeconds ?? [])
        {
            BinaryPrimitives.WriteSingleLittleEndian(rest, (float)second);
            rest = rest[sizeof(float)..];
        }
    }

    /// <summary>Whether a body holds together: every later read of it stays inside.</summary>
    /// <param name="body">Without its length.</param>
    public static bool IsWhole(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeadBytes)
        {
            return false;
        }
        var pictures = Pictures(body);
        var each = PictureBytes + (PartsOf(body).HasFlag(Parts.Seconds) ? sizeof(float) : 0);
        return pictures is >= 0 and <= HistoryRow.MaxPictures
            && BinaryPrimitives.ReadInt32LittleEndian(body[WholeAt..]) is var whole
            && whole >= 0
            && whole <= pictures
            && body.Length == FirstPicture(body) + (pictures * each) + NoteLength(body);
    }

    public static long Generation(ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadInt64LittleEndian(body[GenerationAt..]);

    public static int Pictures(ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadInt32LittleEndian(body[PicturesAt..]);

    /// <summary>Where the pictures begin in a body.</summary>
    public static int FirstPicture(ReadOnlySpan<byte> body) => HeadBytes + DigestBytes(PartsOf(body));

    public static ReadOnlySpan<byte> Note(ReadOnlySpan<byte> body) => body[^NoteLength(body)..];

    /// <summary>The digest of an algorithm; false: the row has none.</summary>
    public static bool TryDigest(ReadOnlySpan<byte> body, DigestAlgorithm wanted, out Digest digest)
    {
        var at = HeadBytes;
        foreach (var (part, algorithm) in Digests)
        {
            if (!PartsOf(body).HasFlag(part))
            {
                continue;
            }
            var length = Digest.LengthOf(algorithm);
            if (algorithm == wanted)
            {
                digest = Digest.FromBytes(algorithm, body.Slice(at, length));
                return true;
            }
            at += length;
        }
        digest = default;
        return false;
    }

    public static HistoryRow Decode(ReadOnlySpan<byte> body)
    {
        var (count, at) = (Pictures(body), FirstPicture(body));
        var pictures = new PdqResult[count];
        for (var i = 0; i < count; i++, at += PictureBytes)
        {
            pictures[i] = new PdqResult(
                PdqHash.FromBytes(body.Slice(at, PdqHash.ByteLength)),
                new Quality(body[at + PdqHash.ByteLength])
            );
        }
        double[]? seconds = null;
        if (PartsOf(body).HasFlag(Parts.Seconds))
        {
            seconds = new double[count];
            for (var i = 0; i < count; i++, at += sizeof(float))
            {
                seconds[i] = BinaryPrimitives.ReadSingleLittleEndian(body[at..]);
            }
        }
        return new HistoryRow
        {
            ScanId = new Guid(body[..16], bigEndian: true),
            At = DateTimeOffset.FromUnixTimeMilliseconds(
                BinaryPrimitives.ReadInt64LittleEndian(body[TimeAt..])
            ),
            ListGeneration = Generation(body),
            Fingerprint = new Fingerprint
            {
                Md5 = TryDigest(body, DigestAlgorithm.Md5, out var md5) ? md5 : null,
                Sha1 = TryDigest(body, DigestAlgorithm.Sha1, out var sha1) ? sha1 : null,
                Sha256 = TryDigest(body, DigestAlgorithm.Sha256, out var sha256) ? sha256 : null,
                Pictures = pictures,
                WholePictures = BinaryPrimitives.ReadInt32LittleEndian(body[WholeAt..]),
                PictureSeconds = seconds,
            },
            Note = Note(body).ToArray(),
        };
    }

    private static Parts PartsOf(ReadOnlySpan<byte> body) => (Parts)body[FlagsAt];

    private static int NoteLength(ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadUInt16LittleEndian(body[NoteAt..]);

    private static int DigestBytes(Parts parts)
    {
        var length = 0;
        foreach (var (part, algorithm) in Digests)
        {
            length += parts.HasFlag(part) ? Digest.LengthOf(algorithm) : 0;
        }
        return length;
    }
}
