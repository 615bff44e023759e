using System.CommandLine;
using Vigil.Cli.Hashes;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Media;

namespace Vigil.Cli.Commands;

/// <summary>`vigil hash`: fingerprints of files, for exchange and comparison.</summary>
internal static class HashCommand
{
    private static readonly Argument<string[]> Paths = SharedOptions.Paths(
        "Files, and folders with all files below them"
    );
    private static readonly Option<string?> Wanted = SharedOptions.Text(
        "--algorithms",
        Algorithms.HelpName,
        "Which fingerprints. Default: all but tmk, each where it applies"
    );
    private static readonly Option<string?> Resize = SharedOptions.Text(
        "--pdq-resize",
        "none|512",
        "none (default): full resolution, as most of the field does; 512: as PDQ's C++ program does"
    );
    private static readonly Option<bool> Dihedral = SharedOptions.Flag(
        "--dihedral",
        "The eight symmetries, one row each: pdq, pdq:rotate90 ... pdq:flipminus1"
    );
    private static readonly Option<bool> AllFrames = SharedOptions.Flag(
        "--all-frames",
        "Every distinct frame of an animation: pdq, pdq#1, pdq#2 ..."
    );
    private static readonly Option<bool> Views = SharedOptions.Flag(
        "--views",
        "Also the picture as a viewer shows it, where that differs: pdq@upright, pdq@flattened, pdq@colour-managed"
    );
    private static readonly Option<string?> RawRgb = SharedOptions.Text(
        "--raw-rgb",
        "WxH",
        "The files are raw pixels, 3 bytes each (red, green, blue), rows from the top; no decoder runs"
    );
    private static readonly Sampling Sampling = new(new FrameSampling());
    private static readonly Option<string?> Truncated = SharedOptions.Truncated();
    private static readonly Option<string?> MaxBytes = SharedOptions.MaxBytes();
    private static readonly Option<string?> Jobs = SharedOptions.Jobs();
    private static readonly Option<string?> Format = SharedOptions.Format();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "hash",
            """
            Prints fingerprints of files.

            Prints path, algorithm, hash, quality, in the order of the inputs. Quality (0 to 100) is PDQ's.
            Pictures have a pdq, videos a vpdq: a row for each picked frame, vpdq#FRAME@SECONDS. tmk is a video's
            TMK+PDQF: the bytes of its .tmk file in hexadecimal.
            Hash values of listed material are sensitive: keep the output as carefully as a list.

            Example:
              vigil hash --algorithms pdq,sha256 --format csv holiday.jpg scans/
              vigil hash --algorithms vpdq,tmk --sample 0 clip.mp4
            """
        )
        {
            Paths,
            Wanted,
            Resize,
            Dihedral,
            AllFrames,
            Views,
            RawRgb,
            Truncated,
            MaxBytes,
            Jobs,
            Format,
        };
        foreach (var option in Sampling.Options)
        {
            command.Options.Add(option);
        }
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        var algorithms = Algorithms.Read(parsed.GetValue(Wanted));
        var request = new MediaRequest
        {
            Digests = algorithms.Digests,
            Pdq = algorithms.Pdq,
            Resize = SharedOptions.ReadResize(parsed, Resize),
            Dihedral = parsed.GetValue(Dihedral),
            AllFrames = parsed.GetValue(AllFrames),
            Truncated = SharedOptions.ReadTruncated(parsed, Truncated),
        };
        var video = new VideoRequest
        {
            Digests = algorithms.Digests,
            Frames = algorithms.Vpdq,
            Tmk = algorithms.Tmk,
            Sampling = Sampling.Read(parsed),
            Truncated = request.Truncated,
        };
        var limits = new MediaLimits { MaxFileBytes = SharedOptions.ReadMaxBytes(parsed, MaxBytes) };
        var shape = HashShape.For(algorithms, parsed.GetValue(Views));
        var writer = new ReportWriter<HashedFile>(terminal, SharedOptions.ReadFormat(parsed, Format), shape);
        var inputs = InputPaths.Expand(InputPaths.Read(parsed, Paths));
        var jobs = SharedOptions.ReadJobs(parsed, Jobs);
        var tally = new HashTally(terminal, algorithms);

        writer.Begin();
        if (parsed.GetValue(RawRgb) is { } size)
        {
            var raw = new RawPictures(RawPictures.ReadSize(RawRgb, size, limits), request);
            await OrderedWork.RunAsync(
                inputs,
                jobs,
                (item, _) => Task.FromResult(raw.Hash(item)),
                Take,
                cancellation
            );
        }
        else
        {
            await using var hasher = FileHasher.Open(
                parsed,
                terminal,
                limits,
                jobs,
                request,
                algorithms.Vpdq || algorithms.Tmk ? video : null
            );
            await OrderedWork.RunAsync(inputs, jobs, hasher.HashAsync, Take, cancellation);
        }
        writer.End();
        return tally.ExitCode;

        void Take(IReadOnlyList<HashedFile> files)
        {
            foreach (var file in files)
            {
                writer.Write(tally.Count(file));
            }
        }
    }
}
