using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>
/// The fast code against the slow obvious one, on sizes and layouts where vectors and blocks end raggedly.
/// </summary>
public class PdqEqualityTests
{
    private readonly PdqHasher _hasher = new();

    public static TheoryData<int, int> Sizes()
    {
        var data = new TheoryData<int, int>();
        int[] edges = [5, 6, 7, 8, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 385];
        foreach (var width in edges)
        {
            foreach (var height in edges)
            {
                data.Add(width, height);
            }
        }
        data.Add(1, 5000);
        data.Add(5000, 5);
        data.Add(5, 5000);
        data.Add(1601, 1003);
        return data;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Any_size_in_grey_or_colour_hashes_as_the_slow_reference_does(int width, int height)
    {
        var random = new Random(width * 10_007 + height);
        foreach (var layout in new[] { PixelLayout.Rgb24, PixelLayout.Grey8 })
        {
            var pixels = new byte[width * height * (int)layout];
            random.NextBytes(pixels);
            AssertSameAsReference(pixels, width, height, layout);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(255)]
    public void Flat_pictures_whose_bits_are_decided_by_rounding_hash_as_the_slow_reference_does(byte value)
    {
        foreach (var (width, height) in new[] { (64, 64), (97, 61), (300, 200), (513, 511) })
        {
            var pixels = new byte[width * height * 3];
            pixels.AsSpan().Fill(value);
            AssertSameAsReference(pixels, width, height, PixelLayout.Rgb24);
        }
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 900)]
    [InlineData(900, 4)]
    [InlineData(1, 1)]
    public void A_picture_under_five_pixels_on_a_side_has_the_zero_hash_at_quality_zero(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(1).NextBytes(pixels);
        var picture = new PixelView(pixels, width, height, PixelLayout.Rgb24);
        var eight = new PdqResult[8];
        eight.AsSpan().Fill(new PdqResult(new PdqHash(1, 2, 3, 4), new Quality(9)));

        Assert.Equal(default, _hasher.Hash(picture));
        _hasher.HashDihedral(picture, eight);
        Assert.All(eight, result => Assert.Equal(default, result));
    }

    [Fact]
    public void Rows_with_padding_hash_like_rows_without()
    {
        var (width, height, stride) = (203, 151, 203 * 3 + 41);
        var packed = new byte[width * height * 3];
        new Random(7).NextBytes(packed);
        var padded = new byte[stride * height];
        padded.AsSpan().Fill(0xEE);
        for (var y = 0; y < height; y++)
        {
            packed.AsSpan(y * width * 3, width * 3).CopyTo(padded.AsSpan(y * stride));
        }

        Assert.Equal(
            _hasher.Hash(new PixelView(packed, width, height, PixelLayout.Rgb24)),
            _hasher.Hash(new PixelView(padded, width, height, PixelLayout.Rgb24, stride))
        );
    }

    [Fact]
    public void A_hasher_used_for_a_large_picture_hashes_a_small_one_as_a_new_hasher_does()
    {
        foreach (
            var (width, height) in new[] { (700, 900), (64, 64), (5, 300), (333, 5), (129, 127), (64, 65) }
        )
        {
            var pixels = SyntheticPicture.Make(0, width, height);
            var picture = new PixelView(pixels, width, height, PixelLayout.Rgb24);
            Assert.Equal(new PdqHasher().Hash(picture), _hasher.Hash(picture));
        }
    }

    [Fact]
    public void The_512_mode_samples_the_nearest_pixel_and_leaves_small_pictures_alone()
    {
        var (width, height) = (700, 300);
        var pixels = SyntheticPicture.Make(4, width, height);
        var resized = new byte[512 * 512 * 3];
        for (var y = 0; y < 512; y++)
        {
            for (var x = 0; x < 512; x++)
            {
                var from = (y * height / 512 * width + x * width / 512) * 3;
                pixels.AsSpan(from, 3).CopyTo(resized.AsSpan((y * 512 + x) * 3));
            }
        }
        var (hash, quality) = PdqReference.Hash(resized, 512, 512, PixelLayout.Rgb24);
        Assert.Equal(
            new PdqResult(hash, new Quality(quality)),
            _hasher.Hash(new PixelView(pixels, width, height, PixelLayout.Rgb24), PdqResize.Nearest512)
        );

        var small = new PixelView(pixels.AsSpan(0, 512 * 300 * 3), 512, 300, PixelLayout.Rgb24);
        Assert.Equal(_hasher.Hash(small), _hasher.Hash(small, PdqResize.Nearest512));
    }

    [Fact]
    public void A_buffer_too_short_for_its_picture_is_refused()
    {
        var pixels = new byte[99];
        Assert.Throws<ArgumentException>(() => new PixelView(pixels, 10, 10, PixelLayout.Grey8).Width);
        Assert.Throws<ArgumentException>(() => new PixelView(pixels, 10, 3, PixelLayout.Rgb24, 20).Width);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new PixelView(pixels, 0, 3, PixelLayout.Grey8).Width
        );
        Assert.Throws<OverflowException>(() =>
            new PixelView(pixels, int.MaxValue, 1, PixelLayout.Rgb24).Width
        );
    }

    private void AssertSameAsReference(byte[] pixels, int width, int height, PixelLayout layout)
    {
        var picture = new PixelView(pixels, width, height, layout);
        var (hash, quality) = PdqReference.Hash(pixels, width, height, layout);
        Assert.Equal(new PdqResult(hash, new Quality(quality)), _hasher.Hash(picture));

        var slow = PdqReference.HashDihedral(pixels, width, height, layout);
        var eight = new PdqResult[8];
        _hasher.HashDihedral(picture, eight);
        Assert.Equal(slow?.Dihedral ?? new PdqHash[8], eight.Select(result => result.Hash));
        Assert.All(eight, result => Assert.Equal(slow?.Quality ?? 0, result.Quality.Value));
    }
}
