using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// What a report says, before it is written for its recipient. The vocabulary is the CyberTipline's, the richest
/// there is; the other destinations are written from it.
/// </summary>
internal sealed record ReportDraft
{
    /// <summary>Persons, places, times, and what is said of each file, in the order of <see cref="Files"/>.</summary>
    public required Draft Tip { get; init; }

    public IReadOnlyList<DraftFile> Files { get; init; } = [];

    /// <summary>As the case's, "KnownCsam" and so on.</summary>
    public string ProblemType { get; init; } = "";

    /// <summary>Where the content was found, as "upload".</summary>
    public string Surface { get; init; } = "";

    /// <summary>ISO 3166 code of the user's place; empty: not known.</summary>
    public string UserJurisdiction { get; init; } = "";

    public DateTimeOffset KnowledgeAt { get; init; }

    /// <summary>When the first of what is reported came in; null: drafted before this was kept.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>When a machine found it; null: a person or a notice did.</summary>
    public DateTimeOffset? MatchedAt { get; init; }

    /// <summary>Only intimate-image or self-declared lists: nobody is called a suspect, nothing is prefilled.</summary>
    public bool NamesNoSuspect { get; init; }

    /// <summary>SAMPLE pictures only.</summary>
    public bool IsTest { get; init; }

    /// <summary>How it was found and decided, in sentences: source, exact or similar, generation, who saw it.</summary>
    public string Why { get; init; } = "";

    /// <summary>Why something cannot be supplied, by path as "personOrUserReported.ipCaptureEvent".</summary>
    public IReadOnlyDictionary<string, string> CannotSupply { get; init; } = new Dictionary<string, string>();

    /// <summary>References of the other cases of a batch: each must still be confirmed.</summary>
    public IReadOnlyList<string> BatchCases { get; init; } = [];

    /// <summary>
    /// The items that it was drafted from, in the order of <see cref="Why"/>; each must still be confirmed. None: a
    /// batch, or drafted before this was kept.
    /// </summary>
    public IReadOnlyList<Guid> ItemIds { get; init; } = [];

    /// <summary>
    /// By reference of each case of a batch, its own too: the items of its file that are reported; each must still be
    /// confirmed. None: no batch, or drafted before this was kept.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Guid>> BatchItems { get; init; } =
        new Dictionary<string, IReadOnlyList<Guid>>();

    /// <summary>
    /// Sealed contents that were there to choose from when it was drafted, also those that were left out since. Null:
    /// drafted before this was kept.
    /// </summary>
    public IReadOnlyList<Guid>? ContentIds { get; init; }

    /// <summary>What a destination asks besides, as "nca.priority"; each destination lists its own.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    public override string ToString() => $"Draft with {Files.Count} files";
}

/// <summary>A file of the report.</summary>
internal sealed record DraftFile
{
    /// <summary>Sealed content that is sent; null: nothing is kept here, its fingerprints alone are reported.</summary>
    public Guid? ContentId { get; init; }

    /// <summary>A supplemental file of words alone, sent as UTF-8; it is sealed with the draft.</summary>
    public string? Text { get; init; }

    /// <summary>Of the case; null: of the case as a whole.</summary>
    public Guid? ItemId { get; init; }
    public string FileName { get; init; } = "";
    public long? Bytes { get; init; }

    /// <summary>Lower-case hexadecimal; of the file as uploaded. Secrets: never in a log or an error.</summary>
    public string? Md5 { get; init; }
    public string? Sha1 { get; init; }
    public string? Sha256 { get; init; }
    public string? Pdq { get; init; }

    /// <summary>The very file was shown whole to a person here.</summary>
    public bool IsViewed { get; init; }

    /// <summary>All of the very file's metadata, places among it, was shown to a person here.</summary>
    public bool IsExifViewed { get; init; }

    /// <summary>Its metadata was read for this report, whether or not there is any.</summary>
    public bool IsMetadataRead { get; init; }

    /// <summary>It says where it was made, and whoever read it did not ask for that, or may not.</summary>
    public bool IsPlaceLeftOut { get; init; }

    /// <summary>Nothing of it can be sent but its fingerprints.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFingerprintsOnly => ContentId is null && Text is null;

    public override string ToString() =>
        $"File {ContentId?.ToString() ?? (Text is null ? "by its fingerprints" : "of words")}";
}
