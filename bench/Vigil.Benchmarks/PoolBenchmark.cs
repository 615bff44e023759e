using System.Globalization;
using Vigil.Media;

namespace Vigil.Benchmarks;

/// <summary>
/// The media pool alone, without a server: pictures a second, waiting times, and the processor time of a
/// picture, here and in the workers (their starts included), beside the bare decode of the same files in one
/// thread.
/// </summary>
internal static class PoolBenchmark
{
    private const int Width = 1152;
    private const int Height = 896;
    private const int Bodies = 64;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(12);

    public static async Task<int> RunAsync()
    {
        var jpegs = Enumerable
            .Range(0, Bodies)
            .Select(seed => TurboJpeg.Compress(BenchPicture.Draw(seed, Width, Height), Width, Height, 88))
            .ToList();
        Console.WriteLine(
            $"{Environment.ProcessorCount} processors; JPEG of {Width}x{Height}, "
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{jpegs.Average(jpeg => jpeg.Length) / 1e6:F2} MB"
                )
        );
        Console.WriteLine("| | pictures/s | p50 ms | p99 ms | processor ms a picture, pool / workers |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        BareDecode(jpegs);
        await RowAsync("as `vigil hash`, 2 at a time", jpegs, new MediaRequest(), LoadGenerator.Closed(2));
        await RowAsync("the same, 16 at a time", jpegs, new MediaRequest(), LoadGenerator.Closed(16));
        await RowAsync(
            "eight symmetries, 16 at a time",
            jpegs,
            new MediaRequest { Dihedral = true },
            LoadGenerator.Closed(16)
        );
        await RowAsync("100 a second", jpegs, new MediaRequest(), LoadGenerator.Open(100));
        await RowAsync("200 a second", jpegs, new MediaRequest(), LoadGenerator.Open(200));
        await RowAsync("300 a second", jpegs, new MediaRequest(), LoadGenerator.Open(300));
        return 0;
    }

    private static void BareDecode(List<byte[]> jpegs)
    {
        var pixels = new byte[Width * Height * 3];
        var (count, before) = (0, ProcessorTimes.Read());
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        while (System.Diagnostics.Stopwatch.GetElapsedTime(began) < WarmUp)
        {
            TurboJpeg.Decompress(jpegs[count++ % Bodies], pixels, Width, Height);
        }
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        Print("libturbojpeg alone, one thread", count, took, double.NaN, double.NaN, before);
    }

    private static async Task RowAsync(
        string name,
        List<byte[]> jpegs,
        MediaRequest request,
        LoadGenerator load
    )
    {
        var before = ProcessorTimes.Read();
        LoadResult result;
        var warm = 0;
        await using (var pool = new MediaPool(new MediaOptions()))
        {
            warm = (await load.RunAsync(OneAsync, WarmUp)).SortedMs.Count;
            result = await load.RunAsync(OneAsync, Duration);
            async Task<bool> OneAsync(int number)
            {
                using var stream = new MemoryStream(jpegs[number % Bodies], writable: false);
                return (await pool.HashAsync(stream, request)).Outcome == MediaOutcome.Done;
            }
        }
        if (result.Errors > 0)
        {
            throw new InvalidOperationException($"{result.Errors} pictures of '{name}' were not hashed.");
        }
        // Processor times are those of the warm-up too: a worker's are known when it has ended.
        var share = (double)(warm + result.SortedMs.Count) / result.SortedMs.Count;
        Print(name, result.SortedMs.Count, result.Took, result.Ms(0.5), result.Ms(0.99), before, share);
    }

    private static void Print(
        string name,
        int pictures,
        TimeSpan took,
        double p50,
        double p99,
        ProcessorTimes before,
        double share = 1
    )
    {
        var now = ProcessorTimes.Read();
        var here = (now.Own - before.Own).TotalMilliseconds / (pictures * share);
        var workers = (now.Children - before.Children).TotalMilliseconds / (pictures * share);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {pictures / took.TotalSeconds:F0} | {p50:F1} | {p99:F1} | {here:F2} / {workers:F2} |"
            )
        );
    }
}
