using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Decoding;
using Vigil.Media.Protocol;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>What the pool reads from a worker, which may have been taken over.</summary>
public class ProtocolTests
{
    private static readonly HashOrder Order = new()
    {
        FileBytes = 1,
        MaxPixels = 1,
        MaxInterlacedPixels = 1,
        MaxSidePixels = 1,
        MaxFrames = 5,
        Dihedral = true,
        AllFrames = true,
    };

    [Fact]
    public void An_answer_reads_back_as_it_was_written()
    {
        var hashes = Hashes(frames: 3, variants: 8);
        var bytes = Answer(new(MediaOutcome.Done, MediaFormat.Gif, 640, 480, 7, true), hashes);
        Assert.True(HashAnswer.TryRead(bytes, Order, out var facts, out var read));
        Assert.Equal(new(MediaOutcome.Done, MediaFormat.Gif, 640, 480, 7, true), facts);
        Assert.Equal(hashes, read);
    }

    [Theory]
    [InlineData("an outcome only the pool can know", 0, (byte)MediaOutcome.OutOfTime)]
    [InlineData("the outcome of a file that was never sent", 0, (byte)MediaOutcome.Empty)]
    [InlineData("no outcome", 0, (byte)0)]
    [InlineData("hashes without being done", 0, (byte)MediaOutcome.Damaged)]
    [InlineData("an unknown format", 2, (byte)99)]
    [InlineData("a negative width", 7, (byte)0x80)]
    [InlineData("a negative height", 11, (byte)0x80)]
    [InlineData("negative frames", 15, (byte)0x80)]
    [InlineData("an unknown flag", 16, (byte)2)]
    [InlineData("one record less than there are", 20, (byte)23)]
    [InlineData("a negative count", 23, (byte)0x80)]
    [InlineData("a first frame that is not 0", 24, (byte)1)]
    [InlineData("a view that does not exist", 28, (byte)4)]
    [InlineData("a first view that is not as stored", 28, (byte)1)]
    [InlineData("a variant that does not exist", 29, (byte)8)]
    [InlineData("a quality over 100", 30, (byte)101)]
    [InlineData("a part that was not asked for", 31, (byte)1)]
    [InlineData("the same hash twice", 24 + 40 + 5, (byte)0)]
    [InlineData("a frame that falls back", 24 + 40 * 16, (byte)0)]
    [InlineData("a frame beyond the file", 24 + 40 * 23, (byte)200)]
    public void An_answer_is_refused_that_has(string what, int offset, byte value)
    {
        var bytes = Answer(new(MediaOutcome.Done, MediaFormat.Gif, 640, 480, 7, false), Hashes(3, 8));
        Assert.True(HashAnswer.TryRead(bytes, Order, out _, out _));
        bytes[offset] = value;
        Assert.False(HashAnswer.TryRead(bytes, Order, out _, out var hashes), what);
        Assert.Empty(hashes);
    }

    [Fact]
    public void More_frames_or_variants_than_were_asked_for_are_refused()
    {
        var facts = new DecodeOutcome(MediaOutcome.Done, MediaFormat.Gif, 1, 1, 0, false);
        Assert.True(HashAnswer.TryRead(Answer(facts, Hashes(5, 8)), Order, out _, out _));
        Assert.False(HashAnswer.TryRead(Answer(facts, Hashes(6, 8)), Order, out _, out _));
        Assert.False(HashAnswer.TryRead(Answer(facts, Hashes(6, 1)), Order, out _, out _));
        Assert.False(
            HashAnswer.TryRead(Answer(facts, Hashes(2, 1)), Order with { AllFrames = false }, out _, out _)
        );
        Assert.False(
            HashAnswer.TryRead(Answer(facts, Hashes(1, 2)), Order with { Dihedral = false }, out _, out _)
        );
        Assert.False(HashAnswer.TryRead(Answer(facts, []), Order, out _, out _));
    }

    [Fact]
    public void Parts_are_of_the_first_frame_and_in_order()
    {
        var order = Order with { Dihedral = false, Parts = PartKinds.Border };
        var facts = new DecodeOutcome(MediaOutcome.Done, MediaFormat.Gif, 1, 1, 0, false);
        FrameHash whole = new(
            0,
            PictureView.Stored,
            Dihedral.Original,
            new PdqHash(1, 2, 3, 4),
            new Quality(77)
        );
        var part = whole with { Part = PicturePart.Borderless };
        var next = whole with { Frame = 1 };
        Assert.True(HashAnswer.TryRead(Answer(facts, [whole, part, next]), order, out _, out var read));
        Assert.Equal([whole, part, next], read);
        Assert.False(HashAnswer.TryRead(Answer(facts, [part, whole]), order, out _, out _));
        Assert.False(HashAnswer.TryRead(Answer(facts, [whole, part, part]), order, out _, out _));
        Assert.False(
            HashAnswer.TryRead(
                Answer(facts, [whole, next with { Part = PicturePart.Borderless }]),
                order,
                out _,
                out _
            )
        );
        var unknown = whole with { Part = (PicturePart)PartFinder.MaxParts };
        Assert.False(HashAnswer.TryRead(Answer(facts, [whole, unknown]), order, out _, out _));
        var bytes = new byte[HashOrder.ByteLength];
        order.WriteTo(bytes);
        Assert.Equal(order with { FileBytes = 1 }, HashOrder.ReadFrom(bytes));
    }

    [Fact]
    public void No_mutation_of_an_answer_throws_or_allocates_beyond_the_cap()
    {
        var runs = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 100_000 : 20_000;
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}, {runs} mutations");
        var random = new Random(seed);
        var accepted = 0;
        var cap = HashAnswer.MaxBytes(Order) * 3L;
        for (var run = 0; run < runs; run++)
        {
            var bytes = Mutate(
                random,
                Answer(
                    new(MediaOutcome.Done, MediaFormat.Gif, 64, 48, 7, false),
                    Hashes(random.Next(1, 6), 8)
                )
            );
            var before = GC.GetAllocatedBytesForCurrentThread();
            var ok = HashAnswer.TryRead(bytes, Order, out var facts, out var hashes);
            _ = FrameHeader.TryRead(bytes, out _);
            _ = SandboxFacts.TryRead(bytes, out _);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < cap);
            if (ok)
            {
                accepted++;
                // What is let through is still an answer to what was asked.
                Assert.InRange(hashes.Length, facts.Outcome == MediaOutcome.Done ? 1 : 0, Order.RecordCap);
                Assert.All(hashes, h => Assert.InRange(h.Quality.Value, 0, 100));
                Assert.Equal(
                    hashes.Length,
                    hashes.Select(h => (h.Frame, h.View, h.Variant)).Distinct().Count()
                );
                Assert.InRange(hashes.Select(h => h.Frame).Distinct().Count(), 1, Order.MaxFrames);
            }
        }
        // Flips within a hash or a size are legal; if all or none were refused the mutator would test
        // nothing.
        Assert.InRange(accepted, runs / 100, runs * 9 / 10);
    }

    [Fact]
    public void A_header_of_another_build_or_an_unknown_kind_is_refused()
    {
        var bytes = new byte[FrameHeader.ByteLength];
        new FrameHeader(FrameKind.HashAnswer, 42, 24).WriteTo(bytes);
        Assert.True(FrameHeader.TryRead(bytes, out var header));
        Assert.Equal(new FrameHeader(FrameKind.HashAnswer, 42, 24), header);
        foreach (var offset in (int[])[0, 4, 6, 23])
        {
            var broken = bytes.ToArray();
            broken[offset] |= 0x80;
            Assert.False(FrameHeader.TryRead(broken, out _));
        }
        Assert.False(FrameHeader.TryRead(bytes.AsSpan(1), out _));
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[random.Next(Math.Min(bytes.Length, 24))] = (byte)(random.Next(2) * 255);
                    break;
                case 3:
                    bytes[random.Next(24, Math.Max(25, bytes.Length))] = (byte)random.Next(8);
                    break;
                default:
                    bytes = random.Next(20) == 0 ? bytes[..Math.Max(25, at)] : bytes;
                    break;
            }
        }
        return bytes;
    }

    private static FrameHash[] Hashes(int frames, int variants) =>
        [
            .. from frame in Enumerable.Range(0, frames)
            from variant in Enumerable.Range(0, variants)
            select new FrameHash(
                frame,
                PictureView.Stored,
                (Dihedral)variant,
                new PdqHash((ulong)frame, 2, 3, (ulong)variant),
                new Quality(77)
            ),
        ];

    private static byte[] Answer(DecodeOutcome facts, FrameHash[] hashes)
    {
        var bytes = new byte[HashAnswer.FixedBytes + HashAnswer.RecordBytes * hashes.Length];
        HashAnswer.WriteFixed(bytes, facts, hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            HashAnswer.WriteRecord(
                bytes.AsSpan(HashAnswer.FixedBytes + i * HashAnswer.RecordBytes),
                hashes[i]
            );
        }
        return bytes;
    }
}
