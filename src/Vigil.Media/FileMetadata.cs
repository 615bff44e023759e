namespace Vigil.Media;

/// <summary>What a tag is about, so that a reader finds it, and so that places can be left out.</summary>
public enum MetadataGroup
{
    /// <summary>Maker, model, lens, exposure.</summary>
    Camera,

    /// <summary>When it was taken, changed, digitised.</summary>
    Times,

    /// <summary>Programs that wrote or changed it.</summary>
    Software,

    /// <summary>Where: GPS, city, address.</summary>
    Place,

    /// <summary>Serial numbers, ids of document and device, author and owner.</summary>
    Identifiers,

    /// <summary>What says that it was generated, and how: C2PA, parameters, prompts.</summary>
    Generator,
    Other,
}

/// <summary>One tag of a file, as text that is safe to show: each control character is visible.</summary>
/// <param name="Source">Which part of the file it stands in, as exiftool's family 1 names it: "GPS", "XMP-dc".</param>
/// <param name="Name">As exiftool names it: "GPSLatitude".</param>
/// <param name="Value">Personal data: never for a log.</param>
/// <param name="IsCut">Longer than is shown.</param>
public sealed record MetadataTag(
    MetadataGroup Group,
    string Source,
    string Name,
    string Value,
    bool IsCut = false
)
{
    /// <summary>Without the value.</summary>
    public override string ToString() => $"{Group} {Source}:{Name}";
}

/// <summary>The metadata of one file.</summary>
public sealed record FileMetadata
{
    /// <summary><see cref="MediaOutcome.Done"/>: read, whether or not there is any.</summary>
    public required MediaOutcome Outcome { get; init; }

    public MediaFormat Format { get; init; }

    /// <summary>In the file's order. Empty unless done.</summary>
    public IReadOnlyList<MetadataTag> Tags { get; init; } = [];

    /// <summary>Tags over a limit, which are not among <see cref="Tags"/>.</summary>
    public int LeftOut { get; init; }

    /// <summary>exiftool said that a part could not be read.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>What the person can do about an outcome that is not done; empty otherwise.</summary>
    public string Advice { get; init; } = "";

    /// <summary>All that the file has is here, uncut.</summary>
    public bool IsWhole =>
        Outcome == MediaOutcome.Done && LeftOut == 0 && !IsDamaged && !Tags.Any(tag => tag.IsCut);
}
