using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>Why a list or an entry is not taken at its word: review at most.</summary>
[Flags]
internal enum Doubts
{
    None = 0,

    /// <summary>Who says so says it of himself: a person's own hashes, a form on the web.</summary>
    SelfDeclared = 1,

    /// <summary>Nobody but one source saw it.</summary>
    SingleSource = 2,

    /// <summary>A person disputes it.</summary>
    Disputed = 4,

    /// <summary>The list was not brought up to date for longer than it should.</summary>
    Stale = 8,
}

/// <summary>Which fingerprints agreed.</summary>
[Flags]
internal enum MatchedBy
{
    None = 0,
    Sha256 = 1,
    Sha1 = 2,
    Md5 = 4,
    Picture = 8,
    Url = 16,
    Domain = 32,
}

/// <summary>A person here saw an equal file whole, and it stands confirmed.</summary>
/// <param name="At">When it was confirmed.</param>
/// <param name="CaseRef">In which case.</param>
/// <param name="Was">How strong the match is without that.</param>
internal sealed record SeenHere(DateTimeOffset At, string CaseRef, MatchStrength Was);

/// <summary>All that a policy looks at of one match, and all that is kept of it. No values.</summary>
internal sealed record MatchFact
{
    public required Guid ListId { get; init; }
    public required Guid EntryId { get; init; }
    public required MatchStrength Strength { get; init; }
    public required ListPurpose Purpose { get; init; }
    public required Mode ListMode { get; init; }
    public Doubts Doubts { get; init; }
    public MatchedBy By { get; init; }
    public bool IsTest { get; init; }

    /// <summary>Where a picture matched.</summary>
    public int? DistanceBits { get; init; }

    /// <summary>Which of the file's pictures.</summary>
    public int? Picture { get; init; }

    /// <summary>Which reading of it, in words; empty: the whole as stored; null: not known.</summary>
    public string? PictureKind { get; init; }

    /// <summary>Why it is known, where no list says so; null: a list does, or it is not known.</summary>
    public SeenHere? Seen { get; init; }

    /// <summary>Of the lists alone, whatever a person here saw.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public MatchStrength Listed => Seen?.Was ?? Strength;

    /// <summary>Stretches of a video that are kept of one match, from its start.</summary>
    public const int MaxSegments = 20;

    /// <summary>Of a video: which seconds matched; null for other content.</summary>
    public IReadOnlyList<VideoSegment>? Segments { get; init; }

    /// <summary>
    /// Nobody becomes a suspect by such a match: intimate images are reported by those whom they show, and what
    /// somebody says of himself accuses nobody.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool NamesNoSuspect =>
        Purpose is ListPurpose.IntimateImageAbuse or ListPurpose.TakeItDownMinor
        || Doubts.HasFlag(Doubts.SelfDeclared);
}
