using System.Text.RegularExpressions;

namespace Vigil.Media.Metadata;

/// <summary>
/// What a tag is about: by what exiftool says of it (its family 2), and by its name where that is not enough. A
/// place goes before all else: what might be one is one.
/// </summary>
internal static partial class TagGroups
{
    /// <summary>Linear in the text, which is a stranger's.</summary>
    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    /// <param name="source">Family 1, as "ExifIFD".</param>
    /// <param name="about">Family 2, as "Camera".</param>
    public static MetadataGroup Of(string source, string about, string name, string value) =>
        source == "GPS" || about == "Location" || Place().IsMatch(name) || Coordinates().IsMatch(value)
            ? MetadataGroup.Place
        : Provenance().IsMatch(source) || Generator().IsMatch(name) || Parameters().IsMatch(value)
            ? MetadataGroup.Generator
        : about == "Author" || Identifier().IsMatch(name) ? MetadataGroup.Identifiers
        : about == "Time" ? MetadataGroup.Times
        : Software().IsMatch(name) ? MetadataGroup.Software
        : about is "Camera" or "Device" || Camera().IsMatch(name) ? MetadataGroup.Camera
        : MetadataGroup.Other;

    [GeneratedRegex(
        "gps|latitude|longitude|altitude|location|(^|[^ao])city|country|province|address|geotag|whereabouts",
        Options
    )]
    private static partial Regex Place();

    /// <summary>ISO 6709, as phones put it into videos: "+52.5200+013.4050/".</summary>
    [GeneratedRegex(@"^\s*[+-]\d{2,6}(\.\d+)?[+-]\d{3,7}(\.\d+)?([+-]\d+(\.\d+)?)?(CRS\S*)?/?\s*$", Options)]
    private static partial Regex Coordinates();

    /// <summary>Where a signed manifest of provenance stands: C2PA in JUMBF boxes, written in CBOR.</summary>
    [GeneratedRegex("^(jumbf|cbor|c2pa|jumd)", Options)]
    private static partial Regex Provenance();

    /// <summary>Names under which generators of pictures keep what they were told.</summary>
    [GeneratedRegex(
        "^(parameters|prompt|negative_?prompt|workflow|generation_?data|dream|sd-?metadata|invokeai_?.*"
            + "|digitalsourcetype|digitalsourcefiletype|aigc|c2pa.*|jumbf.*|claim_?generator.*|aisystem.*|aiprompt.*)$",
        Options
    )]
    private static partial Regex Generator();

    /// <summary>The same written into a comment or a description.</summary>
    [GeneratedRegex(@"\bSteps: \d+, Sampler: ", Options)]
    private static partial Regex Parameters();

    [GeneratedRegex(
        "serial|uniqueid|(document|instance|device|content|media|owner|account|user|camera|image)(id|identifier)$"
            + "|guid|owner|artist|author|byline|credit|copyright|uuid",
        Options
    )]
    private static partial Regex Identifier();

    [GeneratedRegex(
        "software|creatortool|application|toolkit|producer|encoder|writingapp|muxingapp|program|compressor",
        Options
    )]
    private static partial Regex Software();

    [GeneratedRegex("^(make|model|.*(lens|camera|firmware).*)$", Options)]
    private static partial Regex Camera();
}
