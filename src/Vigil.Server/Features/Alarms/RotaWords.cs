using System.Globalization;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>Times of the week as pages and programs write them: "mon" and "08:30", in UTC.</summary>
internal static class RotaWords
{
    public static readonly IReadOnlyList<string> Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <exception cref="ProblemException">No day of the week, or no time.</exception>
    public static int Minute(string? day, string? time)
    {
        var at = Days.ToList().IndexOf(day ?? "");
        return
            at >= 0
            && TimeOnly.TryParseExact(
                time,
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var hour
            )
            ? (at * 24 * 60) + (hour.Hour * 60) + hour.Minute
            : throw ProblemException.BadRequest(
                "bad_hours",
                $"A time of the week is a day ({string.Join(", ", Days)}) and a time as 08:30, in UTC."
            );
    }

    public static string Text(int minute) =>
        $"{Days[minute / (24 * 60) % 7]} {minute / 60 % 24:00}:{minute % 60:00}";

    /// <summary>The end of the week is written as its begin.</summary>
    public static RotaTurn Whole(RotaTurn turn) =>
        turn.UntilMinute > 0
            ? turn
            : new RotaTurn
            {
                Person = turn.Person,
                Step = turn.Step,
                FromMinute = turn.FromMinute,
                UntilMinute = Rota.MinutesOfWeek,
            };

    /// <exception cref="ProblemException">No time as browsers send it.</exception>
    public static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : throw ProblemException.BadRequest(
                "bad_hours",
                "A time is written as 2026-12-24T18:00, in UTC."
            );

    public static int Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
