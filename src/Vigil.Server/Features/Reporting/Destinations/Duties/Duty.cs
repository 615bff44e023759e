namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>What makes a duty apply.</summary>
internal enum DutyLink
{
    /// <summary>The service is established in the duty's place.</summary>
    Establishment,

    /// <summary>The user is there.</summary>
    User,
}

/// <summary>Whether the user may be told that a report was made.</summary>
internal enum UserTold
{
    Allowed,

    /// <summary>Not before a person releases it.</summary>
    Delayed,
    Forbidden,
}

/// <summary>
/// A duty to report, or an agreed way of reporting, as data with its source. No legal advice. One that says neither
/// its source nor when it was looked up does not load.
/// </summary>
internal sealed record Duty
{
    /// <summary>Stable, as "us-2258a".</summary>
    public required string Code { get; init; }

    /// <summary>Place whose law it is: ISO 3166 code, a group (EU, EEA), or "*" for everywhere.</summary>
    public required string Place { get; init; }

    /// <summary>Code of the destination that satisfies it.</summary>
    public required string Destination { get; init; }

    /// <summary>Of whom it is asked, and to whom it goes.</summary>
    public required string To { get; init; }
    public required IReadOnlyList<DutyLink> Links { get; init; }

    /// <summary>Codes of profiles whom it concerns.</summary>
    public required IReadOnlyList<string> Profiles { get; init; }

    /// <summary>An authority of the state, and no body beside it.</summary>
    public required bool IsAuthority { get; init; }

    /// <summary>It leaves the law's area: only while a <see cref="TransferBasis"/> is in force.</summary>
    public required bool NeedsTransferBasis { get; init; }

    /// <summary>In which cases it is owed a report; a row that does not say it asks for one in all.</summary>
    public DutyWhen When { get; init; } = DutyWhen.Always;

    /// <summary>What starts it.</summary>
    public required string Trigger { get; init; }

    /// <summary>Until when, in the law's words.</summary>
    public required string Deadline { get; init; }

    /// <summary>Goal of this program where the law names no hours.</summary>
    public required int DeadlineHours { get; init; }

    /// <summary>What it asks for.</summary>
    public required string Fields { get; init; }

    /// <summary>How long what is kept; the numbers stand with the place's jurisdiction.</summary>
    public required string Preservation { get; init; }
    public required UserTold TellsUser { get; init; }

    /// <summary>As "18 U.S.C. 2258A(a)".</summary>
    public required string LegalReference { get; init; }

    /// <summary>Where that stands.</summary>
    public required string Source { get; init; }

    /// <summary>Null: not known.</summary>
    public DateOnly? EffectiveFrom { get; init; }

    /// <summary>When it was looked up.</summary>
    public required DateOnly CheckedOn { get; init; }

    /// <summary>From then on it holds no more.</summary>
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>Reports that count as this one too.</summary>
    public IReadOnlyList<SatisfiedBy> SatisfiedBy { get; init; } = [];
}

/// <param name="Duty">Code of the duty whose report counts.</param>
/// <param name="OnlyWhenEstablishedElsewhere">It counts for services of other countries alone.</param>
/// <param name="Source">Where that stands.</param>
internal sealed record SatisfiedBy(string Duty, bool OnlyWhenEstablishedElsewhere, string Source);
