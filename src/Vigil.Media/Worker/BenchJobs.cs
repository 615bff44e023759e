using System.Diagnostics;
using Vigil.Hashing;
using Vigil.Hashing.Pdq;
using Vigil.Media.Decoding;
using Vigil.Media.Decoding.Jpeg;
using Vigil.Media.Protocol;

namespace Vigil.Media.Worker;

/// <summary>
/// Times decoding and hashing where they happen in earnest: in the sandbox, with its settings of the runtime.
/// </summary>
internal static class BenchJobs
{
    /// <summary>Rounds before the first that counts: code is compiled, memory is there.</summary>
    private const int WarmUpRounds = 2;

    public static void Answer(
        WorkerPipe pipe,
        in FrameHeader request,
        InputBuffer input,
        PictureDecoder decoder
    )
    {
        Span<byte> options = stackalloc byte[BenchAnswer.RoundsBytes];
        if (!OrderedFile.TryTake(pipe, input, options, out var order, out var file))
        {
            return;
        }
        var rounds = Math.Clamp(BitConverter.ToInt32(options), 1, BenchAnswer.MaxRounds);
        var (outcome, timings) = Measure(file, order, rounds, decoder);
        Span<byte> answer = stackalloc byte[FrameHeader.ByteLength + BenchAnswer.ByteLength];
        new FrameHeader(FrameKind.BenchAnswer, request.Job, BenchAnswer.ByteLength).WriteTo(answer);
        BenchAnswer.Write(answer[FrameHeader.ByteLength..], outcome, timings);
        pipe.Write(answer);
        input.Clear();
    }

    private static (MediaOutcome, HashTimings) Measure(
        ReadOnlySpan<byte> file,
        in HashOrder order,
        int rounds,
        PictureDecoder decoder
    )
    {
        var request = new DecodeRequest(order.ToLimits(), AllFrames: false, order.Truncated);
        var timings = new HashTimings();
        var exact = new PdqResult[HashOrder.MaxVariants];
        var facts = decoder.Decode(
            file,
            request,
            (frame, view, pixels) =>
            {
                if (frame == 0 && view == PictureView.Stored)
                {
                    timings = MeasureHashes(pixels, rounds);
                    new PdqHasher().HashDihedral(pixels, exact);
                }
            }
        );
        if (facts.Outcome != MediaOutcome.Done)
        {
            return (facts.Outcome, timings);
        }
        var decode = new Stopwatches(rounds);
        using var bare = new BareDecoder();
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            if (facts.Format == MediaFormat.Jpeg)
            {
                bare.Decode(file, facts.Width, facts.Height);
            }
            else
            {
                decoder.Decode(file, request, (_, _, _) => { });
            }
            decode.Took(round, start);
        }
        var (grey, greyBits) = MeasureGrey(file, request.Limits, rounds, decoder, exact);
        return (
            MediaOutcome.Done,
            timings with
            {
                Grey = grey,
                GreyBits = greyBits,
                Format = facts.Format,
                Width = facts.Width,
                Height = facts.Height,
                Decode = decode.Timing,
            }
        );
    }

    private static (Timing Timing, int Bits) MeasureGrey(
        ReadOnlySpan<byte> file,
        MediaLimits limits,
        int rounds,
        PictureDecoder decoder,
        PdqResult[] exact
    )
    {
        var watch = new Stopwatches(rounds);
        var hasher = new PdqHasher();
        var estimates = new PdqResult[exact.Length];
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var outcome = decoder.DecodeGrey(file, limits, grey => hasher.EstimateDihedral(grey, estimates));
            if (outcome.Outcome != MediaOutcome.Done)
            {
                return (default, -1);
            }
            watch.Took(round, start);
        }
        return (watch.Timing, exact.Zip(estimates, (a, b) => a.Hash.DistanceTo(b.Hash)).Max());
    }

    private static HashTimings MeasureHashes(PixelView pixels, int rounds)
    {
        if (pixels.Width < PdqHasher.MinSidePixels || pixels.Height < PdqHasher.MinSidePixels)
        {
            return new HashTimings { Equal = true };
        }
        var plain = new PlainPdq();
        PdqHasher[] hashers = [new(PdqPath.Ordered), new(PdqPath.CompositeFirst), new(PdqPath.Automatic)];
        var watches = Enumerable.Range(0, hashers.Length + 1).Select(_ => new Stopwatches(rounds)).ToArray();
        var equal = true;
        for (var round = -WarmUpRounds; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var expected = plain.Hash(pixels);
            watches[^1].Took(round, start);
            for (var i = 0; i < hashers.Length; i++)
            {
                start = Stopwatch.GetTimestamp();
                var result = hashers[i].Hash(pixels);
                watches[i].Took(round, start);
                equal &= result == expected;
            }
        }
        return new HashTimings
        {
            Ordered = watches[0].Timing,
            Composite = watches[1].Timing,
            Automatic = watches[2].Timing,
            Plain = watches[^1].Timing,
            CompositeTried = hashers[1].Paths.Composite + hashers[1].Paths.FellBack > 0,
            CompositeDecided = hashers[1].Paths.Composite > 0,
            Equal = equal,
        };
    }

    private sealed class Stopwatches(int rounds)
    {
        private readonly long[] _ticks = new long[rounds];

        /// <param name="round">Below zero while warming up.</param>
        public void Took(int round, long start)
        {
            if (round >= 0)
            {
                _ticks[round] = Stopwatch.GetElapsedTime(start).Ticks;
            }
        }

        public Timing Timing
        {
            get
            {
                Array.Sort(_ticks);
                return new Timing(
                    TimeSpan.FromTicks(_ticks[_ticks.Length / 2]),
                    TimeSpan.FromTicks((long)_ticks.Average())
                );
            }
        }
    }
}
