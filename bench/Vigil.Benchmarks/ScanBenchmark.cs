using System.Diagnostics;
using System.Globalization;

namespace Vigil.Benchmarks;

/// <summary>
/// `vigil scan` of 12 MP JPEG files beside the bare decode of the same files by libturbojpeg, interleaved in
/// one run. A row counts all processor time of the scan, of its workers too, so it is what one core delivers; what a
/// scan of one picture takes is told apart, as its start.
/// </summary>
internal static class ScanBenchmark
{
    private const int Width = 4032;
    private const int Height = 3024;
    private const int Pictures = 60;
    private const int Rounds = 5;

    public static int Run(string folder)
    {
        var files = MakePictures(Path.GetFullPath(folder));
        var one = Directory.CreateTempSubdirectory("vigil-bench-one-");
        File.Copy(files[0], Path.Combine(one.FullName, "sample.jpg"));
        // Children inherit it.
        Process.GetCurrentProcess().ProcessorAffinity = 1;
        Decode(files);
        var rows = new List<Row>();
        for (var round = 0; round < Rounds; round++)
        {
            rows.Add(
                new Row(
                    Timed(() => Decode(files)),
                    Timed(() => Scan(one.FullName, "pdq")),
                    Timed(() => Scan(folder, "pdq")),
                    Timed(() => Scan(folder, "pdq", "--prefilter", "grey")),
                    Timed(() => Scan(folder, "pdq,md5,sha1,sha256"))
                )
            );
            Console.Error.WriteLine($"round {round + 1} of {Rounds}");
        }
        var megabytes = files.Sum(file => new FileInfo(file).Length) / 1e6 / files.Count;
        Console.WriteLine(
            $"{files.Count} JPEG files of {Width}x{Height}, {megabytes:F1} MB each; medians of {Rounds} rounds"
        );
        Console.WriteLine("| | ms a picture | pictures a second and core | times the bare decode |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var bare = Median(rows.Select(row => row.Decode));
        Print("libturbojpeg decode alone", bare, bare);
        Print("vigil scan --algorithms pdq", Median(rows.Select(row => row.Pdq)), bare);
        Print("vigil scan --algorithms pdq --prefilter grey", Median(rows.Select(row => row.Grey)), bare);
        Print("vigil scan --algorithms pdq,md5,sha1,sha256", Median(rows.Select(row => row.All)), bare);
        var start = Median(rows.Select(row => row.Start)) - (bare / Pictures);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Of each scan {start.TotalMilliseconds:F0} ms are its start: one picture scanned, less one decoded."
            )
        );
        one.Delete(recursive: true);
        return 0;
    }

    private sealed record Row(TimeSpan Decode, TimeSpan Start, TimeSpan Pdq, TimeSpan Grey, TimeSpan All);

    private static void Print(string name, TimeSpan time, TimeSpan bare)
    {
        var ms = time.TotalMilliseconds / Pictures;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {ms:F1} | {1000 / ms:F1} | {time / bare:F2} |"
            )
        );
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ElementAt(Rounds / 2);

    private static TimeSpan Timed(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static void Decode(IReadOnlyList<string> files)
    {
        var pixels = new byte[Width * Height * 3];
        foreach (var file in files)
        {
            TurboJpeg.Decompress(File.ReadAllBytes(file), pixels, Width, Height);
        }
    }

    /// <summary>Scans against the test card's list: none of the pictures matches.</summary>
    private static void Scan(string folder, string algorithms, params string[] options)
    {
        var data = Directory.CreateTempSubdirectory("vigil-bench-");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "vigil.dll"),
            "scan",
            folder,
            "--list",
            "test-card",
            "--jobs",
            "1",
            "--algorithms",
            algorithms,
            "--data",
            data.FullName,
            .. options,
        ];
        using (
            var process = Process.Start(
                new ProcessStartInfo("dotnet", arguments)
                {
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!
        )
        {
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"The scan ended with {process.ExitCode}: {output}");
            }
        }
        data.Delete(recursive: true);
    }

    private static List<string> MakePictures(string folder)
    {
        Directory.CreateDirectory(folder);
        var files = Enumerable
            .Range(0, Pictures)
            .Select(i => Path.Combine(folder, $"sample-{i:D2}.jpg"))
            .ToList();
        for (var i = 0; i < Pictures; i++)
        {
            if (!File.Exists(files[i]))
            {
                // Ten pictures, six names each: drawing takes longer than scanning.
                File.WriteAllBytes(
                    files[i],
                    i < 10
                        ? TurboJpeg.Compress(BenchPicture.Draw(i, Width, Height), Width, Height, 88)
                        : File.ReadAllBytes(files[i % 10])
                );
            }
        }
        return files;
    }
}
