namespace Vigil.Trust.Custody;

/// <summary>A row that is journaled outside the database as it stands.</summary>
internal abstract class CustodyRow
{
    public Guid Id { get; init; }

    /// <summary>Given anew at each change, so that of two states the later one is known.</summary>
    public long Seq { get; set; }
}

/// <summary>One content; the object of the locker has the same id.</summary>
internal sealed class ContentRow : CustodyRow
{
    public const string Sealed = "Sealed";
    public const string Destroying = "Destroying";
    public const string Destroyed = "Destroyed";

    public const string Columns = """
        id, seq, case_ref, item_id, kind, bytes, sha256_digest, jurisdiction, is_sample, state, sealed_at, sealed_by,
        destroying_at, destroyed_because, removed_at, epoch, closed_at, missing_at, md5_digest, sha1_digest
        """;

    public string CaseRef { get; init; } = "";
    public Guid? ItemId { get; init; }

    /// <summary>picture, video, other.</summary>
    public string Kind { get; init; } = "";
    public long Bytes { get; init; }
    public byte[] Sha256Digest { get; init; } = [];

    /// <summary>Keyed, as the other; null: sealed by a version that did not keep it.</summary>
    public byte[]? Md5Digest { get; init; }
    public byte[]? Sha1Digest { get; init; }
    public string Jurisdiction { get; init; } = "";
    public bool IsSample { get; init; }
    public string State { get; set; } = Sealed;
    public DateTimeOffset SealedAt { get; init; }
    public string SealedBy { get; init; } = "";
    public DateTimeOffset? DestroyingAt { get; set; }
    public string? DestroyedBecause { get; set; }

    /// <summary>Of the certificate: when the object was removed here.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>The newest epoch then.</summary>
    public long? Epoch { get; set; }

    /// <summary>Of the certificate: when the epoch's key was destroyed, and with it what lay in backups.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Since when it should be in the locker and is not.</summary>
    public DateTimeOffset? MissingAt { get; set; }
}

/// <summary>A hold on a case or on one content.</summary>
internal sealed class HoldRow : CustodyRow
{
    public const string Columns = """
        id, seq, kind, case_ref, content_id, authority, reason, placed_at, placed_by, expires_at, lifted_at, lifted_by,
        lift_reason
        """;

    /// <summary>A <see cref="HoldKind"/>.</summary>
    public string Kind { get; init; } = "";
    public string? CaseRef { get; init; }
    public Guid? ContentId { get; init; }
    public string Authority { get; init; } = "";
    public string Reason { get; init; } = "";
    public DateTimeOffset PlacedAt { get; init; }
    public string PlacedBy { get; init; } = "";
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? LiftedAt { get; set; }
    public string? LiftedBy { get; set; }
    public string? LiftReason { get; set; }
}

/// <summary>One report of one content, and until when it asks to keep it.</summary>
internal sealed class ClockRow : CustodyRow
{
    public const string Columns =
        "id, seq, content_id, report_id, jurisdiction, started_at, finished_at, keep_until";

    public Guid ContentId { get; init; }
    public string ReportId { get; init; } = "";
    public string Jurisdiction { get; init; } = "";
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; set; }
    public DateTimeOffset? KeepUntil { get; set; }
}
