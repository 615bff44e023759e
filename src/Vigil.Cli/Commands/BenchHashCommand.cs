using System.CommandLine;
using System.Diagnostics;
using Vigil.Cli.Benchmarks;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Commands;

/// <summary>`vigil bench hash`: what decoding and hashing pictures takes here.</summary>
internal static class BenchHashCommand
{
    private const int DefaultRounds = 9;
    private const int MaxRounds = 100;

    /// <summary>Of all rounds of one picture together; the plain loops take most of it.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(10);

    private static readonly Argument<string[]> Paths = SharedOptions.Paths(
        "Pictures, and folders with all files below them"
    );
    private static readonly Option<string?> Rounds = SharedOptions.Text(
        "--rounds",
        "N",
        $"Rounds a picture, 1 to {MaxRounds}. Default: {DefaultRounds}"
    );
    private static readonly Option<string?> MaxBytes = SharedOptions.MaxBytes();
    private static readonly Option<string?> Format = SharedOptions.Format();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "hash",
            """
            Times decoding and hashing of pictures, one thread.

            Per picture, medians and means in milliseconds: decode (the library alone), PDQ of the decoded picture by
            the reference's plain loops, by the ordered filter, by the composite one (with the ordered one after it
            where it left something open), and as this program hashes; ratios to the plain loops; the three digests
            together; of a JPEG its grey plane, decoded and its eight hashes estimated, and by how many bits the
            farthest is off (scan --prefilter grey). All ways but the estimate must give one hash.
            Pictures are decoded in the sandbox, and timed there.

            Example:
              vigil bench hash --rounds 15 holiday.jpg
            """
        )
        {
            Paths,
            Rounds,
            MaxBytes,
            Format,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var rounds = SharedOptions.ReadInt(Rounds, parsed.GetValue(Rounds), DefaultRounds, 1, MaxRounds);
        var limits = new MediaLimits
        {
            MaxFileBytes = SharedOptions.ReadMaxBytes(parsed, MaxBytes),
            MaxCpuTime = MaxTime,
            MaxWallTime = MaxTime,
        };
        var writer = new ReportWriter<HashBench>(
            terminal,
            SharedOptions.ReadFormat(parsed, Format),
            HashBenchShape.Shape
        );
        using var data = DataFolder.Of(parsed);
        await using var pool = new MediaPool(
            new MediaOptions
            {
                Sandbox = data.ReadSandbox(parsed),
                Limits = limits,
                Workers = 1,
                OnWarning = terminal.Warn,
            }
        );
        var tally = new HashBenchTally(terminal);
        writer.Begin();
        foreach (var item in InputPaths.Expand(InputPaths.Read(parsed, Paths)))
        {
            var bench = item.Failure is { } failure
                ? new HashBench(item.Path, null, failure)
                : await MeasureAsync(pool, item.Path, rounds, limits, cancellation);
            tally.Count(bench);
            writer.Write(bench);
        }
        writer.End();
        tally.Tell();
        return tally.ExitCode;
    }

    private static async Task<HashBench> MeasureAsync(
        MediaPool pool,
        string path,
        int rounds,
        MediaLimits limits,
        CancellationToken cancellation
    )
    {
        byte[] file;
        try
        {
            await using var content = InputFile.OpenRead(path);
            if (content.Length > limits.MaxFileBytes)
            {
                return Failed(path, MediaOutcome.TooManyBytes);
            }
            file = new byte[content.Length];
            await content.ReadExactlyAsync(file, cancellation);
        }
        catch (InputFileException e)
        {
            return new HashBench(path, null, Advice.For(path, e));
        }
        var (outcome, timings) = await pool.MeasureAsync(file, rounds, cancellation);
        return outcome == MediaOutcome.Done
            ? new HashBench(path, timings, null, Digests(file, rounds), file.Length)
            : Failed(path, outcome);
    }

    private static HashBench Failed(string path, MediaOutcome outcome) =>
        new(
            path,
            null,
            Advice.For(new MediaResult { Outcome = outcome }) ?? new Failure("not-media", "No picture.")
        );

    /// <summary>MD5, SHA-1 and SHA-256 of the file in memory: no codec is needed for them.</summary>
    private static Timing Digests(byte[] file, int rounds)
    {
        using var hasher = new DigestHasher();
        var times = new TimeSpan[rounds];
        for (var round = -1; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            hasher.Append(file);
            _ = hasher.Finish();
            times[Math.Max(round, 0)] = Stopwatch.GetElapsedTime(start);
        }
        Array.Sort(times);
        return new Timing(times[rounds / 2], TimeSpan.FromTicks((long)times.Average(time => time.Ticks)));
    }
}
