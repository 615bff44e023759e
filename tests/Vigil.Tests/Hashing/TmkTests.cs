using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>TMK+PDQF: the reference's files and scores, and the fast code against a slow obvious one.</summary>
public class TmkTests
{
    private const int HeaderBytes = 32 + 16;

    [Fact]
    public void Every_file_of_the_reference_is_read_and_written_back_byte_for_byte()
    {
        var paths = Directory.GetFiles(SharedData.Need("vectors/tmk"));
        Assert.Equal(4, paths.Length);
        foreach (var bytes in paths.Select(File.ReadAllBytes))
        {
            Assert.Equal(TmkHash.ByteLength, bytes.Length);
            Assert.True(bytes.AsSpan().SequenceEqual(TmkHash.Read(bytes).ToBytes()));
        }
    }

    [Fact]
    public void Every_pair_has_the_reference_program_s_two_scores_to_six_digits()
    {
        var lines = File.ReadAllLines(SharedData.Need("vectors/tmk-pair-scores.txt"));
        Assert.Equal(6, lines.Length);
        foreach (var cells in lines.Select(line => line.Split(' ')))
        {
            var (a, b) = (Reference(cells[2]), Reference(cells[3]));
            Assert.Equal<string[]>(cells[..2], [Six(TmkMatch.Level1(a, b)), Six(TmkMatch.Level2(a, b))]);
        }
    }

    [Fact]
    public void A_video_is_wholly_like_itself()
    {
        var hash = Hashed(Frames(seed: 5, count: 40));
        Assert.Equal(1, TmkMatch.Level1(hash, hash), 5);
        Assert.InRange(TmkMatch.Level2(hash, hash), 0.99f, 1.01f);
    }

    [Fact]
    public void Hashing_equals_the_slow_version_to_the_bit()
    {
        var frames = Frames(seed: 1, count: 25);
        var bytes = Hashed(frames).ToBytes();
        var expected = TmkReference.Floats(frames, CoefficientsOf(bytes));
        var floats = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(HeaderBytes + 4 * 32));
        Assert.Equal(expected.Count, floats.Length);
        Assert.True(floats.SequenceEqual(CollectionsMarshal.AsSpan(expected)));
    }

    [Fact]
    public void Level_two_is_the_kernel_at_its_best_offset()
    {
        var (framesA, framesB) = (Frames(seed: 2, count: 30), Frames(seed: 3, count: 45));
        var (a, b) = (Hashed(framesA), Hashed(framesB));
        var coefficients = CoefficientsOf(a.ToBytes());
        var expected = TmkReference.Level2(
            TmkReference.Floats(framesA, coefficients),
            TmkReference.Floats(framesB, coefficients),
            coefficients
        );
        Assert.Equal(expected, TmkMatch.Level2(a, b), 4);
        Assert.Equal(TmkMatch.Level2(a, b), TmkMatch.Level2(b, a), 4);
    }

    [Fact]
    public void A_shift_in_time_is_seen_through_by_level_two_and_blanks_by_neither()
    {
        var frames = Frames(seed: 4, count: 60);
        var later = Frames(seed: 9, count: 30).Concat(frames).ToList();
        var (a, b) = (Hashed(frames), Hashed(later));
        var other = Hashed(Frames(seed: 11, count: 60));
        Assert.True(TmkMatch.Level2(a, b) > TmkMatch.Level2(a, other) + 0.1f);
    }

    [Fact]
    public void The_coefficients_are_the_files_own_to_the_bit()
    {
        var reference = File.ReadAllBytes(Directory.GetFiles(SharedData.Need("vectors/tmk"))[0]);
        Assert.Equal(CoefficientsOf(reference), CoefficientsOf(Hashed(Frames(1, 1)).ToBytes()));
    }

    [Theory]
    [InlineData(0, 0x55)]
    [InlineData(8, 0x58)]
    [InlineData(12, 30)]
    [InlineData(16, 5)]
    [InlineData(24, 9)]
    [InlineData(28, 0)]
    [InlineData(32, 1)]
    [InlineData(51, 0x40)]
    public void A_file_of_another_algorithm_or_with_other_parameters_is_refused(int at, byte value)
    {
        var bytes = Hashed(Frames(1, 1)).ToBytes();
        _ = TmkHash.Read(bytes);
        bytes[at] = value;
        Assert.Throws<TmkFormatException>(() => TmkHash.Read(bytes));
    }

    [Fact]
    public void A_cut_file_and_one_with_a_number_that_is_none_are_refused()
    {
        var bytes = Hashed(Frames(1, 1)).ToBytes();
        Assert.Throws<TmkFormatException>(() => TmkHash.Read(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<TmkFormatException>(() => TmkHash.Read([.. bytes, 0]));
        Assert.Throws<TmkFormatException>(() => TmkHash.Read([]));
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(200_000), float.NaN);
        Assert.Throws<TmkFormatException>(() => TmkHash.Read(bytes));
    }

    [Fact]
    public void A_frame_of_another_size_and_a_video_without_a_frame_are_refused()
    {
        var hasher = new TmkHasher();
        Assert.Throws<InvalidOperationException>(hasher.Finish);
        Assert.Throws<ArgumentException>(() =>
            hasher.Add(new PixelView(new byte[3 * 64 * 65], 64, 65, PixelLayout.Rgb24))
        );
    }

    [Fact]
    public void A_hasher_starts_anew_after_each_video_and_a_frame_allocates_nothing()
    {
        var frames = Frames(seed: 6, count: 10);
        var hasher = new TmkHasher();
        foreach (var frame in frames)
        {
            hasher.Add(View(frame));
        }
        var first = hasher.Finish().ToBytes();
        var allocated = Enumerable
            .Range(0, 10)
            .Min(i =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                hasher.Add(View(frames[i]));
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });
        Assert.Equal(0, allocated);
        Assert.Equal(first, hasher.Finish().ToBytes());
    }

    private static TmkHash Reference(string name) =>
        TmkHash.Read(File.ReadAllBytes(SharedData.Need($"vectors/tmk/{name}")));

    private static TmkHash Hashed(IEnumerable<byte[]> frames)
    {
        var hasher = new TmkHasher();
        foreach (var frame in frames)
        {
            hasher.Add(View(frame));
        }
        return hasher.Finish();
    }

    private static PixelView View(byte[] frame) => new(frame, 64, 64, PixelLayout.Rgb24);

    /// <summary>A block that wanders over a pattern: frames that are like their neighbours.</summary>
    private static List<byte[]> Frames(int seed, int count)
    {
        var random = new Random(seed);
        var still = SyntheticPicture.Make(seed % 2 == 0 ? 7 : 4, 64, 64);
        var (x, y) = (random.Next(48), random.Next(48));
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    (x, y) = (
                        Math.Clamp(x + random.Next(-9, 10), 0, 47),
                        Math.Clamp(y + random.Next(-9, 10), 0, 47)
                    );
                    var frame = (byte[])still.Clone();
                    for (var row = y; row < y + 16; row++)
                    {
                        frame.AsSpan(3 * (64 * row + x), 3 * 16).Fill((byte)random.Next(200, 256));
                    }
                    return frame;
                }),
        ];
    }

    private static float[] CoefficientsOf(byte[] file) =>
        [.. MemoryMarshal.Cast<byte, float>(file.AsSpan(HeaderBytes, 4 * 32))];

    private static string Six(float value) => value.ToString("F6", CultureInfo.InvariantCulture);
}
