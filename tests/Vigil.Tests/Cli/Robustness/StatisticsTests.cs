using System.Numerics;
using Vigil.Cli.Benchmarks.Robustness;

namespace Vigil.Tests.Cli.Robustness;

public class StatisticsTests
{
    /// <summary>
    /// As printed by R's binom.test, and for 0 and n by the closed form 1 - (alpha / 2)^(1 / n).
    /// </summary>
    [Theory]
    [InlineData(0, 10, 0, 0.30849710)]
    [InlineData(10, 10, 0.69150290, 1)]
    [InlineData(5, 10, 0.18708603, 0.81291397)]
    [InlineData(1, 100, 0.00025315, 0.05445939)]
    [InlineData(0, 1, 0, 0.975)]
    [InlineData(682, 925, 0.70769830, 0.76542000)]
    public void Clopper_and_Pearsons_interval_is_the_published_one(
        long hits,
        long trials,
        double low,
        double high
    )
    {
        var interval = Statistics.ClopperPearson(hits, trials);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Of_no_trial_nothing_is_known_and_more_hits_than_trials_are_refused()
    {
        Assert.Equal(new Interval(0, 1), Statistics.ClopperPearson(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.ClopperPearson(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.ClopperPearson(-1, 1));
    }

    [Fact]
    public void No_hit_of_a_hundred_million_keeps_its_digits()
    {
        // 1 - 0.025^(1 / n).
        var high = Statistics.ClopperPearson(0, 100_000_000).High;
        Assert.InRange(high, 3.68e-8, 3.70e-8);
        var one = Statistics.ClopperPearson(1, 100_000_000);
        Assert.InRange(one.Low, 2.5e-10, 2.6e-10);
        Assert.InRange(one.High, 5.5e-8, 5.6e-8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(31)]
    [InlineData(63)]
    [InlineData(100)]
    [InlineData(128)]
    [InlineData(255)]
    public void Ideal_hashes_are_within_a_distance_as_often_as_counting_says(int bits)
    {
        BigInteger sum = 0,
            choose = 1;
        for (var i = 0; i <= bits; i++)
        {
            sum += choose;
            choose = choose * (256 - i) / (i + 1);
        }
        var expected = Math.Exp(BigInteger.Log(sum) - 256 * Math.Log(2));
        Assert.Equal(1, Statistics.WithinBits(bits, 256) / expected, 9);
    }

    [Fact]
    public void Fewer_degrees_of_freedom_make_near_pairs_more_likely()
    {
        for (var bits = 5; bits < 120; bits += 10)
        {
            Assert.True(Statistics.WithinBits(bits, 128) > Statistics.WithinBits(bits, 256));
        }
        Assert.Equal(1, Statistics.WithinBits(256, 100));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, 0.572364942924700)]
    [InlineData(10, 12.801827480081469)]
    [InlineData(100, 359.134205369575)]
    public void The_logarithm_of_gamma_is_the_tabulated_one(double x, double expected) =>
        Assert.Equal(expected, Statistics.LogGamma(x), 10);

    [Fact]
    public void The_model_is_nowhere_below_the_bound_of_what_was_seen()
    {
        var seen = new Histogram();
        for (var i = 0; i < 1_000_000; i++)
        {
            seen.Add(128 + i % 17 - 8);
        }
        var ideal = FalseMatchModel.Fit(seen, hashes: 1);
        Assert.Equal(256, ideal.Degrees);

        seen.Add(70);
        var wider = FalseMatchModel.Fit(seen, hashes: 1);
        Assert.True(wider.Degrees < 256);
        var bound = Statistics.ClopperPearson(1, seen.Total).High;
        Assert.True(Statistics.WithinBits(70, wider.Degrees) >= bound);
        // Fewer degrees, or more hashes of a query, ask for a narrower radius at one rate.
        var (a, b) = (ideal.WidestBits(1, 1_000_000, 255), wider.WidestBits(1, 1_000_000, 255));
        Assert.True(b < a);
        Assert.True(FalseMatchModel.Fit(seen, hashes: 100).WidestBits(1, 1_000_000, 255) <= a);
        Assert.True(wider.PerMillion(b, 1_000_000) <= 1 && wider.PerMillion(b + 1, 1_000_000) > 1);
        Assert.Equal(63, ideal.WidestBits(1, 1_000_000, 63));
    }
}
