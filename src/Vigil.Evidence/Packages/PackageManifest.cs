using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Vigil.Evidence;

/// <summary>What a package is: from whom, to whom, why, and each part with its digest.</summary>
public sealed partial record PackageManifest
{
    public const string CurrentFormat = "vigil.package-manifest/1";

    /// <summary>Most parts of a package.</summary>
    public const int MaxParts = 1100;

    internal const int MaxBytes = 1024 * 1024;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public string Format { get; init; } = CurrentFormat;

    /// <summary>Code of the destination, as "gb-nca"; "legal-process": an answer to an authority's request.</summary>
    public required string Destination { get; init; }

    /// <summary>The sender's number of the report, or of the request that it answers.</summary>
    public required string Report { get; init; }

    /// <summary>"Test" or "Production".</summary>
    public required string Environment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A pseudonym of the sender's.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Name of the recipient's key.</summary>
    public required string Recipient { get; init; }
    public required string RecipientFingerprint { get; init; }

    /// <summary>Fingerprints only: no part is a file of the case.</summary>
    public required bool IsHashOnly { get; init; }

    /// <summary>Why files of the case are in it; empty: none are.</summary>
    public required string LegalBasis { get; init; }
    public IReadOnlyList<PackagePart> Parts { get; init; } = [];

    public override string ToString() => $"Manifest of {Parts.Count} parts";

    internal byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Strict), (byte)'\n'];

    /// <exception cref="PackageException">Not a manifest of this form.</exception>
    internal static PackageManifest Parse(byte[] json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<PackageManifest>(json, Strict);
            var names = manifest?.Parts.Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
            return
                manifest is { Format: CurrentFormat }
                && manifest.Parts.Count <= MaxParts
                && names!.Count == manifest.Parts.Count
                && names.All(IsName)
                ? manifest
                : throw PackageSeal.Altered();
        }
        catch (JsonException e)
        {
            throw new PackageException(PackageProblem.Malformed, "The package's manifest cannot be read.", e);
        }
    }

    /// <summary>Leads nowhere but into the folder that it is put into.</summary>
    internal static bool IsName(string name) =>
        Name().IsMatch(name) && name is not ("manifest.json" or "manifest.note");

    [GeneratedRegex(
        @"^[a-z0-9][a-z0-9._-]{0,99}(?:/[a-z0-9][a-z0-9._-]{0,99})?\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Name();
}

/// <param name="Name">Within the package, as "report.json" or "media/001".</param>
/// <param name="MediaType">As "text/html".</param>
/// <param name="What">For people.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record PackagePart(string Name, string MediaType, string What, long Bytes, string Sha256)
{
    public override string ToString() => $"Part {Name}";
}
