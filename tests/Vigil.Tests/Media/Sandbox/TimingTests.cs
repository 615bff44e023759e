using System.Diagnostics;
using Vigil.Media;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>Prints what the sandbox costs; the bounds are wide, they catch a change of kind.</summary>
public class TimingTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_the_sandbox_costs_is_printed_and_stays_small()
    {
        var began = Stopwatch.GetTimestamp();
        await using var pool = Pools.Open();
        await pool.SelfTestAsync(TestContext.Current.CancellationToken);
        var start = Stopwatch.GetElapsedTime(began);
        var notMedia = "no picture at all"u8.ToArray();
        var times = new List<double>();
        for (var i = 0; i < 500; i++)
        {
            var one = Stopwatch.GetTimestamp();
            var result = await pool.HashAsync(notMedia);
            times.Add(Stopwatch.GetElapsedTime(one).TotalMicroseconds);
            Assert.Equal(MediaOutcome.NotMedia, result.Outcome);
        }
        var big = Pools.Rgb(1, 3000);
        var oneBig = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(
                MediaOutcome.NotMedia,
                (await pool.HashAsync(big, new MediaRequest { Digests = false })).Outcome
            );
        }
        var perBig = Stopwatch.GetElapsedTime(oneBig).TotalMilliseconds / 5;
        var median = times.Order().ElementAt(times.Count / 2);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"first worker ready and self-tested {start.TotalMilliseconds:F0} ms; small job median {median:F0} us, "
                + $"p99 {times.Order().ElementAt(times.Count * 99 / 100):F0} us; {big.Length >> 20} MiB through the pipe {perBig:F1} ms"
        );
        Assert.True(median < 5000, $"{median} us");
    }
}
