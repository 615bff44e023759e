using System.CommandLine;
using Vigil.Cli.Comparing;
using Vigil.Cli.Inputs;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Commands;

/// <summary>`vigil compare`: how far two files or two hashes are apart.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string> A = new("A")
    {
        Description = "A file, or a hash in hexadecimal",
    };
    private static readonly Argument<string> B = new("B")
    {
        Description = "A file, or a hash in hexadecimal",
    };
    private static readonly Option<string?> Resize = SharedOptions.Text(
        "--pdq-resize",
        "none|512",
        "As in 'vigil hash'"
    );
    private static readonly Option<string?> QueryWays = Queries.Option();
    private static readonly Sampling Sampling = new(FrameSampling.EveryFrame);
    private static readonly Option<string?> MaxBytes = SharedOptions.MaxBytes();
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "compare",
            """
            Says how far two files or two hashes are apart.

            PDQ distance in bits of 256, as stored and at best over the readings of --queries; qualities; which digests
            are equal. Of two videos: which part of either is in the other (vPDQ, both published formulas) and how alike
            they are as a whole (TMK+PDQF, both levels). Exit code 0 whatever the distance.

            Example:
              vigil compare original.jpg copy.png
              vigil compare --sample 1 original.mp4 copy.webm
            """
        )
        {
            A,
            B,
            Resize,
            QueryWays,
            MaxBytes,
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
        var format = SharedOptions.ReadSingleFormat(parsed, Format);
        var limits = new MediaLimits { MaxFileBytes = SharedOptions.ReadMaxBytes(parsed, MaxBytes) };
        var queries = Queries.Read(parsed, QueryWays);
        var request = new MediaRequest
        {
            Dihedral = queries.Dihedral,
            Parts = queries.Parts,
            Resize = SharedOptions.ReadResize(parsed, Resize),
        };
        var video = new VideoRequest { Tmk = true, Sampling = Sampling.Read(parsed) };
        await using var hasher = FileHasher.Open(parsed, terminal, limits, jobs: 1, request, video);
        var sides = new List<Side>();
        foreach (var text in new[] { parsed.GetRequiredValue(A), parsed.GetRequiredValue(B) })
        {
            if (!Path.Exists(text) && TextHash.TryParse(text, out var hash))
            {
                sides.Add(SideOf(hash));
                continue;
            }
            var file = await hasher.HashAsync(new WalkItem(text, null), cancellation);
            if (file.Failure is { } failure)
            {
                terminal.Warn($"{Printable.Of(text)}: {Printable.Of(failure.Advice)}");
                return ExitCode.Incomplete;
            }
            var media = file.Media!;
            sides.Add(SideOf(media with { Hashes = [.. media.Hashes.Where(queries.Takes)] }));
        }
        var comparison = Comparison.Of(sides[0], sides[1], cancellation);
        if (comparison is { Distance: null, Videos: null, Equal.Count: 0 })
        {
            throw new UsageException(
                "The two have no fingerprint in common: compare two files, or two hashes of one kind."
            );
        }

        SingleReport.Write(terminal, format, comparison.Lines(), comparison.WriteJson);
        return ExitCode.Ok;
    }

    private static Side SideOf(TextHash hash)
    {
        FrameHash[] pictures = hash.Pdq is { } pdq
            ? [new FrameHash(0, PictureView.Stored, Dihedral.Original, pdq, default)]
            : [];
        return new Side(pictures, SaysQuality: false, hash.Digest is { } digest ? [digest] : []);
    }

    private static Side SideOf(MediaResult media) =>
        new(
            media.Video is null ? media.Hashes : [],
            SaysQuality: true,
            media.Digests is { } digests ? [digests.Md5, digests.Sha1, digests.Sha256] : [],
            media.Video
        );
}
