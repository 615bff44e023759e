using System.CommandLine;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Media;

namespace Vigil.Cli.Commands;

/// <summary>`vigil match`: looks hashes and files up in lists.</summary>
internal static class MatchCommand
{
    private static readonly Argument<string[]> Paths = SharedOptions.Paths(
        "Pictures and other files, and folders with all files below them; a text file named here that begins with a "
            + "hash is read as one hash a line; a hash that is no file's name is looked up",
        required: false
    );
    private static readonly Option<string[]> Hashes = SharedOptions.Repeated(
        "--hash",
        "HEX",
        "A hash to look up: PDQ, MD5, SHA-1 or SHA-256. More may follow it"
    );
    private static readonly Option<string[]> HashFiles = SharedOptions.Repeated(
        "--hashes",
        "FILE",
        "A text file of hashes to look up, one a line. Repeat for more"
    );
    private static readonly Option<string?> Format = SharedOptions.Format();

    private readonly record struct Input(TextHash? Hash, WalkItem File);

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "match",
            """
            Looks hashes and files up in lists.

            Prints input, list, entry, distance: one row a matching entry, nearest first.
            Pictures are looked up as stored, as shown, without border, mirrored and rotated (--queries); of videos
            a frame a second and a scene, and the seconds that match are shown. An entry of a plain file is named by its
            hash, of an imported list by its id. Exit code 1 when anything matched.

            Examples:
              vigil match --list known.txt --radius 31 --hashes to-look-up.txt
              vigil match --list known-files --format json uploads/photo.jpg
            """
        )
        {
            Paths,
            Hashes,
            HashFiles,
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
        using var data = DataFolder.Of(parsed);
        var options = LookupOptions.Read(parsed, Algorithms.All);
        var hashes = parsed.GetRequiredValue(Hashes).Select(ReadHash).ToList();
        var paths = InputPaths.Read(parsed, Paths);
        var hashFiles = parsed.GetRequiredValue(HashFiles);
        if (hashes.Count == 0 && hashFiles.Length == 0 && paths.Count == 0)
        {
            throw new UsageException("Nothing to look up: give a PATH, --hash HEX or --hashes FILE.");
        }

        var writer = new ReportWriter<LookupReport>(
            terminal,
            SharedOptions.ReadFormat(parsed, Format),
            LookupShape.WithMisses
        );
        var sources = new ListSources(data, terminal, options.SixtyFourDigits);
        var lists = sources.Load(parsed.GetRequiredValue(LookupOptions.Lists));
        var lookup = new Lookup(lists, Algorithms.All, options.Radius, options.Queries);

        var anyFound = false;
        var anyFailed = sources.AnyRejected;
        var inputs = hashes
            .Select(hash => new Input(hash, default))
            .Concat(hashFiles.SelectMany(OfHashFile))
            .Concat(paths.SelectMany(OfPath));
        await using var hasher = FileHasher.Open(
            parsed,
            terminal,
            options.Limits,
            options.Jobs,
            options.Request,
            options.Video
        );
        writer.Begin();
        await OrderedWork.RunAsync(inputs, options.Jobs, LookUpAsync, Take, cancellation);
        writer.End();
        return anyFailed ? ExitCode.Incomplete
            : anyFound ? ExitCode.Found
            : ExitCode.Ok;

        async Task<LookupReport> LookUpAsync(Input input, CancellationToken stop) =>
            input.Hash is { } hash
                ? lookup.Find(hash, stop)
                : lookup.Find(await hasher.HashAsync(input.File, stop), stop);

        void Take(IReadOnlyList<LookupReport> reports)
        {
            foreach (var report in reports)
            {
                anyFound |= report.Strongest is not null;
                anyFailed |= report.Failure is not null;
                if (report.Failure is { } failure)
                {
                    terminal.Warn($"{Printable.Of(report.Input)}: {Printable.Of(failure.Advice)}");
                }

                writer.Write(report);
            }
        }
    }

    private static TextHash ReadHash(string text) =>
        TextHash.TryParse(text, out var hash)
            ? hash
            : throw new UsageException(
                $"--hash has {text.Length} characters or others than 0-9, a-f. {TextHash.Advice}"
            );

    private static IEnumerable<Input> OfHashFile(string path) =>
        HashFile.Read(path).Select(line => new Input(line.Hash, new WalkItem(line.Place, line.Failure)));

    /// <summary>
    /// Only a file named here is read as hashes; one that lies in a folder is a file to look up.
    /// </summary>
    private static IEnumerable<Input> OfPath(string path) =>
        !Path.Exists(path) && TextHash.TryParse(path, out var hash) ? [new Input(hash, default)]
        : !Directory.Exists(path) && HashFile.Looks(path) ? OfHashFile(path)
        : InputPaths.Expand([path]).Select(item => new Input(null, item));
}
