using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Cli.Scanning;
using Vigil.Files;
using Vigil.Matching.Lists;
using Vigil.Media;

namespace Vigil.Cli.Commands;

/// <summary>`vigil scan`: every file below a folder, looked up in lists.</summary>
internal static class ScanCommand
{
    /// <summary>Matches reported of one file; more are counted.</summary>
    private const int MaxMatches = 100;

    private static readonly Argument<string[]> Folder = new("FOLDER")
    {
        Description = "The folder; what follows it is a list, as after --list",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string?> Wanted = SharedOptions.Text(
        "--algorithms",
        Algorithms.LookupName,
        "By which fingerprints. Default: all; without pdq no picture is decoded"
    );
    private static readonly Option<bool> Restart = SharedOptions.Flag(
        "--restart",
        "Forget earlier runs; look at every file"
    );
    private static readonly Option<bool> OnlyMatches = SharedOptions.Flag(
        "--only-matches",
        "Leave files without a match out of the output"
    );
    private static readonly Option<string?> State = SharedOptions.Text(
        "--state",
        "DIR",
        "Where the journal of the scan is kept. Default: scans/ in the data folder"
    );
    private static readonly Option<string?> Prefilter = SharedOptions.Text(
        "--prefilter",
        "grey",
        $"Decode a JPEG's colours only where its grey plane is within radius + {Lookup.GreyMarginBits} bits of an "
            + "entry. Faster; measured, not proven: what hashes farther off in grey is missed. Default: none"
    );
    private static readonly Option<string?> Format = SharedOptions.Text(
        "--format",
        "text|jsonl|csv|json",
        "Default: text. jsonl: one object a file; the summary then goes to standard error"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "scan",
            """
            Looks every file below a folder up in lists, and ends with a summary.

            Pictures are looked up as stored, as shown, without border, mirrored and rotated (--queries); of videos
            a frame a second and a scene, and the seconds that match are shown; other files by their digests. Symbolic
            links are not followed.

            A run that was stopped goes on where it was: files seen before and unchanged since are not looked at again,
            and what was found in them is shown again. A changed list, or --restart, looks at everything anew.

            Exit code 0: no known match; 1: something matched; 3: some files could not be looked up, or it was stopped.

            Example:
              vigil scan ~/uploads --list known-files --format jsonl --only-matches > found.jsonl
            """
        )
        {
            Folder,
            Wanted,
            Restart,
            OnlyMatches,
            State,
            Prefilter,
            Format,
        };
        LookupOptions.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var places = parsed.GetRequiredValue(Folder);
        var folder = places[0];
        if (!Directory.Exists(folder))
        {
            throw new UsageException(
                $"'{Printable.Of(folder)}' is not a folder that can be entered: check the spelling."
            );
        }

        using var data = DataFolder.Of(parsed);
        var algorithms = Algorithms.ReadLookup(parsed.GetValue(Wanted));
        var byGrey = ReadPrefilter(parsed);
        var options = LookupOptions.Read(parsed, algorithms);
        var format = SharedOptions.ReadFormat(parsed, Format, OutputFormat.Text);
        var sources = new ListSources(data, terminal, options.SixtyFourDigits);
        var lists = sources.Load([.. parsed.GetRequiredValue(LookupOptions.Lists), .. places[1..]]);

        var lookup = new Lookup(lists, algorithms, options.Radius, options.Queries, MaxMatches);
        if (byGrey)
        {
            options = options with { Request = options.Request with { GreyFirst = lookup.IsNearByGrey } };
        }
        var generation = ScanGeneration.Of(lists, algorithms, options);
        using var journal = OpenJournal(parsed, data, folder, lists, generation);
        await using var hasher = FileHasher.Open(
            parsed,
            terminal,
            options.Limits,
            options.Jobs,
            options.Request,
            options.Video
        );
        var run = new ScanRun(
            terminal,
            hasher,
            lookup,
            journal,
            new ReportWriter<LookupReport>(terminal, format, LookupShape.Shape),
            parsed.GetValue(OnlyMatches)
        );
        var stopped = false;
        try
        {
            await run.RunAsync(folder, options.Jobs + 1, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            stopped = true;
        }
        run.WriteSummary(toError: format != OutputFormat.Text);
        if (stopped)
        {
            terminal.Warn("Stopped before the end. The same command goes on from here.");
        }

        return stopped || run.Summary.AnyFailed || sources.AnyRejected ? ExitCode.Incomplete
            : run.Summary.AnyFound ? ExitCode.Found
            : ExitCode.Ok;
    }

    private static bool ReadPrefilter(ParseResult parsed) =>
        parsed.GetValue(Prefilter) switch
        {
            null => false,
            "grey" => true,
            var other => throw new UsageException(
                $"'{Printable.Of(other)}' is no filter: --prefilter takes grey, or is left out."
            ),
        };

    private static ScanJournal OpenJournal(
        ParseResult parsed,
        DataFolder data,
        string folder,
        IReadOnlyList<LoadedList> lists,
        byte[] generation
    )
    {
        var keys = data.Keys;
        var state = parsed.GetValue(State) ?? data.ScansFolder;
        Durable.CreateFolder(state);
        // One journal a folder and set of lists: scans of two folders, or with two lists, do not undo each
        // other.
        var what = string.Join('\n', lists.Select(list => list.Label).Prepend(Path.GetFullPath(folder)));
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)).AsSpan(0, 16));
        var path = Path.Combine(state, $"{name}.vlog");
        if (parsed.GetValue(Restart))
        {
            Durable.Delete(path);
        }

        try
        {
            return ScanJournal.Open(path, keys, generation);
        }
        catch (SealBrokenException e)
        {
            throw new IOException(
                $"The journal of this scan is damaged ({e.Message}): begin anew with --restart.",
                e
            );
        }
    }
}
