using System.Text;
using Vigil.Files;
using Vigil.Matching.Search;

namespace Vigil.Matching.Entries;

/// <summary>
/// A segment as one file: a head with how many of what, then its memory as it is, then its pictures'. Sealed, so that
/// every byte is verified before it is believed.
/// </summary>
// SAFETY: the pictures' memory has the length that their shape says, and its block is kept by the segment that is made.
internal static unsafe class EntryFile
{
    private const int PieceBytes = 1 << 20;
    private const int MaxLists = 1 << 20;

    /// <summary>One array of a segment, to be written or to be read into.</summary>
    public delegate void BlockAction(Span<byte> block);

    public static void Write(Stream to, EntrySegment segment)
    {
        using (var head = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true))
        {
            WriteHead(head, segment);
        }
        segment.ForEachBlock(block => to.Write(block));
        var pictures = segment.Pictures;
        for (var at = 0L; at < pictures.Shape.LengthBytes; at += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, pictures.Shape.LengthBytes - at);
            to.Write(new ReadOnlySpan<byte>(pictures.Memory + at, length));
        }
        GC.KeepAlive(segment);
    }

    /// <summary>Reads a stream that verifies itself, to its end.</summary>
    /// <exception cref="IOException">Cut, altered, or not one of this version's.</exception>
    public static EntrySegment Read(Stream from, string name)
    {
        try
        {
            EntrySegment segment;
            using (var head = new BinaryReader(from, Encoding.UTF8, leaveOpen: true))
            {
                segment = ReadHead(head, name, out var pictures);
                segment.ForEachBlock(from.ReadExactly);
                for (var at = 0L; at < segment.Pictures.Shape.LengthBytes; at += PieceBytes)
                {
                    var length = (int)Math.Min(PieceBytes, segment.Pictures.Shape.LengthBytes - at);
                    from.ReadExactly(new Span<byte>(pictures + at, length));
                }
            }
            segment.Opened();
            return from.ReadByte() < 0 ? segment : throw Broken(name);
        }
        catch (EndOfStreamException e)
        {
            throw Broken(name, e);
        }
    }

    public static IndexBrokenException Broken(string name, Exception? inner = null) =>
        new($"The index file {name} is not what its head says: it is built again.", inner);

    private static void WriteHead(BinaryWriter head, EntrySegment segment)
    {
        var (shape, pictures) = (segment.Shape, segment.Pictures.Shape);
        head.Write(shape.Count);
        head.Write(shape.Lists.Length);
        for (var part = 0; part < shape.Lists.Length; part++)
        {
            head.Write(shape.Lists[part].ToByteArray());
            head.Write(shape.Starts[part]);
        }
        Array.ForEach(shape.Digests, head.Write);
        head.Write(shape.Pictures);
        head.Write(pictures.Rows);
        head.Write(pictures.HasRing);
        head.Write(pictures.HasSlices);
        head.Write(segment.Pictures.Crowd);
    }

    /// <param name="pictures">Where the memory of the pictures goes.</param>
    private static EntrySegment ReadHead(BinaryReader head, string name, out byte* pictures)
    {
        var count = Checked(head.ReadInt32(), EntrySegment.MaxEntries, name);
        var lists = new Guid[Checked(head.ReadInt32(), Math.Min(count, MaxLists), name)];
        var starts = new int[lists.Length + 1];
        for (var part = 0; part < lists.Length; part++)
        {
            lists[part] = new Guid(head.ReadBytes(16));
            starts[part] = Checked(head.ReadInt32(), count, name);
        }
        starts[^1] = count;
        var digests = new int[EntryParts.Count];
        for (var part = 0; part < digests.Length; part++)
        {
            digests[part] = Checked(head.ReadInt32(), count, name);
        }
        var shape = new EntryShape(count, lists, starts, digests, Checked(head.ReadInt32(), count, name));
        var rows = Checked(head.ReadInt32(), shape.Pictures, name);
        var searched = new SegmentShape(rows, shape.Pictures, head.ReadBoolean(), head.ReadBoolean());
        var crowd = head.ReadInt64();
        var block = new NativeBlock(searched.LengthBytes);
        pictures = block.Pointer;
        return new EntrySegment(shape, new PdqSegment(searched, block, block.Pointer, crowd));
    }

    private static int Checked(int count, int most, string name) =>
        count >= 0 && count <= most ? count : throw Broken(name);
}
