using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History;

/// <summary>What may be set and said, with its limits.</summary>
internal static class HistoryRules
{
    public const int MinDays = 1;

    /// <summary>Two years: longer than any law here keeps what was reported, and this was not.</summary>
    public const int MaxDays = 730;

    public const int MinGigabytes = 1;
    public const int MaxGigabytes = 100_000;
    public const int UsualGigabytes = 100;
    public const long BytesOfGigabyte = 1L << 30;

    /// <summary>Hunts of one tenant that are not over.</summary>
    public const int MaxOpenHunts = 100;

    /// <summary>Contents found for one notice from outside; of more, it says that there are.</summary>
    public const int MaxNamedFound = 100;

    /// <summary>Erasures of one tenant that wait.</summary>
    public const int MaxWaitingErasures = 10_000;

    /// <summary>Hunts, days, hits or losses shown at once.</summary>
    public const int MaxShown = 500;

    /// <summary>As the ledger takes it.</summary>
    public const int MaxReasonCharacters = 200;

    public const int MaxRefCharacters = 512;

    public static int Days(int? days) =>
        days is >= MinDays and <= MaxDays
            ? days.Value
            : throw ProblemException.BadRequest(
                "bad_days",
                $"'days' says how long fingerprints are kept: {MinDays} to {MaxDays}."
            );

    public static long MaxBytes(int? gigabytes) =>
        (gigabytes ?? UsualGigabytes) is >= MinGigabytes and <= MaxGigabytes and var given
            ? given * BytesOfGigabyte
            : throw ProblemException.BadRequest(
                "bad_max_gigabytes",
                $"'maxGigabytes' says how much disk the history may take: {MinGigabytes} to {MaxGigabytes}."
            );

    public static string Reason(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxReasonCharacters } reason && !reason.Any(char.IsControl)
            ? reason
            : throw ProblemException.BadRequest(
                "reason_required",
                $"Say a 'reason' of 1 to {MaxReasonCharacters} characters; it stands in the ledger."
            );

    public static ProblemException IsOff() =>
        ProblemException.Conflict(
            "history_off",
            "No history is kept here: turn it on first. What was scanned before then cannot be hunted."
        );

    /// <summary>Days since 1970-01-01, UTC.</summary>
    public static int DayOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / (24 * 60 * 60));

    public static DateTimeOffset StartOf(long day) => DateTimeOffset.FromUnixTimeSeconds(day * 24 * 60 * 60);

    /// <summary>
    /// Private messages are kept only where the law of the place lets them be scanned as such. Where scanning rests on
    /// a recorded exception to the secrecy of communication, what raised no suspicion is not kept.
    /// </summary>
    public static bool MayKeep(Surface surface, string jurisdiction) =>
        !Surfaces.IsPrivateCommunication(surface)
        || KnownJurisdictions.Find(jurisdiction)?.PrivateMessages == PrivateMessages.On;
}
