using System.CommandLine;
using System.Globalization;
using Vigil.Cli.Benchmarks;
using Vigil.Cli.Benchmarks.Robustness;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Commands;

/// <summary>`vigil bench robustness`: which everyday changes of pictures a look-up withstands.</summary>
internal static class BenchRobustnessCommand
{
    /// <summary>Of all transforms of one picture together.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(5);

    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description =
            "Pictures; the folders in it are categories, those below them groups that show one thing",
    };
    private static readonly Option<string?> Negatives = SharedOptions.Text(
        "--negatives",
        "DIR",
        "More pictures that stand on the list and are never uploaded: they can only be false matches"
    );
    private static readonly Option<string?> Out = SharedOptions.Text(
        "--out",
        "DIR",
        "Where report.md, report.csv, report.json, recall.svg and curve.svg go. Default: none, tables are printed"
    );
    private static readonly Option<string?> MaxSide = SharedOptions.Text(
        "--max-side",
        "PIXELS",
        "Larger pictures are shrunk to this before they are transformed, 64 to 4096. Default: 1024"
    );
    private static readonly Option<string?> ListSize = SharedOptions.Text(
        "--list-size",
        "N",
        "Entries of the list for which false matches are told. Default: 1000000"
    );
    private static readonly Option<string?> PerMillion = SharedOptions.Text(
        "--per-million",
        "RATE",
        "False matches in a million uploads at which all ways are compared. Default: 1"
    );
    private static readonly Option<string?> Seed = SharedOptions.Text(
        "--seed",
        "N",
        "Of halves, intervals and what transforms draw. Default: 1"
    );
    private static readonly Option<string?> MaxBytes = SharedOptions.MaxBytes();
    private static readonly Option<string?> Jobs = SharedOptions.Jobs();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "robustness",
            """
            Measures which everyday changes of pictures a look-up withstands, and what better queries gain.

            Each picture is cropped, framed, turned, encoded, shown on a screen and so on, in the sandbox, and looked up
            by plain PDQ and by better queries: without its border, in eight symmetries, by the pictures within it. All
            ways are compared at equal rates of false matches, with radii chosen on one half of the pictures and
            tried on the other.

            Pictures should show different things; put what belongs together into one folder below a category. Nothing
            is kept but the report, which holds names of files and no hash value: a run that was stopped begins anew.

            Example:
              vigil bench robustness ~/test-pictures --negatives ~/clip-art --out report
            """
        )
        {
            Folder,
            Negatives,
            Out,
            MaxSide,
            ListSize,
            PerMillion,
            Seed,
            MaxBytes,
            Jobs,
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
        var options = Read(parsed);
        var limits = new MediaLimits
        {
            MaxFileBytes = options.MaxBytes,
            MaxCpuTime = MaxTime,
            MaxWallTime = MaxTime,
        };
        using var data = DataFolder.Of(parsed);
        await using var pool = new MediaPool(
            new MediaOptions
            {
                Sandbox = data.ReadSandbox(parsed),
                Limits = limits,
                Workers = options.Jobs,
                OnWarning = terminal.Warn,
            }
        );
        var run = await new RobustnessRun(terminal, pool, options).RunAsync(cancellation);
        var report = new RobustnessReport(options, run, HashBenchTally.Machine()).Write();
        terminal.Write(report);
        terminal.Flush();
        if (parsed.GetValue(Out) is { } folder)
        {
            RobustnessFiles.Write(folder, report, options, run);
        }
        return ExitCode.Ok;
    }

    private static RobustnessOptions Read(ParseResult parsed)
    {
        var negatives = parsed.GetValue(Negatives);
        foreach (
            var folder in (string[])
                [parsed.GetRequiredValue(Folder), .. negatives is null ? [] : new[] { negatives }]
        )
        {
            if (!Directory.Exists(folder))
            {
                throw new UsageException(
                    $"'{Printable.Of(folder)}' is not a folder that can be entered: check the spelling."
                );
            }
        }
        return new RobustnessOptions(
            parsed.GetRequiredValue(Folder),
            negatives,
            SharedOptions.ReadInt(MaxSide, parsed.GetValue(MaxSide), 1024, 64, 4096),
            SharedOptions.ReadJobs(parsed, Jobs),
            SharedOptions.ReadMaxBytes(parsed, MaxBytes),
            new EvaluationOptions
            {
                Seed = SharedOptions.ReadInt(Seed, parsed.GetValue(Seed), 1, 0, int.MaxValue),
                ListSize = SharedOptions.ReadInt(
                    ListSize,
                    parsed.GetValue(ListSize),
                    1_000_000,
                    1,
                    int.MaxValue
                ),
                PerMillion = ReadRate(parsed.GetValue(PerMillion)),
            }
        );
    }

    private static double ReadRate(string? text) =>
        text is null ? 1
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
        && rate is > 0 and <= 1e6
            ? rate
        : throw new UsageException(
            $"{PerMillion.Name} takes a number over 0 and at most 1000000, not '{Printable.Of(text)}'."
        );
}
