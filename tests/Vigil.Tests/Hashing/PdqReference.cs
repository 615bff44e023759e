using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>
/// PDQ as the reference program computes it, one obvious loop after the other: every intermediate picture is
/// kept whole and every float operation stands in the reference's order. Slow on purpose; the product must
/// equal it.
/// </summary>
internal static class PdqReference
{
    internal sealed record Result(PdqHash[] Dihedral, int Quality, float[] Luma64, float[] Dct);

    /// <summary>
    /// The hash of the picture alone: a 64x64 picture is taken as it is, without the filter.
    /// </summary>
    public static (PdqHash Hash, int Quality) Hash(byte[] pixels, int width, int height, PixelLayout layout)
    {
        var result = Compute(pixels, width, height, layout, filterSixtyFour: false);
        return result is null ? (default, 0) : (result.Dihedral[0], result.Quality);
    }

    /// <summary>
    /// All eight; here a 64x64 picture goes through the filter (with a window of one) like any other.
    /// </summary>
    public static Result? HashDihedral(byte[] pixels, int width, int height, PixelLayout layout) =>
        Compute(pixels, width, height, layout, filterSixtyFour: true);

    /// <summary>PDQF of 64x64 RGB pixels: the 256 coefficients before their signs are taken.</summary>
    public static float[] Coefficients64(byte[] rgb) => Dct(Luma(rgb, 64, 64, PixelLayout.Rgb24));

    private static Result? Compute(
        byte[] pixels,
        int width,
        int height,
        PixelLayout layout,
        bool filterSixtyFour
    )
    {
        if (width < 5 || height < 5)
        {
            return null;
        }
        var luma = Luma(pixels, width, height, layout);
        var small =
            width == 64 && height == 64 && !filterSixtyFour
                ? luma
                : Decimate(Jarosz(luma, width, height), width, height);
        var dct = Dct(small);
        var hashes = Enum.GetValues<Dihedral>().Select(variant => Bits(Turn(dct, variant))).ToArray();
        return new Result(hashes, QualityOf(small), small, dct);
    }

    private static float[] Luma(byte[] pixels, int width, int height, PixelLayout layout)
    {
        var luma = new float[width * height];
        for (var i = 0; i < luma.Length; i++)
        {
            luma[i] =
                layout == PixelLayout.Grey8
                    ? pixels[i]
                    : 0.299f * pixels[3 * i] + 0.587f * pixels[3 * i + 1] + 0.114f * pixels[3 * i + 2];
        }
        return luma;
    }

    private static float[] Jarosz(float[] luma, int width, int height)
    {
        var first = (float[])luma.Clone();
        var second = new float[luma.Length];
        for (var pass = 0; pass < 2; pass++)
        {
            for (var y = 0; y < height; y++)
            {
                Box(first, second, y * width, width, 1, (width + 127) / 128);
            }
            for (var x = 0; x < width; x++)
            {
                Box(second, first, x, height, width, (height + 127) / 128);
            }
        }
        return first;
    }

    /// <summary>
    /// A running mean of <paramref name="window"/> values, shorter at both ends, by one running sum.
    /// </summary>
    private static void Box(float[] input, float[] output, int start, int count, int step, int window)
    {
        var half = (window + 2) / 2;
        var (left, right, at, inWindow) = (start, start, start, 0);
        var sum = 0f;
        for (var i = 0; i < half - 1; i++)
        {
            sum += input[right];
            inWindow++;
            right += step;
        }
        for (var i = 0; i < window - half + 1; i++)
        {
            sum += input[right];
            inWindow++;
            output[at] = sum / inWindow;
            right += step;
            at += step;
        }
        for (var i = 0; i < count - window; i++)
        {
            sum += input[right];
            sum -= input[left];
            output[at] = sum / inWindow;
            left += step;
            right += step;
            at += step;
        }
        for (var i = 0; i < half - 1; i++)
        {
            sum -= input[left];
            inWindow--;
            output[at] = sum / inWindow;
            left += step;
            at += step;
        }
    }

    private static float[] Decimate(float[] picture, int width, int height)
    {
        var small = new float[64 * 64];
        for (var i = 0; i < 64; i++)
        {
            for (var j = 0; j < 64; j++)
            {
                small[i * 64 + j] = picture[
                    (int)((i + 0.5) * height / 64) * width + (int)((j + 0.5) * width / 64)
                ];
            }
        }
        return small;
    }

    private static int QualityOf(float[] small)
    {
        var gradients = 0;
        for (var i = 0; i < 64; i++)
        {
            for (var j = 0; j < 64; j++)
            {
                if (i < 63)
                {
                    gradients += Math.Abs((int)((small[i * 64 + j] - small[(i + 1) * 64 + j]) * 100 / 255));
                }
                if (j < 63)
                {
                    gradients += Math.Abs((int)((small[i * 64 + j] - small[i * 64 + j + 1]) * 100 / 255));
                }
            }
        }
        return Math.Min(100, gradients / 90);
    }

    private static float[] Dct(float[] small)
    {
        var matrix = new float[16 * 64];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 64; j++)
            {
                matrix[i * 64 + j] = (float)(
                    (float)Math.Sqrt(2.0 / 64) * Math.Cos(Math.PI / 2 / 64.0 * (i + 1) * (2 * j + 1))
                );
            }
        }
        var half = new float[16 * 64];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 64; j++)
            {
                for (var k = 0; k < 64; k++)
                {
                    half[i * 64 + j] += matrix[i * 64 + k] * small[k * 64 + j];
                }
            }
        }
        var dct = new float[16 * 16];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 16; j++)
            {
                for (var k = 0; k < 64; k++)
                {
                    dct[i * 16 + j] += half[i * 64 + k] * matrix[j * 64 + k];
                }
            }
        }
        return dct;
    }

    private static float[] Turn(float[] dct, Dihedral variant)
    {
        var turned = new float[256];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 16; j++)
            {
                var value = dct[i * 16 + j];
                // Negating an odd row or column of a cosine transform mirrors the picture.
                var (row, column, negate) = variant switch
                {
                    Dihedral.Original => (i, j, false),
                    Dihedral.Rotate90 => (j, i, j % 2 == 0),
                    Dihedral.Rotate180 => (i, j, (i + j) % 2 == 1),
                    Dihedral.Rotate270 => (j, i, i % 2 == 0),
                    Dihedral.FlipX => (i, j, i % 2 == 0),
                    Dihedral.FlipY => (i, j, j % 2 == 0),
                    Dihedral.FlipPlus1 => (j, i, false),
                    _ => (j, i, (i + j) % 2 == 1),
                };
                turned[row * 16 + column] = negate ? -value : value;
            }
        }
        return turned;
    }

    private static PdqHash Bits(float[] dct)
    {
        var median = dct.Order().ElementAt(127);
        var words = new ulong[4];
        for (var k = 0; k < 256; k++)
        {
            if (dct[k] > median)
            {
                words[k / 64] |= 1UL << (k % 64);
            }
        }
        return new PdqHash(words[0], words[1], words[2], words[3]);
    }
}
