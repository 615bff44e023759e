namespace Vigil.Hashing.Pdq;

/// <summary>
/// PDQ as the reference program computes it, one obvious scalar loop after the other, every intermediate
/// picture kept whole: what `vigil bench hash` compares with. The tests have an oracle of their own.
/// </summary>
internal sealed class PlainPdq
{
    private const int Samples = BoxWindow.Samples;
    private const int Side = PdqTransform.Side;

    private float[] _first = [];
    private float[] _second = [];

    /// <summary>Hash and quality of a picture of 5 pixels or more on each side.</summary>
    public PdqResult Hash(PixelView picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        if (_first.Length < width * height)
        {
            _first = new float[width * height];
            _second = new float[width * height];
        }
        LumaRow.Whole(picture, _first);
        var small = new float[Samples * Samples];
        if (width == Samples && height == Samples)
        {
            _first.AsSpan(0, small.Length).CopyTo(small);
        }
        else
        {
            Blur(width, height);
            for (var i = 0; i < small.Length; i++)
            {
                var y = (int)((i / Samples + 0.5) * height / Samples);
                var x = (int)((i % Samples + 0.5) * width / Samples);
                small[i] = _first[y * width + x];
            }
        }
        return new PdqResult(Bits(Transform(small)), QualityOf(small));
    }

    private void Blur(int width, int height)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            for (var y = 0; y < height; y++)
            {
                Mean(_first, _second, y * width, 1, new BoxWindow(width));
            }
            for (var x = 0; x < width; x++)
            {
                Mean(_second, _first, x, width, new BoxWindow(height));
            }
        }
    }

    /// <summary>The reference's four phases: fill, grow, slide, run out.</summary>
    private static void Mean(float[] input, float[] output, int start, int step, in BoxWindow axis)
    {
        var (left, right, at, count, sum) = (start, start, start, 0, 0f);
        for (var i = 0; i < axis.Lead; i++, right += step)
        {
            sum += input[right];
            count++;
        }
        for (var i = axis.Lead; i < axis.Window; i++, right += step, at += step)
        {
            sum += input[right];
            count++;
            output[at] = sum / count;
        }
        for (var i = axis.Window; i < axis.Length; i++, left += step, right += step, at += step)
        {
            sum += input[right];
            sum -= input[left];
            output[at] = sum / count;
        }
        for (var i = 0; i < axis.Lead; i++, left += step, at += step)
        {
            sum -= input[left];
            count--;
            output[at] = sum / count;
        }
    }

    private static Quality QualityOf(float[] small)
    {
        var steps = 0;
        for (var i = 0; i < small.Length; i++)
        {
            steps += i + Samples < small.Length ? Step(small[i], small[i + Samples]) : 0;
            steps += i % Samples < Samples - 1 ? Step(small[i], small[i + 1]) : 0;
        }
        return new Quality(Math.Min(100, steps / 90));
    }

    private static int Step(float a, float b) => Math.Abs((int)((a - b) * 100 / 255));

    private static float[] Transform(float[] small)
    {
        var half = new float[Side * Samples];
        var dct = new float[Side * Side];
        for (var i = 0; i < Side; i++)
        {
            var row = PdqTransform.Row(i);
            for (var j = 0; j < Samples; j++)
            {
                for (var k = 0; k < Samples; k++)
                {
                    half[i * Samples + j] += row[k] * small[k * Samples + j];
                }
            }
        }
        for (var j = 0; j < Side; j++)
        {
            var row = PdqTransform.Row(j);
            for (var i = 0; i < Side; i++)
            {
                for (var k = 0; k < Samples; k++)
                {
                    dct[i * Side + j] += half[i * Samples + k] * row[k];
                }
            }
        }
        return dct;
    }

    private static PdqHash Bits(float[] dct)
    {
        var sorted = (float[])dct.Clone();
        Array.Sort(sorted);
        var median = sorted[sorted.Length / 2 - 1];
        var words = new ulong[4];
        for (var k = 0; k < dct.Length; k++)
        {
            words[k / 64] |= dct[k] > median ? 1UL << (k % 64) : 0;
        }
        return new PdqHash(words[0], words[1], words[2], words[3]);
    }
}
