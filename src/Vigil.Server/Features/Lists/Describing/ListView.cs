namespace Vigil.Server.Features.Lists.Describing;

/// <summary>A list as the API shows it; never a value.</summary>
internal sealed record ListView
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Title { get; init; }
    public required string Source { get; init; }
    public required string Purpose { get; init; }
    public required string Licence { get; init; }
    public required string OnwardSharing { get; init; }
    public required string Confidence { get; init; }
    public required string Jurisdiction { get; init; }
    public required string? Attestation { get; init; }
    public required bool IsReportEligible { get; init; }
    public required string Mode { get; init; }
    public required int Radius { get; init; }
    public required int QualityFloor { get; init; }
    public required bool IsTest { get; init; }
    public required int? StaleAfterDays { get; init; }

    /// <summary>Its source has said nothing for longer than <see cref="StaleAfterDays"/>.</summary>
    public required bool IsStale { get; init; }
    public required EntryTally Entries { get; init; }

    /// <summary>When an entry changed last, or an import confirmed them.</summary>
    public required DateTimeOffset EntriesChangedAt { get; init; }
    public required long Generation { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required string ChangedBy { get; init; }
    public required DateTimeOffset? RemovedAt { get; init; }
    public required string? RemovedReason { get; init; }

    public static ListView Of(StoredList row, DateTimeOffset now) =>
        new()
        {
            Id = row.Id,
            Name = row.Name,
            Title = row.Title,
            Source = row.Source,
            Purpose = row.Purpose,
            Licence = row.Licence,
            OnwardSharing = row.OnwardSharing,
            Confidence = row.Confidence,
            Jurisdiction = row.Jurisdiction,
            Attestation = row.Attestation,
            IsReportEligible = row.Attestation is not null,
            Mode = ListWords.ModeOf(row.Mode),
            Radius = row.Radius,
            QualityFloor = row.QualityFloor,
            IsTest = row.IsTest,
            StaleAfterDays = row.StaleAfterDays,
            IsStale = row.IsStale(now),
            Entries = new EntryTally(row.ActiveEntries, row.QuarantinedEntries, row.RemovedEntries),
            EntriesChangedAt = row.EntriesChangedAt,
            Generation = row.Generation,
            CreatedAt = row.CreatedAt,
            CreatedBy = row.CreatedBy,
            ChangedAt = row.ChangedAt,
            ChangedBy = row.ChangedBy,
            RemovedAt = row.RemovedAt,
            RemovedReason = row.RemovedReason,
        };
}

/// <param name="Active">Looked up.</param>
/// <param name="Quarantined">Disputed here, not looked up.</param>
/// <param name="Removed">Tombstones.</param>
internal sealed record EntryTally(long Active, long Quarantined, long Removed);
