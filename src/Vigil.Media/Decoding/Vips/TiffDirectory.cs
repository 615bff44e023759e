using System.Buffers.Binary;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// The few tags of a page that libvips does not pass on (TIFF 6.0, sections 2 and 21; BigTIFF design, 2007).
/// </summary>
internal readonly record struct TiffDirectory(int Photometric, int Compression, int Subsampling)
{
    private const int CompressionTag = 259;
    private const int PhotometricTag = 262;
    private const int SubsamplingTag = 530;
    private const int StripOffsetsTag = 273;
    private const int StripBytesTag = 279;
    private const int TileOffsetsTag = 324;
    private const int TileBytesTag = 325;
    private const int YCbCr = 6;

    /// <summary>Pages and pieces looked at to tell whether the file is cut.</summary>
    private const int MaxPages = 4096;
    private const int MaxPieces = 65536;
    private const int OldJpeg = 6;
    private const int Jpeg = 7;

    /// <summary>
    /// Both directions in one number, as they lie in the file; the default of the format is 2 and 2.
    /// </summary>
    private const int NotSubsampled = 0x00010001;
    private const int DefaultSubsampling = 0x00020002;

    /// <summary>Luma and chroma that no JPEG decoder turns into RGB on the way.</summary>
    public bool IsPlainYCbCr => Photometric == YCbCr && Compression is not (OldJpeg or Jpeg);

    public bool IsSubsampled => Subsampling != NotSubsampled;

    /// <returns>All zeros when the chain of directories breaks before that page.</returns>
    public static TiffDirectory Read(ReadOnlySpan<byte> file, int page)
    {
        var reader = new Reader(file);
        var at = reader.FirstDirectory();
        // The chain is as long as the page number, which the caller has limited: a loop in it ends.
        for (; page > 0 && at != 0; page--)
        {
            at = reader.Next(at);
        }
        return at == 0
            ? default
            : new TiffDirectory(
                reader.Value(at, PhotometricTag, fallback: 0),
                reader.Value(at, CompressionTag, fallback: 1),
                reader.Value(at, SubsamplingTag, DefaultSubsampling)
            );
    }

    /// <summary>
    /// A directory or a strip or tile of the first page lies beyond the end: a cut took it away.
    /// </summary>
    public static bool ReachesOutside(ReadOnlySpan<byte> file)
    {
        var reader = new Reader(file);
        var first = reader.FirstDirectory();
        if (first == 0 || reader.DataEnd(first) > file.Length)
        {
            return true;
        }
        var at = first;
        for (var page = 0; page < MaxPages && at != 0; page++)
        {
            if (at > file.Length - 2)
            {
                return true;
            }
            at = reader.Next(at);
        }
        return false;
    }

    private readonly ref struct Reader
    {
        private readonly ReadOnlySpan<byte> file;
        private readonly bool little;
        private readonly bool big;

        public Reader(ReadOnlySpan<byte> file)
        {
            this.file = file;
            little = file[0] == (byte)'I';
            big = file[little ? 2 : 3] == 43;
        }

        private int CountBytes => big ? 8 : 2;

        private int EntryBytes => big ? 20 : 12;

        public long FirstDirectory() => big ? Word(8, 8) : Word(4, 4);

        public long Next(long at) => Word(at + CountBytes + Count(at) * EntryBytes, big ? 8 : 4);

        public int Value(long at, int tag, int fallback)
        {
            var entry = Find(at, tag);
            if (entry != 0)
            {
                var value = entry + (big ? 12 : 8);
                // Two shorts, or one and a zero.
                return (int)((Word(value + 2, 2) << 16) | Word(value, 2));
            }
            return fallback;
        }

        /// <summary>
        /// Where the last of the first strips or tiles ends; 0 when the directory does not say.
        /// </summary>
        public long DataEnd(long at)
        {
            var (offsets, sizes) = (Find(at, StripOffsetsTag), Find(at, StripBytesTag));
            if (offsets == 0)
            {
                (offsets, sizes) = (Find(at, TileOffsetsTag), Find(at, TileBytesTag));
            }
            if (offsets == 0 || sizes == 0)
            {
                return 0;
            }
            long end = 0;
            var count = Math.Min(Word(offsets + 4, big ? 8 : 4), MaxPieces);
            for (var piece = 0; piece < count; piece++)
            {
                end = Math.Max(end, Element(offsets, piece, count) + Element(sizes, piece, count));
            }
            return end;
        }

        private long Find(long at, int tag)
        {
            var count = Count(at);
            var entry = at + CountBytes;
            for (; count > 0 && Word(entry, 2) != tag; count--)
            {
                entry += EntryBytes;
            }
            return count > 0 ? entry : 0;
        }

        // Values that fit in the entry lie in it, more of them elsewhere (TIFF 6.0, page 15).
        private long Element(long entry, int index, long count)
        {
            var bytes = Word(entry + 2, 2) switch
            {
                3 => 2,
                16 or 18 => 8,
                _ => 4,
            };
            var value = entry + (big ? 12 : 8);
            var place = count * bytes <= (big ? 8 : 4) ? value : Word(value, big ? 8 : 4);
            return Word(place + index * bytes, bytes);
        }

        private long Count(long at) => Math.Min(Word(at, CountBytes), 4096);

        /// <summary>Zero outside the file.</summary>
        private long Word(long at, int bytes)
        {
            if (at < 0 || at > file.Length - bytes)
            {
                return 0;
            }
            var from = file.Slice((int)at, bytes);
            return bytes switch
            {
                2 when little => BinaryPrimitives.ReadUInt16LittleEndian(from),
                2 => BinaryPrimitives.ReadUInt16BigEndian(from),
                4 when little => BinaryPrimitives.ReadUInt32LittleEndian(from),
                4 => BinaryPrimitives.ReadUInt32BigEndian(from),
                _ when little => BinaryPrimitives.ReadInt64LittleEndian(from),
                _ => BinaryPrimitives.ReadInt64BigEndian(from),
            };
        }
    }
}
