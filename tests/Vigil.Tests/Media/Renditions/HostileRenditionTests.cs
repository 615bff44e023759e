using Vigil.Media;
using Vigil.Media.Decoding;
using Vigil.Media.Protocol;
using Vigil.Tests.Media.Decoding;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Renditions;

/// <summary>Files that attack who reads them for showing, under real limits made small.</summary>
public class HostileRenditionTests
{
    private static readonly MediaLimits Tight = new()
    {
        MaxWallTime = TimeSpan.FromSeconds(2),
        MaxCpuTime = TimeSpan.FromSeconds(1),
        MaxResidentBytes = 300L * 1024 * 1024,
        MaxFileBytes = 10_000_000,
        MaxPixels = 2_000_000,
    };

    [Theory(Timeout = 120_000)]
    [InlineData(nameof(Misbehaviour.Sleep), 0, MediaOutcome.OutOfTime)]
    [InlineData(nameof(Misbehaviour.StopReading), 0, MediaOutcome.OutOfTime)]
    [InlineData(nameof(Misbehaviour.Spin), 0, MediaOutcome.OutOfTime)]
    [InlineData(nameof(Misbehaviour.Allocate), 2L << 30, MediaOutcome.OutOfMemory)]
    [InlineData(nameof(Misbehaviour.Abort), 0, MediaOutcome.WorkerCrashed)]
    [InlineData(nameof(Misbehaviour.Segfault), 0, MediaOutcome.WorkerCrashed)]
    [InlineData(nameof(Misbehaviour.Exit), 0, MediaOutcome.WorkerCrashed)]
    [InlineData(nameof(Misbehaviour.Garbage), 0, MediaOutcome.WorkerCrashed)]
    [InlineData(nameof(Misbehaviour.WrongJob), 0, MediaOutcome.WorkerCrashed)]
    [InlineData(nameof(Misbehaviour.EndlessPayload), 0, MediaOutcome.WorkerCrashed)]
    public async Task A_file_that_takes_its_reader_over_shows_nothing_and_the_next_is_shown_as_before(
        string misbehaviour,
        long amount,
        MediaOutcome outcome
    )
    {
        await using var renderer = Seen.Open(new MediaOptions { Limits = Tight });
        var good = Pools.Bmp(7);
        var before = await Seen.RenderAsync(renderer, good, Seen.Whole());

        var bad = await renderer.RenderAsync(
            new MemoryStream(Pools.Bmp(8, side: 700)),
            Seen.Whole(),
            Enum.Parse<Misbehaviour>(misbehaviour),
            amount,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(outcome, bad.Outcome);
        Assert.Empty(bad.Jpeg);
        Assert.NotEmpty(bad.Advice);
        Assert.Equal(MediaOutcome.Done, before.Outcome);
        Assert.Equal(before.Jpeg, (await Seen.RenderAsync(renderer, good, Seen.Whole())).Jpeg);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_no_picture_or_over_a_limit_is_told_and_shows_nothing()
    {
        await using var renderer = Seen.Open(new MediaOptions { Limits = Tight });
        (byte[] File, MediaOutcome Outcome)[] files =
        [
            ([], MediaOutcome.Empty),
            ([.. "no picture"u8], MediaOutcome.NotMedia),
            (new byte[10_000_001], MediaOutcome.TooManyBytes),
            (PngWriter.Bomb(30_000, interlace: 0), MediaOutcome.TooManyPixels),
            (Pools.Bmp(1, side: 1500), MediaOutcome.TooManyPixels),
            (BmpWriter.Wrap(900, 900, 24, new byte[1000]), MediaOutcome.Damaged),
        ];
        foreach (var (file, outcome) in files)
        {
            var rendition = await Seen.RenderAsync(renderer, file, Seen.Whole());
            Assert.Equal(outcome, rendition.Outcome);
            Assert.Empty(rendition.Jpeg);
            Assert.NotEmpty(rendition.Advice);
        }
        var shown = await Seen.RenderAsync(renderer, Pools.Bmp(2), Seen.Whole());
        Assert.Equal(MediaOutcome.Done, shown.Outcome);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_source_that_fails_is_a_read_error()
    {
        await using var renderer = Seen.Open();
        using var source = new BrokenStream(Pools.Bmp(5));
        var rendition = await renderer.RenderAsync(
            source,
            Seen.Whole(),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(MediaOutcome.ReadError, rendition.Outcome);
        Assert.Empty(rendition.Jpeg);
    }

    [Fact]
    public void An_answer_that_is_not_as_agreed_is_none()
    {
        var request = Seen.Whole(100);
        var bytes = Answer(90, 50);
        Assert.True(ReduceOrder.TryRead(bytes, request, out var facts, out var rgb));
        Assert.Equal((90, 50, 640, 480), (facts.Width, facts.Height, facts.SourceWidth, facts.SourceHeight));
        Assert.Equal(3 * 90 * 50, rgb.Length);

        Assert.False(ReduceOrder.TryRead(bytes.AsSpan(1), request, out _, out _));
        Assert.False(ReduceOrder.TryRead([.. bytes, 0], request, out _, out _));
        Assert.False(ReduceOrder.TryRead(bytes.AsSpan(0, ReduceOrder.FixedBytes), request, out _, out _));
        Assert.False(ReduceOrder.TryRead([], request, out _, out _));
        // More than was asked for; nothing; less than nothing.
        Assert.False(ReduceOrder.TryRead(Answer(101, 50), request, out _, out _));
        Assert.False(ReduceOrder.TryRead(Answer(90, 101), request, out _, out _));
        Assert.False(ReduceOrder.TryRead(Answer(0, 0), request, out _, out _));
        foreach (
            var (at, value) in (ReadOnlySpan<(int, byte)>)
                [
                    (0, (byte)MediaOutcome.Damaged),
                    (0, (byte)MediaOutcome.WorkerCrashed),
                    (0, 200),
                    (2, 99),
                    (7, 0x80),
                    (11, 0x80),
                    (15, 0x80),
                    (16, 2),
                    (20, 91),
                    (23, 0x80),
                    (27, 0x80),
                ]
        )
        {
            var changed = (byte[])bytes.Clone();
            changed[at] = value;
            Assert.False(
                ReduceOrder.TryRead(changed, request, out var none, out var nothing),
                $"{at}: {value}"
            );
            Assert.Equal((MediaOutcome.WorkerCrashed, 0), (none.Outcome, nothing.Length));
        }
    }

    [Fact]
    public void No_mutation_of_an_answer_throws_or_gives_other_pixels_than_it_says()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var request = Seen.Whole(100);
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = Answer(random.Next(1, 8), random.Next(1, 8));
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            var length = random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length;
            if (ReduceOrder.TryRead(bytes.AsSpan(0, length), request, out var facts, out var rgb))
            {
                Assert.Equal(3 * facts.Width * facts.Height, rgb.Length);
                Assert.Equal(facts.Outcome == MediaOutcome.Done, rgb.Length > 0);
            }
        }
    }

    [Fact]
    public void Orders_read_back_as_they_were_written()
    {
        var request = Seen.Whole(1234) with
        {
            Tone = RenditionTone.Edges,
            Blur = BlurLevel.Light,
            Tile = new RenditionTile(5, 4, 3),
        };
        Span<byte> bytes = stackalloc byte[ReduceOrder.OptionBytes];
        ReduceOrder.Write(bytes, request);
        Assert.Equal(request with { Watermark = "" }, ReduceOrder.Read(bytes));

        var order = DrawOrder.ForSheet([0, 1.5, 7200.25], BlurLevel.Strong, Seen.Mark);
        var drawn = new byte[DrawOrder.ByteLength];
        order.WriteTo(drawn);
        var read = DrawOrder.ReadFrom(drawn);
        Assert.Equal([0, 1500, 7_200_250], read.Milliseconds);
        Assert.Equal(order, read with { Milliseconds = order.Milliseconds });

        var strip = DrawOrder.ForStrip(240, BlurLevel.Strong, Seen.Mark);
        strip.WriteTo(drawn);
        read = DrawOrder.ReadFrom(drawn);
        Assert.Empty(read.Milliseconds);
        Assert.Equal(strip, read with { Milliseconds = strip.Milliseconds });
    }

    private static byte[] Answer(int width, int height)
    {
        var bytes = new byte[ReduceOrder.FixedBytes + 3 * width * height];
        ReduceOrder.WriteFixed(bytes, new(MediaOutcome.Done, MediaFormat.Png, 640, 480, 1), width, height);
        return bytes;
    }

    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => throw new IOException("gone");
    }
}
