using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using Microsoft.Win32.SafeHandles;
using Vigil.Files;

namespace Vigil.Matching.Search;

/// <summary>Which file of a store: the generation that first had it, and its number there. Never used twice.</summary>
internal readonly record struct SegmentId(long Generation, int Number)
{
    public string Name => $"segment-{Generation:x16}-{Number}";
}

/// <summary>
/// A segment as one file: a head of 512 bytes, then its memory as it is. A sealed file is verified chunk by chunk
/// while it is read; a plain one by a checksum over each section, and is mapped.
/// </summary>
/// <remarks>
/// Head, little-endian: "VIGILSEG" 8; version 2; flags 2 (1 ring, 2 slices); rows 4; postings 4; nothing 4; rows of
/// the fullest buckets 8; generation 8, number 4, nothing 4; CRC-32C of each section 8 x 4; nothing; at 508 the
/// CRC-32C of what stands before.
/// </remarks>
// SAFETY: lengths follow from the shape, which the head's checksum covers and the file's length must equal.
internal static unsafe class SegmentFile
{
    public const int HeadBytes = 512;

    private const int PieceBytes = 1 << 20;
    private const int ChecksumAt = HeadBytes - sizeof(uint);
    private const int SectionsAt = 48;
    private const ushort Version = 1;
    private static ReadOnlySpan<byte> Magic => "VIGILSEG"u8;

    /// <summary>Gives the head's checksum, which covers those of all sections.</summary>
    public static uint Write(Stream to, PdqSegment segment, SegmentId id)
    {
        var head = HeadOf(segment, id);
        to.Write(head);
        for (var at = 0L; at < segment.Shape.LengthBytes; at += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, segment.Shape.LengthBytes - at);
            to.Write(new ReadOnlySpan<byte>(segment.Memory + at, length));
        }
        GC.KeepAlive(segment);
        return BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(ChecksumAt));
    }

    /// <summary>Reads a stream that verifies itself into memory of its own, to its end.</summary>
    /// <exception cref="IndexBrokenException">Not this segment, or not this version's.</exception>
    public static PdqSegment Read(Stream from, SegmentId id, uint checksum)
    {
        var head = new byte[HeadBytes];
        if (from.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes)
        {
            throw Broken(id, "is cut");
        }
        var shape = ShapeOf(head, id, checksum);
        var block = new NativeBlock(shape.LengthBytes);
        for (var at = 0L; at < shape.LengthBytes; at += PieceBytes)
        {
            var piece = new Span<byte>(block.Pointer + at, (int)Math.Min(PieceBytes, shape.LengthBytes - at));
            if (from.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) < piece.Length)
            {
                throw Broken(id, "is cut");
            }
        }
        if (from.ReadByte() >= 0)
        {
            throw Broken(id, "is longer than it says");
        }
        return new PdqSegment(shape, block, block.Pointer, CrowdOf(head));
    }

    /// <summary>Maps a plain file: pages come from the disk when they are looked at.</summary>
    /// <param name="isVerified">All sections are read and verified first; else the scrub must do it.</param>
    /// <exception cref="IndexBrokenException">Not this segment, cut or altered.</exception>
    public static PdqSegment Map(string path, SegmentId id, uint checksum, bool isVerified)
    {
        var file = new MappedFile(path);
        if (file.LengthBytes < HeadBytes)
        {
            throw Broken(id, "is cut");
        }
        var head = new Span<byte>(file.Pointer, HeadBytes).ToArray();
        var shape = ShapeOf(head, id, checksum);
        if (file.LengthBytes != HeadBytes + shape.LengthBytes)
        {
            throw Broken(id, "is cut or longer than it says");
        }
        var segment = new PdqSegment(shape, file, file.Pointer + HeadBytes, CrowdOf(head));
        if (isVerified)
        {
            Verify(segment, head, id);
        }
        return segment;
    }

    private static void Verify(PdqSegment segment, byte[] head, SegmentId id)
    {
        for (var section = Section.Rows; section <= Section.Postings; section++)
        {
            var place = SectionsAt + ((int)section * sizeof(uint));
            var expected = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(place));
            if (ChecksumOf(segment, section) != expected)
            {
                throw Broken(id, "is altered");
            }
        }
    }

    private static byte[] HeadOf(PdqSegment segment, SegmentId id)
    {
        var head = new byte[HeadBytes];
        Magic.CopyTo(head);
        var flags = (segment.Shape.HasRing ? 1 : 0) | (segment.Shape.HasSlices ? 2 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(10), (ushort)flags);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), segment.Shape.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), segment.Shape.Postings);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(24), segment.Crowd);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(32), id.Generation);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(40), id.Number);
        for (var section = Section.Rows; section <= Section.Postings; section++)
        {
            var place = SectionsAt + ((int)section * sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(place), ChecksumOf(segment, section));
        }
        BinaryPrimitives.WriteUInt32LittleEndian(
            head.AsSpan(ChecksumAt),
            Checksum(head.AsSpan(0, ChecksumAt))
        );
        return head;
    }

    private static SegmentShape ShapeOf(byte[] head, SegmentId id, uint checksum)
    {
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(ChecksumAt));
        if (stored != Checksum(head.AsSpan(0, ChecksumAt)) || !head.AsSpan().StartsWith(Magic))
        {
            throw Broken(id, "is altered, or no segment");
        }
        if (BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8)) != Version)
        {
            throw Broken(id, "is of a format that this version does not know");
        }
        var own = new SegmentId(
            BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(32)),
            BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(40))
        );
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(10));
        var rows = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(12));
        var postings = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(16));
        if (own != id || stored != checksum || rows < 0 || postings < rows || flags > 3)
        {
            throw Broken(id, "is another one, or an older one");
        }
        return new SegmentShape(rows, postings, (flags & 1) != 0, (flags & 2) != 0);
    }

    private static long CrowdOf(byte[] head) => BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(24));

    private static uint ChecksumOf(PdqSegment segment, Section section)
    {
        var checksum = 0u;
        var (from, length) = (segment.Shape.OffsetOf(section), segment.Shape.LengthOf(section));
        for (var at = 0L; at < length; at += PieceBytes)
        {
            var piece = (int)Math.Min(PieceBytes, length - at);
            checksum = Checksum(new ReadOnlySpan<byte>(segment.Memory + from + at, piece), checksum);
        }
        GC.KeepAlive(segment);
        return checksum;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes, uint checksum = 0)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }
        foreach (var one in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, one);
        }
        return checksum;
    }

    private static IndexBrokenException Broken(SegmentId id, string how) =>
        new($"The index file {id.Name} {how}: take the folder from a backup, or build the index again.");

    /// <summary>Keeps a mapping as long as a segment over it can be reached.</summary>
    // SAFETY: the pointer is released once, when nothing refers to this handle any more.
    private sealed class MappedFile : SafeHandleZeroOrMinusOneIsInvalid
    {
        private readonly MemoryMappedViewAccessor? _view;

        public MappedFile(string path)
            : base(ownsHandle: true)
        {
            using var file = InputFile.OpenRead(path);
            LengthBytes = file.Length;
            if (LengthBytes == 0)
            {
                return;
            }
            using var mapping = MemoryMappedFile.CreateFromFile(
                file,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
            _view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            SetHandle((nint)pointer);
        }

        public long LengthBytes { get; }

        public byte* Pointer => (byte*)handle;

        protected override bool ReleaseHandle()
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.SafeMemoryMappedViewHandle.Dispose();
            return true;
        }
    }
}

/// <summary>An index on disk cannot be used: cut, altered, exchanged, or too old. The text says what to do.</summary>
public sealed class IndexBrokenException(string message, Exception? inner = null)
    : IOException(message, inner);
