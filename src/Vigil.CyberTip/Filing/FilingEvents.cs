using Vigil.CyberTip.Service;

namespace Vigil.CyberTip.Filing;

/// <summary>Something that happened to a filing.</summary>
/// <param name="Epoch">Fencing number of the worker; lower than the state's: nothing changes.</param>
/// <param name="At">When.</param>
/// <param name="Jitter">From 0 to 1, drawn anew for each event; retries wait by it.</param>
public abstract record FilingEvent(long Epoch, DateTimeOffset At, double Jitter);

/// <summary>
/// A worker took the filing: at its start, after a crash, or because another lost its lease. What was on its way counts
/// as lost. The epoch must be higher than any before.
/// </summary>
public sealed record TookOver(long Epoch, DateTimeOffset At, double Jitter) : FilingEvent(Epoch, At, Jitter);

/// <summary>The time that was waited for has come.</summary>
public sealed record WokeUp(long Epoch, DateTimeOffset At, double Jitter) : FilingEvent(Epoch, At, Jitter);

/// <summary>A call was answered, or was not.</summary>
/// <param name="CallNumber">Which call.</param>
/// <param name="Answer">What came of it.</param>
public sealed record Answered(
    long Epoch,
    DateTimeOffset At,
    double Jitter,
    long CallNumber,
    ServiceAnswer Answer
) : FilingEvent(Epoch, At, Jitter);

/// <summary>
/// A named person decided; who and why is the caller's to record. Makes no call: save the state, and let a worker take
/// it over.
/// </summary>
/// <param name="Decision">What.</param>
public sealed record PersonDecided(long Epoch, DateTimeOffset At, double Jitter, FilingDecision Decision)
    : FilingEvent(Epoch, At, Jitter);

/// <summary>What a person can decide.</summary>
public enum FilingDecision
{
    /// <summary>Blocked: credentials or address are right now.</summary>
    Continue = 1,

    /// <summary>Take it back, if it is not being finished yet.</summary>
    Withdraw,

    /// <summary>NeedsHuman: NCMEC says that the report did not arrive.</summary>
    FileAgain,

    /// <summary>NeedsHuman: NCMEC says that the report did arrive.</summary>
    TakeAsFiled,
}

/// <summary>What somebody must be told. No alarm carries facts of the case.</summary>
public enum FilingAlarm
{
    /// <summary>30 minutes after approval and not filed.</summary>
    Late = 1,

    /// <summary>20 hours after approval and not filed: somebody is called.</summary>
    VeryLate,

    /// <summary>Five attempts and not filed.</summary>
    ManyAttempts,

    /// <summary>A person must put credentials or the address right.</summary>
    Blocked,

    /// <summary>The service refused the document.</summary>
    Rejected,

    /// <summary>A person must find out whether it is filed.</summary>
    NeedsHuman,

    /// <summary>
    /// The service says that it received other bytes of a file than were sent, or does not say what it received. The
    /// open report is retracted and another attempt follows, as often as it takes, unless it was withdrawn.
    /// </summary>
    WrongMd5,

    /// <summary>The receipt names another report or other files than were sent.</summary>
    ReceiptDiffers,

    /// <summary>Filed, but the receipt was lost.</summary>
    ReceiptLost,

    /// <summary>A report was finished that nobody here finished.</summary>
    InvariantBroken,
}

/// <summary>Something to be done, after the new state is durable and not before.</summary>
public abstract record FilingEffect;

/// <summary>Make this call, once, and tell the answer as <see cref="Answered"/>.</summary>
/// <param name="Number">Number of the call.</param>
/// <param name="Call">Which.</param>
/// <param name="ReportId">Of the open report; null for a submit.</param>
/// <param name="File">Index of the file; for upload and details.</param>
/// <param name="FileId">What the service calls it; for details.</param>
public sealed record Send(long Number, ServiceCall Call, long? ReportId, int File, string? FileId)
    : FilingEffect;

/// <summary>Tell <see cref="WokeUp"/> at this time.</summary>
/// <param name="At">When.</param>
public sealed record WakeAt(DateTimeOffset At) : FilingEffect;

/// <summary>Tell those on duty.</summary>
/// <param name="Alarm">What.</param>
public sealed record Raise(FilingAlarm Alarm) : FilingEffect;

/// <summary>Archive the answer byte for byte: it is the receipt.</summary>
/// <param name="Answer">The answer to the finish.</param>
public sealed record KeepReceipt(ServiceAnswer Answer) : FilingEffect;

/// <summary>What follows from an event.</summary>
/// <param name="State">Must be durable before the effects are begun.</param>
/// <param name="Effects">In order. Empty: nothing to do.</param>
public sealed record Transition(FilingState State, ValueList<FilingEffect> Effects);
