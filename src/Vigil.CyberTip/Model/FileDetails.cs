using Vigil.CyberTip.Shapes;

namespace Vigil.CyberTip;

/// <summary>What is known about one uploaded file, as `/fileinfo` takes it, once per file.</summary>
public sealed record FileDetails : ReportPart
{
    /// <summary>Number of the open report. The filing sets it; a draft has none.</summary>
    [Wire(Required = true, Form = TextForm.ReportId)]
    public long? ReportId { get; init; }

    /// <summary>What `/upload` called the file. The filing sets it; a draft has none.</summary>
    [Wire(Required = true, MaxLength = 64, NotBlank = true)]
    public string? FileId { get; init; }

    /// <summary>In the schema, not in the documentation.</summary>
    [Wire(MaxLength = 2056)]
    public string? FileName { get; init; }

    /// <summary>Name the file had when it was uploaded to the platform. At most 2,056 characters.</summary>
    [Wire(MaxLength = 2056)]
    public string? OriginalFileName { get; init; }

    /// <summary>When it was uploaded to the platform. In the past.</summary>
    [Wire(Past = true)]
    public DateTimeOffset? UploadedToEspTimestamp { get; init; }

    /// <summary>Where it was found: a URL of at most 2,083 characters.</summary>
    [Wire(MaxLength = 2083, Form = TextForm.Url)]
    public string? LocationOfFile { get; init; }

    /// <summary>A person at the company saw the entire contents of this very file.</summary>
    [Wire]
    public bool? FileViewedByEsp { get; init; }

    /// <summary>A person at the company saw its metadata; then the file was viewed too.</summary>
    [Wire]
    public bool? ExifViewedByEsp { get; init; }

    /// <summary>The entire contents were publicly accessible.</summary>
    [Wire]
    public bool? PubliclyAvailable { get; init; }

    /// <summary>Material or context; not said: material.</summary>
    [Wire]
    public FileRelevance? FileRelevance { get; init; }

    /// <summary>It may be a meme. Not together with <see cref="FileAnnotations"/>.</summary>
    [Wire]
    public bool? PotentialMeme { get; init; }

    /// <summary>What is seen on it. Not together with <see cref="PotentialMeme"/>.</summary>
    [Wire]
    public FileAnnotations? FileAnnotations { get; init; }

    /// <summary>The industry's classification.</summary>
    [Wire]
    public FileClassification? IndustryClassification { get; init; }

    /// <summary>Fingerprints of the file as it was uploaded to the platform, before the platform changed it.</summary>
    [Wire]
    public ValueList<OriginalFileHash> OriginalFileHash { get; init; } = [];

    /// <summary>From where it was uploaded; one at most.</summary>
    [Wire]
    public IpCaptureEvent? IpCaptureEvent { get; init; }

    /// <summary>Devices that were seen.</summary>
    [Wire]
    public ValueList<DeviceId> DeviceId { get; init; } = [];

    /// <summary>Groups of names and values.</summary>
    [Wire]
    public ValueList<Details> Details { get; init; } = [];

    /// <summary>What has no place elsewhere.</summary>
    [Wire]
    public ValueList<string> AdditionalInfo { get; init; } = [];
}

/// <summary>What is seen on a file. Only "yes" can be said.</summary>
[AnyOrder]
public sealed record FileAnnotations : ReportPart
{
    /// <summary>Drawn or otherwise not photographic.</summary>
    [Wire]
    public bool AnimeDrawingVirtualHentai { get; init; }

    /// <summary>It may be a meme.</summary>
    [Wire]
    public bool PotentialMeme { get; init; }

    /// <summary>It is passed on very often.</summary>
    [Wire]
    public bool Viral { get; init; }

    /// <summary>The person on it may have made it.</summary>
    [Wire]
    public bool PossibleSelfProduction { get; init; }

    /// <summary>Physical harm.</summary>
    [Wire]
    public bool PhysicalHarm { get; init; }

    /// <summary>Violence.</summary>
    [Wire]
    public bool ViolenceGore { get; init; }

    /// <summary>An animal.</summary>
    [Wire]
    public bool Bestiality { get; init; }

    /// <summary>From a live stream.</summary>
    [Wire]
    public bool LiveStreaming { get; init; }

    /// <summary>An infant.</summary>
    [Wire]
    public bool Infant { get; init; }

    /// <summary>Generated.</summary>
    [Wire]
    public bool GenerativeAi { get; init; }
}

/// <summary>A fingerprint of a file, with its kind.</summary>
public sealed record OriginalFileHash : ReportPart
{
    /// <summary>Kind, such as MD5. At most 64 characters.</summary>
    [Wire(IsAttribute = true, Required = true, MaxLength = 64)]
    public required string HashType { get; init; }

    /// <summary>The fingerprint. A secret.</summary>
    [Wire(IsText = true, Required = true)]
    public required string Value { get; init; }
}

/// <summary>A group of names and values about a file.</summary>
public sealed record Details : ReportPart
{
    /// <summary>What the group is. It stands here, not on the pairs.</summary>
    [Wire(IsAttribute = true)]
    public MetadataType? Type { get; init; }

    /// <summary>At least one.</summary>
    [Wire(Required = true)]
    public ValueList<NameValue> NameValuePair { get; init; } = [];
}

/// <summary>A name and a value.</summary>
public sealed record NameValue : ReportPart
{
    /// <summary>At most 64 characters.</summary>
    [Wire(Required = true, MaxLength = 64)]
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    [Wire(Required = true)]
    public required string Value { get; init; }
}
