using Vigil.Hashing;
using Vigil.Hashing.Pdq;
using Vigil.Tests.Files;

namespace Vigil.Tests.Hashing;

/// <summary>The benchmark's peer answers as the hasher does.</summary>
public class PlainPdqTests
{
    [Theory]
    [InlineData(64, 64, PixelLayout.Rgb24)]
    [InlineData(5, 200, PixelLayout.Rgb24)]
    [InlineData(513, 390, PixelLayout.Rgb24)]
    [InlineData(333, 257, PixelLayout.Grey8)]
    public void The_plain_loops_have_the_hashers_bits_and_quality(int width, int height, PixelLayout layout)
    {
        var random = Effort.NewRandom();
        var (plain, ordered) = (new PlainPdq(), new PdqHasher(PdqPath.Ordered));
        for (var kind = 0; kind < 3; kind++)
        {
            var pixels = HardPicture.Make(kind, width, height, layout, random);
            var picture = new PixelView(pixels, width, height, layout);

            Assert.Equal(ordered.Hash(picture), plain.Hash(picture));
        }
    }
}
