using System.Buffers.Binary;
using Vigil.Hashing;

namespace Vigil.Media.Protocol;

/// <summary>
/// The fixed part of a Hash request, 48 bytes little-endian; the bytes of the file follow. The pool checks
/// the answer against the same order, so what a worker may say is bounded by what it was asked.
/// </summary>
internal readonly record struct HashOrder
{
    public const int ByteLength = 48;

    /// <summary>Readings of one picture, see <see cref="PictureView"/>.</summary>
    public const int MaxViews = 4;

    /// <summary>Symmetries of one picture, see <see cref="Dihedral"/>.</summary>
    public const int MaxVariants = 8;

    public required long FileBytes { get; init; }
    public required long MaxPixels { get; init; }
    public required long MaxInterlacedPixels { get; init; }
    public required int MaxSidePixels { get; init; }
    public required int MaxFrames { get; init; }
    public bool Dihedral { get; init; }

    public PartKinds Parts { get; init; }
    public bool AllFrames { get; init; }

    /// <summary>Estimates from the grey plane come first, and the pool says whether to go on.</summary>
    public bool GreyFirst { get; init; }
    public TruncatedPolicy Truncated { get; init; }
    public PdqResize Resize { get; init; }

    /// <summary>Set by tests and the self-test only.</summary>
    public Misbehaviour Misbehaviour { get; init; }

    public long MisbehaviourAmount { get; init; }

    /// <summary>What estimates may say: all symmetries of one picture.</summary>
    public HashOrder Grey => this with { AllFrames = false, Dihedral = true };

    public int FrameCap => AllFrames ? MaxFrames : 1;

    public int VariantCap => Dihedral ? MaxVariants : 1;

    /// <summary>Pieces of the first frame that an answer may hold, the whole included.</summary>
    public int PartCap => Parts == PartKinds.None ? 1 : PartFinder.MaxParts;

    /// <summary>Most hash records an answer may hold.</summary>
    public int RecordCap => checked((FrameCap + PartCap - 1) * MaxViews * VariantCap);

    public static HashOrder For(MediaRequest request, MediaLimits limits, long fileBytes) =>
        new()
        {
            FileBytes = fileBytes,
            MaxPixels = limits.MaxPixels,
            MaxInterlacedPixels = limits.MaxInterlacedPixels,
            MaxSidePixels = limits.MaxSidePixels,
            MaxFrames = limits.MaxFrames,
            Dihedral = request.Dihedral,
            Parts = request.Parts,
            AllFrames = request.AllFrames,
            GreyFirst = request.GreyFirst is not null,
            Truncated = request.Truncated,
            Resize = request.Resize,
        };

    public MediaLimits ToLimits() =>
        new()
        {
            MaxFileBytes = FileBytes,
            MaxPixels = MaxPixels,
            MaxInterlacedPixels = MaxInterlacedPixels,
            MaxSidePixels = MaxSidePixels,
            MaxFrames = MaxFrames,
        };

    public void WriteTo(Span<byte> bytes)
    {
        bytes[0] = (byte)((Dihedral ? 1 : 0) | ((int)Parts << 1));
        bytes[1] = (byte)((AllFrames ? 1 : 0) | (GreyFirst ? 2 : 0));
        bytes[2] = (byte)Truncated;
        bytes[3] = (byte)Resize;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)Misbehaviour);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], MaxPixels);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], MaxInterlacedPixels);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], MaxSidePixels);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], MaxFrames);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], FileBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], MisbehaviourAmount);
    }

    /// <summary>
    /// The pool is trusted; what is read here was written by <see cref="WriteTo"/> of the same build.
    /// </summary>
    public static HashOrder ReadFrom(ReadOnlySpan<byte> bytes) =>
        new()
        {
            Dihedral = (bytes[0] & 1) != 0,
            Parts = (PartKinds)(bytes[0] >> 1),
            AllFrames = (bytes[1] & 1) != 0,
            GreyFirst = (bytes[1] & 2) != 0,
            Truncated = (TruncatedPolicy)bytes[2],
            Resize = (PdqResize)bytes[3],
            Misbehaviour = (Misbehaviour)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            MaxPixels = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            MaxInterlacedPixels = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            MaxSidePixels = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            MaxFrames = BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]),
            FileBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            MisbehaviourAmount = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
        };
}
