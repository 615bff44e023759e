using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Decoding;

namespace Vigil.Tests.Media.Decoding;

/// <summary>
/// The own bitmap reader. It is managed code without a codec, so these tests call it in this process.
/// </summary>
public class BmpTests
{
    private static readonly byte[] FourGreys = [0, 80, 160, 240];

    [Fact]
    public void Every_depth_and_header_gives_the_pixels_it_was_made_of()
    {
        // 3 x 2, values from the top left.
        Same(Indexed(8, [0, 1, 2, 3, 2, 1]), [0, 80, 160, 240, 160, 80]);
        Same(Indexed(4, [0x01, 0x20, 0x32, 0x10]), [0, 80, 160, 240, 160, 80]);
        Same(BmpWriter.Write(3, 2, 1, [0b01000000, 0b10100000], [9, 200]), [9, 200, 9, 200, 9, 200]);
        Same(
            Indexed(8, [0, 1, 2, 3, 2, 1], headerBytes: 12, Enumerable.Repeat(FourGreys, 64)),
            [0, 80, 160, 240, 160, 80]
        );
        Same(Indexed(8, [0, 1, 2, 3, 2, 1], headerBytes: 124), [0, 80, 160, 240, 160, 80]);
        Same(BmpWriter.Write(1, 2, 24, [1, 2, 3, 4, 5, 6]), [3, 2, 1, 6, 5, 4]);
        Same(BmpWriter.Write(1, 2, 24, [1, 2, 3, 4, 5, 6], topDown: true), [3, 2, 1, 6, 5, 4]);
        Same(BmpWriter.Write(1, 2, 32, [1, 2, 3, 0, 4, 5, 6, 0]), [3, 2, 1, 6, 5, 4]);
        // 0 11111 00000 00001 and 0 00000 10000 11111.
        Same(BmpWriter.Write(1, 2, 16, [0x01, 0x7C, 0x1F, 0x02]), [255, 0, 8, 0, 132, 255]);
        Same(BmpWriter.Write(1, 1, 16, [0xE0, 0x07], masks: [0xF800, 0x07E0, 0x001F]), [0, 255, 0]);
        Same(
            BmpWriter.Write(
                1,
                1,
                32,
                [1, 2, 3, 255],
                headerBytes: 108,
                masks: [0xFF, 0xFF00, 0xFF0000, 0xFF000000]
            ),
            [1, 2, 3]
        );
    }

    [Fact]
    public void Run_lengths_of_both_kinds_are_read()
    {
        byte[] eight = [2, 1, 1, 3, 0, 0, 0, 3, 2, 0, 1, 0, 0, 1];
        Same(BmpWriter.Wrap(3, 2, 8, eight, FourGreys, packing: 1), [160, 0, 80, 80, 80, 240]);
        byte[] four = [3, 0x12, 0, 0, 0, 3, 0x30, 0x10, 0, 1];
        Same(BmpWriter.Wrap(3, 2, 4, four, FourGreys, packing: 2), [240, 0, 80, 80, 160, 80]);
        byte[] delta = [1, 1, 0, 2, 1, 1, 1, 3, 0, 1];
        Same(BmpWriter.Wrap(3, 2, 8, delta, FourGreys, packing: 1), [0, 0, 240, 80, 0, 0]);
        byte[] overflow = [255, 2, 255, 3, 0, 0, 255, 1, 0, 1];
        Same(BmpWriter.Wrap(3, 2, 8, overflow, FourGreys, packing: 1), [80, 80, 80, 160, 160, 160]);
    }

    [Fact]
    public void A_bitmap_with_alpha_is_also_given_over_white()
    {
        var file = BmpWriter.Write(
            1,
            1,
            32,
            [10, 20, 30, 0],
            headerBytes: 108,
            masks: [0xFF0000, 0xFF00, 0xFF, 0xFF000000]
        );

        var (outcome, views) = Decode(file);

        Assert.Equal(MediaOutcome.Done, outcome.Outcome);
        Assert.Equal([30, 20, 10], views[PictureView.Stored]);
        Assert.Equal([255, 255, 255], views[PictureView.Flattened]);
    }

    [Fact]
    public void Headers_that_lie_are_refused()
    {
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(0, 5, 24, new byte[100])));
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(-4, 5, 24, new byte[100])));
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(4, int.MinValue, 24, new byte[100])));
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(4, 4, 7, new byte[100])));
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(4, 4, 24, new byte[100], packing: 1)));
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(4, -4, 8, new byte[100], [0], packing: 1)));
        Assert.Equal(MediaOutcome.Unsupported, Outcome(BmpWriter.Wrap(4, 4, 24, new byte[100], packing: 5)));
        Assert.Equal(MediaOutcome.Damaged, Outcome(BmpWriter.Wrap(4, 4, 32, [], masks: null, packing: 3)));
        Assert.Equal(
            MediaOutcome.TooManyPixels,
            Outcome(BmpWriter.Wrap(30_001, 1, 8, new byte[40_000], [0]))
        );
        Assert.Equal(MediaOutcome.NotMedia, Outcome("BM, said the book, is short for a museum."u8.ToArray()));
    }

    [Fact]
    public void A_bitmap_changed_in_any_byte_gives_a_clean_outcome()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var count = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 100_000 : 20_000;
        var random = new Random(seed);
        byte[][] seeds =
        [
            Indexed(8, [0, 1, 2, 3, 2, 1]),
            BmpWriter.Wrap(3, 2, 4, [3, 0x12, 0, 0, 0, 3, 0x30, 0x10, 0, 1], FourGreys, packing: 2),
            BmpWriter.Write(
                1,
                1,
                32,
                [1, 2, 3, 255],
                headerBytes: 108,
                masks: [0xFF, 0xFF00, 0xFF0000, 0xFF000000]
            ),
            BmpWriter.Write(5, 5, 24, new byte[75]),
            Indexed(8, [0, 1, 2, 3, 2, 1], headerBytes: 12, Enumerable.Repeat(FourGreys, 64)),
        ];
        var done = 0;
        for (var at = 0; at < count; at++)
        {
            var file = Mutate(seeds[at % seeds.Length], random);
            var outcome = Outcome(file);
            done += outcome == MediaOutcome.Done ? 1 : 0;
            Assert.Contains(
                outcome,
                new[]
                {
                    MediaOutcome.Done,
                    MediaOutcome.Damaged,
                    MediaOutcome.NotMedia,
                    MediaOutcome.Unsupported,
                    MediaOutcome.TooManyPixels,
                }
            );
        }
        Assert.InRange(done, count / 20, count * 19 / 20);
    }

    private static byte[] Indexed(
        int bits,
        byte[] rows,
        int headerBytes = 40,
        IEnumerable<byte[]>? palette = null
    ) =>
        BmpWriter.Write(
            3,
            2,
            bits,
            rows,
            palette is null ? FourGreys : [.. palette.SelectMany(colours => colours)],
            headerBytes
        );

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var file = seed[..random.Next(seed.Length * 3 / 4, seed.Length + 1)];
        byte[] extremes = [0, 1, 2, 127, 128, 255];
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            // The header, mostly; sizes there are worth more than pixels.
            var at = random.Next(Math.Min(file.Length, random.Next(2) == 0 ? 70 : file.Length));
            file[at] = random.Next(3) == 0 ? (byte)random.Next(256) : extremes[random.Next(extremes.Length)];
        }
        return file;
    }

    private static void Same(byte[] file, byte[] expected)
    {
        var (outcome, views) = Decode(file);
        Assert.Equal((MediaOutcome.Done, false), (outcome.Outcome, outcome.Truncated));
        Assert.Equal(expected, views[PictureView.Stored]);
    }

    private static MediaOutcome Outcome(byte[] file) => Decode(file).Outcome.Outcome;

    private static (DecodeOutcome Outcome, Dictionary<PictureView, byte[]> Views) Decode(byte[] file)
    {
        var request = new DecodeRequest(
            // Small, so that a lying header cannot make the test slow.
            new MediaLimits { MaxPixels = 1_000_000 },
            AllFrames: false,
            TruncatedPolicy.HashAndMark
        );
        using var decoder = new PictureDecoder();
        var views = new Dictionary<PictureView, byte[]>();
        var outcome = decoder.Decode(file, request, (_, view, pixels) => views[view] = Rows(pixels));
        return (outcome, views);
    }

    private static byte[] Rows(PixelView pixels) => pixels.Pixels.ToArray();
}
