using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// In a team of one nobody else decides an appeal. The designed delay stands in for the other person: a day from when
/// the appeal was made, from when solo mode counts, or from when the last other person who might decide went, whichever
/// is latest. The record says so.
/// </summary>
internal static class AppealAlone
{
    public const string Line = "In a team of one: by who had a part in the case, a day later.";

    /// <summary>From when nobody but this person may decide appeals, in solo mode; null: others do.</summary>
    public static Task<DateTimeOffset?> SinceAsync(Tx tx, string reader) =>
        WhoMay.AloneSinceAsync(tx, Permission.AppealDecide, reader);

    public static bool IsRipe(DateTimeOffset? since, DateTimeOffset madeAt, DateTimeOffset now) =>
        since is { } from && now >= RipeAt(from, madeAt);

    /// <exception cref="ProblemException">Somebody else decides; or it is too early.</exception>
    public static async Task RequireAsync(Tx tx, string person, DateTimeOffset madeAt)
    {
        if (await SinceAsync(tx, person) is not { } since)
        {
            throw ProblemException.Conflict(
                "not_independent",
                "You had a part in this case: somebody else decides about the appeal. A team of one declares solo mode."
            );
        }
        if (!IsRipe(since, madeAt, tx.Now))
        {
            throw ProblemException.Conflict(
                "not_ripe",
                "You had a part in this case, and nobody else is here: in solo mode you can decide from "
                    + $"{RipeAt(since, madeAt):yyyy-MM-dd HH:mm} UTC on."
            );
        }
    }

    private static DateTimeOffset RipeAt(DateTimeOffset since, DateTimeOffset madeAt) =>
        (since > madeAt ? since : madeAt) + SoloMode.Delay;
}
