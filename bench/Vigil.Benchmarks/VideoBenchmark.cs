using System.Diagnostics;
using System.Globalization;
using Vigil.Media;

namespace Vigil.Benchmarks;

/// <summary>
/// vPDQ of a 720p clip beside ffmpeg decoding it alone, interleaved in one run. Both decode with one thread; the
/// frames are converted and piped in the sandbox and hashed by this process meanwhile.
/// </summary>
internal static class VideoBenchmark
{
    private const int Rounds = 5;
    private const int Seconds = 20;
    private const int FramesPerSecond = 30;
    private const string Size = "1280x720";

    public static async Task<int> RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var clip = Path.Combine(folder, "clip-720p.mp4");
        if (!File.Exists(clip))
        {
            Make(clip);
        }
        await using var hasher = new VideoHasher(new VideoOptions());
        var every = new VideoRequest { Digests = false, Sampling = FrameSampling.EveryFrame };
        var second = new VideoRequest { Digests = false };
        await HashAsync(hasher, clip, every, Seconds * FramesPerSecond);
        var rows = new List<TimeSpan[]>();
        for (var round = 0; round < Rounds; round++)
        {
            rows.Add([
                Timed(() => Decode(clip)),
                await TimedAsync(() => HashAsync(hasher, clip, every, Seconds * FramesPerSecond)),
                await TimedAsync(() => HashAsync(hasher, clip, second, Seconds)),
            ]);
            Console.Error.WriteLine($"round {round + 1} of {Rounds}");
        }
        Console.WriteLine(
            $"{Seconds} s of {Size}, {FramesPerSecond} frames a second, H.264, {new FileInfo(clip).Length / 1e6:F1} MB; "
                + $"medians of {Rounds} rounds"
        );
        Console.WriteLine("| | s | frames a second | times the bare decode |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var bare = Median(rows, 0);
        Print("ffmpeg decode alone, one thread", bare, bare);
        Print("vPDQ, every frame", Median(rows, 1), bare);
        Print("vPDQ, a frame a second", Median(rows, 2), bare);
        return 0;
    }

    private static void Print(string name, TimeSpan time, TimeSpan bare) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {time.TotalSeconds:F2} | {Seconds * FramesPerSecond / time.TotalSeconds:F0} | "
            ) + string.Create(CultureInfo.InvariantCulture, $"{time / bare:F2} |")
        );

    private static TimeSpan Median(List<TimeSpan[]> rows, int column) =>
        rows.Select(row => row[column]).Order().ElementAt(Rounds / 2);

    private static TimeSpan Timed(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> TimedAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task HashAsync(VideoHasher hasher, string clip, VideoRequest request, int frames)
    {
        await using var content = File.OpenRead(clip);
        var result = await hasher.HashAsync(content, request);
        if (result.Outcome != MediaOutcome.Done || result.Hashes.Count != frames)
        {
            throw new InvalidOperationException($"{result.Outcome}, {result.Hashes.Count} frames");
        }
    }

    private static void Decode(string clip) =>
        Ffmpeg("-threads", "1", "-i", clip, "-map", "0:v:0", "-f", "null", "-");

    /// <summary>Moving detail with grain, so that the decoder has as much to do as with a camera's clip.</summary>
    private static void Make(string clip)
    {
        var source = $"testsrc2=duration={Seconds}:size={Size}:rate={FramesPerSecond},noise=alls=12:allf=t";
        Ffmpeg(
            "-f",
            "lavfi",
            "-i",
            source,
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "23",
            "-pix_fmt",
            "yuv420p",
            clip
        );
    }

    private static void Ffmpeg(params string[] arguments)
    {
        using var process = Process.Start("ffmpeg", ["-nostdin", "-v", "error", "-y", .. arguments]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ffmpeg ended with {process.ExitCode}.");
        }
    }
}
