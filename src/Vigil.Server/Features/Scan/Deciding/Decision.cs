namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What a caller is told. Ordered by how much it weighs.</summary>
internal enum Outcome
{
    /// <summary>No known match.</summary>
    None,

    /// <summary>It could not be looked up, or may not be; the code says why.</summary>
    NotScanned,
    Review,
    Block,
}

/// <summary>One decision about one piece of content.</summary>
internal sealed record Decision
{
    public required Guid ScanId { get; init; }
    public required Outcome Outcome { get; init; }

    /// <summary>For <see cref="Outcome.NotScanned"/>: a stable code.</summary>
    public string? Code { get; init; }

    /// <summary>For <see cref="Outcome.Review"/> and <see cref="Outcome.Block"/>.</summary>
    public string? CaseRef { get; init; }

    /// <summary>Which policy decided.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>Which state of the lists it was looked up in.</summary>
    public required long ListGeneration { get; init; }

    /// <summary>Every match was on an intimate-image or self-declared list. Callers are not told.</summary>
    public bool NamesNoSuspect { get; init; }

    /// <summary>Only lists of SAMPLE pictures matched.</summary>
    public bool IsTest { get; init; }
}
