using Vigil.Hashing;
using Vigil.Media.Decoding;
using Vigil.Media.Protocol;
using Vigil.Media.Transforms;

namespace Vigil.Media.Worker;

/// <summary>
/// Transforms a picture and hashes the outcome where it is decoded: for `vigil bench robustness`. Hashes are made as
/// for a look-up, by the same classes.
/// </summary>
internal static class TransformJobs
{
    public static void Answer(
        WorkerPipe pipe,
        in FrameHeader request,
        InputBuffer input,
        PictureDecoder decoder
    )
    {
        Span<byte> options = stackalloc byte[TransformAnswer.OptionBytes];
        if (!OrderedFile.TryTake(pipe, input, options, out var order, out var file))
        {
            return;
        }
        var maxSide = BitConverter.ToInt32(options);
        var seed = BitConverter.ToInt32(options[4..]);
        Pixmap? picture = null;
        var decode = new DecodeRequest(order.ToLimits(), AllFrames: false, order.Truncated);
        var facts = decoder.Decode(file, decode, (_, _, pixels) => picture ??= Pixmap.Of(pixels));
        input.Clear();
        using var answer = new MemoryStream();
        answer.Write(new byte[FrameHeader.ByteLength + TransformAnswer.FixedBytes]);
        if (facts.Outcome == MediaOutcome.Done)
        {
            HashAll(VipsTransforms.Shrink(picture!, maxSide), seed, answer);
        }
        var bytes = answer.GetBuffer().AsSpan(0, (int)answer.Length);
        var payload = bytes.Length - FrameHeader.ByteLength;
        new FrameHeader(FrameKind.TransformAnswer, request.Job, payload).WriteTo(bytes);
        TransformAnswer.WriteOutcome(bytes[FrameHeader.ByteLength..], facts.Outcome);
        pipe.Write(bytes);
    }

    private static void HashAll(Pixmap picture, int seed, MemoryStream answer)
    {
        var hasher = new PdqHasher();
        var finder = new PartFinder();
        var parts = new FoundPart[PartFinder.MaxParts];
        var results = new PdqResult[HashOrder.MaxVariants];
        Span<byte> record = stackalloc byte[TransformAnswer.RecordBytes];
        for (var transform = 0; transform < EverydayTransforms.All.Count; transform++)
        {
            var random = new Random(HashCodeOf(seed, transform));
            var changed = EverydayTransforms.All[transform].Apply(picture, random);
            var count = finder.Find(changed.View, PartKinds.Border | PartKinds.Regions, parts);
            for (var part = 0; part < count; part++)
            {
                hasher.HashDihedral(changed.View.Cut(parts[part].Place), results);
                for (var variant = 0; variant < results.Length; variant++)
                {
                    var (hash, quality) = results[variant];
                    TransformAnswer.WriteRecord(
                        record,
                        new TransformHash(transform, parts[part].Part, (Dihedral)variant, hash, quality)
                    );
                    answer.Write(record);
                }
            }
        }
    }

    private static int HashCodeOf(int seed, int transform) =>
        unchecked((int)((uint)seed * 0x9E3779B1 ^ (uint)transform * 0x85EBCA77));
}
