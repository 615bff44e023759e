using Vigil.Hashing;
using Vigil.Hashing.Pdq;
using Vigil.Tests.Files;

namespace Vigil.Tests.Hashing;

/// <summary>
/// The composite filter against the slow obvious reference: what it claims of its own error holds, and what
/// it decides is what the reference decides.
/// </summary>
public class CompositeTests
{
    private readonly CompositeDownscaler _downscaler = new();
    private readonly CompositeBound _bound = new();
    private readonly float[] _small = new float[64 * 64];
    private readonly float[] _half = new float[16 * 64];
    private readonly float[] _dct = new float[256];

    /// <summary>Each side from 5 on, where windows change, and larger ones thinly.</summary>
    private static IEnumerable<(int Width, int Height)> Sizes(Random random)
    {
        int[] edges = [5, 6, 7, 63, 64, 65, 127, 128, 129, 255, 256, 257, 384, 385, 512, 513];
        foreach (var edge in edges)
        {
            foreach (var other in edges)
            {
                yield return (edge, other);
            }
        }
        for (var i = 0; i < 60; i++)
        {
            yield return (random.Next(5, 400), random.Next(5, 400));
        }
        yield return (1920, 61);
        yield return (40, 2048);
        yield return (1279, 719);
    }

    [Fact]
    public void No_coefficient_or_sample_of_the_reference_is_farther_away_than_the_bound_says()
    {
        var random = Effort.NewRandom();
        var (worstCoefficient, worstSample, decided) = (0.0, 0.0, 0);
        var sizes = Sizes(random).ToArray();
        random.Shuffle(sizes);
        foreach (var (index, (width, height)) in sizes.Index())
        {
            var layout = index % 3 == 0 ? PixelLayout.Grey8 : PixelLayout.Rgb24;
            var kind = index % HardPicture.Kinds;
            var pixels = HardPicture.Make(kind, width, height, layout, random);
            var reference = PdqReference.HashDihedral(pixels, width, height, layout)!;
            Compute(new PixelView(pixels, width, height, layout));

            worstCoefficient = Math.Max(worstCoefficient, FarthestCoefficient(reference.Dct));
            worstSample = Math.Max(worstSample, FarthestSample(reference.Luma64));
            if (_bound.DecidesBits(_dct))
            {
                decided++;
                Assert.Equal(reference.Dihedral[0], PdqTransform.Bits(_dct));
            }
            if (_bound.DecidesFullQuality(_small))
            {
                Assert.Equal(100, reference.Quality);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"of the bound: coefficients {worstCoefficient:P2}, samples {worstSample:P2}; decided {decided}"
        );
        Assert.InRange(worstCoefficient, 1e-3, 1);
        Assert.InRange(worstSample, 1e-3, 1);
        // A bound that never lets anything through would hold too.
        Assert.InRange(decided, sizes.Length / 10, sizes.Length);
    }

    private void Compute(PixelView picture)
    {
        _downscaler.Downscale(picture, _small);
        PdqTransform.Dct(_small, _half, _dct);
        _bound.SetSample(_downscaler);
        _bound.SetCoefficients(_downscaler, _small, _half);
    }

    private double FarthestCoefficient(float[] reference) =>
        Enumerable.Range(0, 256).Max(k => Math.Abs(reference[k] - _dct[k]) / _bound.Coefficient[k]);

    private double FarthestSample(float[] reference) =>
        Enumerable.Range(0, 64 * 64).Max(k => Math.Abs(reference[k] - _small[k]) / _bound.Sample);

    [Fact]
    public void Whatever_the_picture_the_composite_path_and_the_ordered_path_answer_alike()
    {
        var random = Effort.NewRandom();
        var composite = new PdqHasher(PdqPath.CompositeFirst);
        var ordered = new PdqHasher(PdqPath.Ordered);
        for (var i = 0; i < Effort.Of(1500); i++)
        {
            var layout = i % 3 == 0 ? PixelLayout.Grey8 : PixelLayout.Rgb24;
            var (width, height) = (random.Next(5, 400), random.Next(5, 400));
            var pixels = HardPicture.Make(i % HardPicture.Kinds, width, height, layout, random);
            var picture = new PixelView(pixels, width, height, layout);
            Assert.Equal(ordered.Hash(picture), composite.Hash(picture));
        }
        Assert.Equal(0, ordered.Paths.Composite + ordered.Paths.FellBack);
        Assert.NotEqual(0, composite.Paths.Composite);
        Assert.NotEqual(0, composite.Paths.FellBack);
    }

    [Fact]
    public void A_coefficient_within_the_bound_of_the_gap_hands_over_to_the_ordered_path()
    {
        var random = Effort.NewRandom();
        var pixels = HardPicture.Make(9, 500, 400, PixelLayout.Rgb24, random);
        Compute(new PixelView(pixels, 500, 400, PixelLayout.Rgb24));
        // 128 coefficients far below and 128 far above; then one of each almost meet.
        for (var k = 0; k < 256; k++)
        {
            _dct[k] = k % 2 == 0 ? -1000 : 1000;
        }
        Assert.True(_bound.DecidesBits(_dct));
        var both = _bound.Coefficient[6] + _bound.Coefficient[7];
        (_dct[6], _dct[7]) = (-1, (float)(-1 + both * 1.01));
        Assert.True(_bound.DecidesBits(_dct));
        (_dct[6], _dct[7]) = (-1, (float)(-1 + both * 0.99));
        Assert.False(_bound.DecidesBits(_dct));
        // As many as ever above the median, but equal to it below: ties are for the ordered path.
        (_dct[6], _dct[7]) = (-1000, -1000);
        Assert.False(_bound.DecidesBits(_dct));
    }

    [Fact]
    public void Axes_that_make_room_for_others_are_never_those_of_the_picture_at_hand()
    {
        var random = Effort.NewRandom();
        var composite = new PdqHasher(PdqPath.CompositeFirst);
        // Widths come back just when the axes kept have all been replaced once.
        foreach (var (width, height) in new[] { (90, 91), (92, 93), (94, 95), (96, 97), (90, 98), (93, 99) })
        {
            var pixels = HardPicture.Make(10, width, height, PixelLayout.Rgb24, random);
            var picture = new PixelView(pixels, width, height, PixelLayout.Rgb24);
            Assert.Equal(new PdqHasher(PdqPath.Ordered).Hash(picture), composite.Hash(picture));
            Assert.Equal(new PdqHasher(PdqPath.CompositeFirst).Hash(picture), composite.Hash(picture));
        }
    }

    /// <summary>Up to windows of 16 rows are added in whole numbers of 16 bits, which white fills to the last.</summary>
    [Theory]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(4100)]
    public void The_brightest_high_picture_is_estimated_right(int height)
    {
        var pixels = new byte[3 * 70 * height];
        Array.Fill(pixels, byte.MaxValue);
        pixels.AsSpan(0, 3 * 70 * height / 3).Fill(90);
        var picture = new PixelView(pixels, 70, height, PixelLayout.Rgb24);
        _downscaler.Downscale(picture, _small);
        var ordered = new float[64 * 64];
        new JaroszDownscaler().Downscale(picture, ordered);
        Assert.All(
            _small.Zip(ordered),
            pair => Assert.InRange(pair.First, pair.Second - 0.01, pair.Second + 0.01)
        );
    }

    [Fact]
    public void The_least_and_the_largest_value_are_found_wherever_they_stand()
    {
        for (var place = 0; place < 64; place++)
        {
            var values = new float[64];
            values[place] = 7;
            values[(place + 5) % 64] = -3;
            Assert.Equal((-3, 7), CompositeBound.Range(values));
        }
    }

    /// <summary>
    /// Errors as large and as unlucky as they can be are not met in pictures, so each is made here, one by
    /// one.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(129)]
    [InlineData(257)]
    [InlineData(300)]
    [InlineData(512)]
    public void The_drift_of_an_axis_is_what_errors_in_all_steps_of_its_sums_add_up_to(int length)
    {
        var axis = new BoxWindow(length);
        var composite = new CompositeAxis();
        composite.Prepare(length);
        var rounding = 0.0;
        foreach (var values in new[] { axis.Window, axis.Window + 1 })
        {
            var largest = (float)(values * CompositeAxis.ValueCap);
            rounding += (MathF.BitIncrement(largest) - (double)largest) / 2;
        }
        var (drift, samples) = (new double[16], new double[64]);
        for (var step = 0; step < axis.Steps; step++)
        {
            var nothing = new double[length];
            var both = Means(axis, Means(axis, nothing, step), axis.Steps);
            var second = Means(axis, nothing, step);
            AddSizes(drift, Cosines(axis, both), rounding);
            AddSizes(drift, Cosines(axis, second), rounding);
            AddSizes(samples, Sampled(axis, both), rounding);
            AddSizes(samples, Sampled(axis, second), rounding);
        }
        Assert.All(
            drift.Zip(composite.Drift),
            pair => Assert.Equal(pair.First, pair.Second, pair.First * 1e-9)
        );
        Assert.Equal(samples.Max(), composite.SampleDrift, samples.Max() * 1e-9);
    }

    private static void AddSizes(double[] sums, double[] values, double factor)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += factor * Math.Abs(values[i]);
        }
    }

    private static double[] Sampled(BoxWindow axis, double[] means) =>
        [.. Enumerable.Range(0, 64).Select(sample => means[axis.SampleAt(sample)])];

    /// <summary>Sliding means in double; from step <paramref name="wrong"/> on the sum is one too large.</summary>
    private static double[] Means(BoxWindow axis, double[] values, int wrong)
    {
        var means = new double[axis.Length];
        var sum = 0.0;
        for (var step = 0; step < axis.Steps; step++)
        {
            sum += step < axis.Length ? values[step] : 0;
            sum -= step >= axis.Window ? values[step - axis.Window] : 0;
            sum += step == wrong ? 1 : 0;
            if (step >= axis.Lead)
            {
                means[step - axis.Lead] = sum / axis.CountAt(step);
            }
        }
        return means;
    }

    private static double[] Cosines(BoxWindow axis, double[] means) =>
        [
            .. Enumerable
                .Range(0, 16)
                .Select(j =>
                    Enumerable
                        .Range(0, 64)
                        .Sum(sample => (double)PdqTransform.Row(j)[sample] * means[axis.SampleAt(sample)])
                ),
        ];

    [Fact]
    public void The_bound_on_intermediate_values_that_the_proof_rests_on_holds_for_every_length()
    {
        for (var length = 5; length <= CompositeAxis.MaxLength; length++)
        {
            var axis = new BoxWindow(length);
            var rounding = 0.0;
            foreach (var values in new[] { axis.Window, axis.Window + 1 })
            {
                rounding += Math.Pow(2, Math.Floor(Math.Log2(values * CompositeAxis.ValueCap)) - 24);
            }
            var fewest = Enumerable.Range(axis.Lead, length).Min(axis.CountAt);
            Assert.InRange(axis.Steps * rounding / fewest, 0, 0.1);
        }
    }

    [Fact]
    public void Weights_of_every_sample_add_up_to_one_and_are_the_two_means_of_a_single_value()
    {
        var axis = new CompositeAxis();
        foreach (var length in new[] { 5, 64, 127, 128, 129, 300, 513, 1000, 2048 })
        {
            axis.Prepare(length);
            for (var sample = 0; sample < 64; sample++)
            {
                var weights = axis.Weights.AsSpan(sample * axis.Stride, axis.Stride).ToArray();
                Assert.Equal(1, weights.Sum(weight => (double)weight), 6);
                Assert.All(weights[axis.Counts[sample]..], weight => Assert.Equal(0, weight));
                Assert.True(axis.Starts[sample] + axis.Counts[sample] <= length);
            }
        }
    }
}
