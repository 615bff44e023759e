using System.Text.Json;
using Vigil.CyberTip.Service;

namespace Vigil.CyberTip.Filing;

/// <summary>Where a filing stands.</summary>
public enum FilingPhase
{
    /// <summary>A person approved it; nothing was sent.</summary>
    Approved = 1,

    /// <summary>The report is being opened.</summary>
    Opening,

    /// <summary>A file is being sent.</summary>
    Uploading,

    /// <summary>A file's details are being sent.</summary>
    Describing,

    /// <summary>The report is being finished: from here on it may be filed, whatever is heard.</summary>
    Finishing,

    /// <summary>The unfinished report is being taken back.</summary>
    Retracting,

    /// <summary>Filed, and the receipt is here. Final.</summary>
    Filed,

    /// <summary>Filed: the service says so. The receipt was lost on the way. Final.</summary>
    FiledReceiptLost,

    /// <summary>The service refused the document. Final: a corrected draft is another filing.</summary>
    Rejected,

    /// <summary>A person took it back before it was filed. Final.</summary>
    Withdrawn,

    /// <summary>Whether it is filed cannot be known from here: a person asks NCMEC, with the Request-IDs.</summary>
    NeedsHuman,
}

/// <summary>A file of a filing.</summary>
/// <param name="HasDetails">Details follow the file.</param>
/// <param name="FileId">What the service calls it; null: not uploaded in this attempt.</param>
public sealed record FilingFile(bool HasDetails, string? FileId = null);

/// <summary>
/// All that must survive a crash. Written durably before each call that it announces. Holds no personal data and no
/// fingerprints.
/// </summary>
public sealed record FilingState
{
    /// <summary>Most Request-IDs that are kept; the newest.</summary>
    public const int MaxRequestIds = 100;

    private static readonly JsonSerializerOptions Json = new() { Converters = { new ValueListJson() } };

    /// <summary>Form of the serialized state.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Where it stands.</summary>
    public FilingPhase Phase { get; init; } = FilingPhase.Approved;

    /// <summary>The files, in the order of their upload.</summary>
    public ValueList<FilingFile> Files { get; init; } = [];

    /// <summary>When a person approved it. Alarms count from here.</summary>
    public DateTimeOffset ApprovedAt { get; init; }

    /// <summary>Fencing: events of a worker with a lower number change nothing.</summary>
    public long Epoch { get; init; }

    /// <summary>How many reports were opened for it, or tried to be; from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Number of this attempt's report.</summary>
    public long? ReportId { get; init; }

    /// <summary>Index of the file being sent or described.</summary>
    public int Current { get; init; }

    /// <summary>Number of the last call; answers to others are passed over.</summary>
    public long CallNumber { get; init; }

    /// <summary>The call may be on its way.</summary>
    public bool IsSent { get; init; }

    /// <summary>When the next call is due; null: it is not waited for.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How often this call was tried without a usable answer.</summary>
    public int Tries { get; init; }

    /// <summary>
    /// A finish of this attempt was sent and its answer is not known, or bears no code of the service: one of something
    /// on the way, as 404.
    /// </summary>
    public bool FinishMayHaveArrived { get; init; }

    /// <summary>What follows a retraction: <see cref="FilingPhase.Opening"/>, Rejected or Withdrawn.</summary>
    public FilingPhase? AfterRetraction { get; init; }

    /// <summary>A person took it back; done at the next point where that is safe.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Credentials or address must be put right by a person before it goes on.</summary>
    public AnswerClass? BlockedBy { get; init; }

    /// <summary>When the report of this attempt was opened.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When something was last added to it.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Reports that may have been opened and are left to expire, unfinished.</summary>
    public int Orphans { get; init; }

    /// <summary>Alarms already raised that are raised once.</summary>
    public ValueList<FilingAlarm> Raised { get; init; } = [];

    /// <summary>The service's last code.</summary>
    public int? LastCode { get; init; }

    /// <summary>The service's numbers of calls, oldest first.</summary>
    public ValueList<string> RequestIds { get; init; } = [];

    /// <summary>It will not change any more.</summary>
    public bool IsFinal =>
        Phase
            is FilingPhase.Filed
                or FilingPhase.FiledReceiptLost
                or FilingPhase.Rejected
                or FilingPhase.Withdrawn;

    /// <summary>A person must act before it goes on.</summary>
    public bool WaitsForPerson => Phase == FilingPhase.NeedsHuman || BlockedBy is not null;

    /// <summary>
    /// When the service deletes the unfinished report: 24 h after it was opened or 1 h after the last addition,
    /// whichever is later. Null: none is open.
    /// </summary>
    public DateTimeOffset? ExpiresAt =>
        OpenedAt is { } opened && ModifiedAt is { } modified
            ? new[] { opened + FilingTimes.Lifetime, modified + FilingTimes.LifetimeAfterChange }.Max()
            : null;

    /// <summary>A filing that a person has just approved.</summary>
    /// <param name="files">The files in the order of their upload.</param>
    public static FilingState Approve(DateTimeOffset at, ValueList<FilingFile> files) =>
        new() { ApprovedAt = at, Files = files };

    /// <summary>For the durable store.</summary>
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>What <see cref="ToUtf8Json"/> wrote.</summary>
    /// <exception cref="FormatException">It is not that, or of a later version.</exception>
    public static FilingState Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<FilingState>(json, Json) is { Format: 1 } state
                ? state
                : throw new FormatException("The stored filing is of another version of this program.");
        }
        catch (JsonException e)
        {
            throw new FormatException("The stored filing cannot be read.", e);
        }
    }

    /// <summary>Phase, attempt and number of the report.</summary>
    public override string ToString() =>
        $"{Phase}, attempt {Attempt}, report {ReportId?.ToString() ?? "none"}";
}
