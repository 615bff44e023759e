using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Inputs;

/// <summary>By what a picture is looked up beside the whole as it is.</summary>
internal sealed record Queries(PartKinds Parts, bool Mirrored, bool Rotated)
{
    public const string HelpName = "borders,mirrored,rotated,parts|none";

    /// <summary>What `vigil bench robustness` shows to be worth it for every picture.</summary>
    public static readonly Queries Default = new(PartKinds.Border, Mirrored: true, Rotated: true);

    public static Option<string?> Option() =>
        SharedOptions.Text(
            "--queries",
            HelpName,
            "What pictures are looked up by beside the whole: without border, mirrored, rotated, the pictures within "
                + "(collages, screenshots). Default: borders,mirrored,rotated"
        );

    /// <summary>Mirrored and rotated readings come from one transform.</summary>
    public bool Dihedral => Mirrored || Rotated;

    /// <exception cref="UsageException">An unknown word.</exception>
    public static Queries Read(ParseResult parsed, Option<string?> option) =>
        Read(option, parsed.GetValue(option), Default);

    /// <exception cref="UsageException">An unknown word.</exception>
    public static Queries Read(Option<string?> option, string? text, Queries fallback)
    {
        if (text is null)
        {
            return fallback;
        }
        var queries = new Queries(PartKinds.None, Mirrored: false, Rotated: false);
        if (text == "none")
        {
            return queries;
        }
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            queries = word switch
            {
                "borders" => queries with { Parts = queries.Parts | PartKinds.Border },
                "parts" => queries with { Parts = queries.Parts | PartKinds.Regions },
                "mirrored" => queries with { Mirrored = true },
                "rotated" => queries with { Rotated = true },
                _ => throw new UsageException($"{option.Name} takes {HelpName}, not '{Printable.Of(word)}'."),
            };
        }
        return queries;
    }

    /// <summary>A mirrored picture that is rotated too asks for both.</summary>
    public bool Takes(FrameHash hash) =>
        hash.Variant switch
        {
            Hashing.Dihedral.Original => true,
            Hashing.Dihedral.Rotate90 or Hashing.Dihedral.Rotate180 or Hashing.Dihedral.Rotate270 => Rotated,
            Hashing.Dihedral.FlipX or Hashing.Dihedral.FlipY => Mirrored,
            _ => Mirrored && Rotated,
        };
}
