using Vigil.Cli.Output;

namespace Vigil.Cli.Inputs;

/// <summary>A fingerprint that can be asked for by name.</summary>
internal enum Algorithm
{
    Pdq,
    Md5,
    Sha1,
    Sha256,
    Vpdq,
    Tmk,
}

/// <summary>The algorithms asked for, in the order asked.</summary>
internal sealed record Algorithms(IReadOnlyList<Algorithm> Wanted)
{
    /// <summary>What can be made of files.</summary>
    public const string HelpName = "pdq,md5,sha1,sha256,vpdq,tmk";

    /// <summary>What can be looked up in lists.</summary>
    public const string LookupName = "pdq,md5,sha1,sha256";

    /// <summary>What is made unless something is named: tmk decodes a video once more.</summary>
    private const string Usual = "pdq,md5,sha1,sha256,vpdq";

    public static Algorithms All { get; } = ReadLookup(null);

    public bool Pdq => Wanted.Contains(Algorithm.Pdq);

    public bool Vpdq => Wanted.Contains(Algorithm.Vpdq);

    public bool Tmk => Wanted.Contains(Algorithm.Tmk);

    public bool Digests =>
        Wanted.Any(algorithm => algorithm is Algorithm.Md5 or Algorithm.Sha1 or Algorithm.Sha256);

    /// <summary>Reads a comma-separated choice; null: all but tmk.</summary>
    public static Algorithms Read(string? text)
    {
        var wanted = (text ?? Usual).Split(',', StringSplitOptions.TrimEntries).Select(ReadOne).Distinct();
        return new Algorithms([.. wanted]);
    }

    /// <summary>The same of what lists hold; null: all of it.</summary>
    public static Algorithms ReadLookup(string? text)
    {
        var read = Read(text ?? LookupName);
        return read.Vpdq || read.Tmk
            ? throw new UsageException(
                "Lists hold no vpdq and no tmk: a video's frames are looked up by pdq. "
                    + $"--algorithms takes {LookupName}."
            )
            : read;
    }

    private static Algorithm ReadOne(string name) =>
        name switch
        {
            "pdq" => Algorithm.Pdq,
            "md5" => Algorithm.Md5,
            "sha1" => Algorithm.Sha1,
            "sha256" => Algorithm.Sha256,
            "vpdq" => Algorithm.Vpdq,
            "tmk" => Algorithm.Tmk,
            _ => throw new UsageException($"--algorithms takes {HelpName}, not '{Printable.Of(name)}'."),
        };
}
