using Vigil.Hashing;
using Vigil.Media.Decoding;
using Vigil.Media.Protocol;

namespace Vigil.Media.Worker;

/// <summary>Collects the hashes of one job in the form in which they are sent.</summary>
internal sealed class HashRecords(PdqHasher hasher)
{
    private readonly PdqResult[] _results = new PdqResult[HashOrder.MaxVariants];
    private readonly PartFinder _finder = new();
    private readonly FoundPart[] _parts = new FoundPart[PartFinder.MaxParts];
    private byte[] _bytes = new byte[
        FrameHeader.ByteLength + HashAnswer.FixedBytes + 64 * HashAnswer.RecordBytes
    ];
    private HashOrder _order;

    public int Count { get; private set; }

    public void Begin(in HashOrder order)
    {
        _order = order;
        Count = 0;
    }

    public void Add(int frame, PictureView view, PixelView pixels)
    {
        var parts = _finder.Find(pixels, frame == 0 ? _order.Parts : PartKinds.None, _parts);
        foreach (var (part, place) in _parts.AsSpan(0, parts))
        {
            Add(frame, view, part, pixels.Cut(place));
        }
    }

    private void Add(int frame, PictureView view, PicturePart part, PixelView pixels)
    {
        if (_order.Dihedral)
        {
            hasher.HashDihedral(pixels, _results, _order.Resize);
        }
        else
        {
            _results[0] = hasher.Hash(pixels, _order.Resize);
        }
        Write(frame, view, part);
    }

    /// <summary>
    /// Estimates of a grey plane; none where pieces of the picture are to be looked up too, as its colours show them.
    /// </summary>
    public void AddEstimates(PixelView grey)
    {
        if (_finder.Find(grey, _order.Parts, _parts) > 1)
        {
            return;
        }
        hasher.EstimateDihedral(grey, _results);
        Write(0, PictureView.Stored, PicturePart.Whole);
    }

    private void Write(int frame, PictureView view, PicturePart part)
    {
        for (var variant = 0; variant < _order.VariantCap; variant++)
        {
            var (hash, quality) = _results[variant];
            HashAnswer.WriteRecord(
                NextRecord(),
                new FrameHash(frame, view, (Dihedral)variant, hash, quality, part)
            );
        }
    }

    /// <summary>The whole answer, header and all; valid until the next job.</summary>
    public ReadOnlySpan<byte> Finish(FrameKind kind, ulong job, in DecodeOutcome outcome)
    {
        var records = outcome.Outcome == MediaOutcome.Done ? Count : 0;
        var payload = HashAnswer.FixedBytes + records * HashAnswer.RecordBytes;
        new FrameHeader(kind, job, payload).WriteTo(_bytes);
        HashAnswer.WriteFixed(_bytes.AsSpan(FrameHeader.ByteLength), outcome, records);
        return _bytes.AsSpan(0, FrameHeader.ByteLength + payload);
    }

    private Span<byte> NextRecord()
    {
        var offset = FrameHeader.ByteLength + HashAnswer.FixedBytes + Count * HashAnswer.RecordBytes;
        if (offset + HashAnswer.RecordBytes > _bytes.Length)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
        Count++;
        return _bytes.AsSpan(offset, HashAnswer.RecordBytes);
    }
}
