using System.CommandLine;
using Vigil.Cli.Inputs;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Media;

namespace Vigil.Cli.Lookups;

/// <summary>What match and scan have in common: which lists, how near, how pictures are read.</summary>
internal sealed record LookupOptions(
    MediaRequest Request,
    VideoRequest? Video,
    Queries Queries,
    MediaLimits Limits,
    int Jobs,
    Radius? Radius,
    SixtyFourDigits SixtyFourDigits
)
{
    public static readonly Option<string[]> Lists = SharedOptions.Repeated(
        "--list",
        "FILE|NAME",
        "A list: a plain file, a .vlist, the name of an imported list, or test-card. Repeat for more"
    );
    private static readonly Option<string?> RadiusBits = SharedOptions.Text(
        "--radius",
        "BITS",
        "Largest distance that matches, 0 to 63. Default: each list's own, 31 for plain files"
    );
    private static readonly Option<bool> Sha256 = SharedOptions.Flag(
        "--sha256",
        "64-digit lines of plain list files are SHA-256, not PDQ"
    );
    private static readonly Option<string?> QueryWays = Queries.Option();
    private static readonly Option<bool> NoDihedral = SharedOptions.Flag(
        "--no-dihedral",
        "Do not look for mirrored and rotated pictures, whatever --queries says"
    );
    private static readonly Option<bool> AllFrames = SharedOptions.Flag(
        "--all-frames",
        "Every distinct frame of animations"
    );
    private static readonly Sampling Sampling = new(FrameSampling.ForLookUps);
    private static readonly Option<string?> Truncated = SharedOptions.Truncated();
    private static readonly Option<string?> MaxBytes = SharedOptions.MaxBytes();
    private static readonly Option<string?> JobCount = SharedOptions.Jobs();

    public static void AddTo(Command command)
    {
        foreach (
            var option in (Option[])
                [
                    Lists,
                    RadiusBits,
                    Sha256,
                    QueryWays,
                    NoDihedral,
                    AllFrames,
                    .. Sampling.Options,
                    Truncated,
                    MaxBytes,
                    JobCount,
                ]
        )
        {
            command.Options.Add(option);
        }
    }

    public static LookupOptions Read(ParseResult parsed, Algorithms algorithms)
    {
        var queries = Queries.Read(parsed, QueryWays);
        if (parsed.GetValue(NoDihedral))
        {
            queries = queries with { Mirrored = false, Rotated = false };
        }
        return new LookupOptions(
            new MediaRequest
            {
                Digests = algorithms.Digests,
                Pdq = algorithms.Pdq,
                Dihedral = queries.Dihedral,
                Parts = queries.Parts,
                AllFrames = parsed.GetValue(AllFrames),
                Truncated = SharedOptions.ReadTruncated(parsed, Truncated),
            },
            algorithms.Pdq
                ? new VideoRequest
                {
                    Digests = algorithms.Digests,
                    Dihedral = queries.Dihedral,
                    Sampling = Sampling.Read(parsed),
                    Truncated = SharedOptions.ReadTruncated(parsed, Truncated),
                }
                : null,
            queries,
            new MediaLimits { MaxFileBytes = SharedOptions.ReadMaxBytes(parsed, MaxBytes) },
            SharedOptions.ReadJobs(parsed, JobCount),
            SharedOptions.ReadRadius(parsed, RadiusBits),
            SharedOptions.ReadDigits(parsed, Sha256)
        );
    }
}
