using Vigil.Cli.Output;

namespace Vigil.Cli.Inputs;

/// <summary>A fingerprint that can be asked for by name.</summary>
internal enum Algorithm
{
    Pdq,
    Md5,
    Sha1,
    Sha256,
}

/// <summary>The algorithms asked for, in the order asked.</summary>
internal sealed record Algorithms(IReadOnlyList<Algorithm> Wanted)
{
    public const string HelpName = "pdq,md5,sha1,sha256";

    public static Algorithms All { get; } = Read(null);

    public bool Pdq => Wanted.Contains(Algorithm.Pdq);

    public bool Digests => Wanted.Any(algorithm => algorithm != Algorithm.Pdq);

    /// <summary>Reads a comma-separated choice; null: all.</summary>
    public static Algorithms Read(string? text)
    {
        var wanted = (text ?? HelpName).Split(',', StringSplitOptions.TrimEntries).Select(ReadOne).Distinct();
        return new Algorithms([.. wanted]);
    }

    private static Algorithm ReadOne(string name) =>
        name switch
        {
            "pdq" => Algorithm.Pdq,
            "md5" => Algorithm.Md5,
            "sha1" => Algorithm.Sha1,
            "sha256" => Algorithm.Sha256,
            "vpdq" or "tmk" => throw new UsageException(
                $"{name} is not in this version. --algorithms takes {HelpName}."
            ),
            _ => throw new UsageException($"--algorithms takes {HelpName}, not '{Printable.Of(name)}'."),
        };
}
