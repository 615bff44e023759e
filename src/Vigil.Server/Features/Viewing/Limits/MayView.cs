using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>Why nothing is shown now: for the person alone.</summary>
/// <param name="Limit">What the wellness lead is told of; null: nothing.</param>
public sealed record Refusal(string Code, string Text, LimitKind? Limit = null, DateTimeOffset? Until = null)
{
    public ProblemException ToProblem(DateTimeOffset now) =>
        new(Until is null ? StatusCodes.Status409Conflict : StatusCodes.Status429TooManyRequests, Code, Text)
        {
            RetryAfter = Until is { } until && until > now ? until - now : null,
        };
}

public enum LimitKind
{
    /// <summary>Near the limit of the day.</summary>
    Soft,

    /// <summary>At it: another person must lift it; in solo mode it ends a day later.</summary>
    Hard,

    /// <summary>As many views an hour as there may be.</summary>
    Hour,

    /// <summary>A break is due.</summary>
    Break,

    /// <summary>At the limit of the day for severe material: another person must lift it.</summary>
    Severe,
}

/// <summary>Whether a person may see something now, and for how long.</summary>
internal static class MayView
{
    /// <summary>A slow reader's, about 100 words a minute. Own choice, as the two bounds.</summary>
    private const int CharactersASecond = 10;

    private const int LeastWordsSeconds = 20;
    private const int MostWordsSeconds = 300;

    /// <returns>Null: yes.</returns>
    public static Refusal? Decide(ViewingRules rules, ViewingPerson person, Exposure seen, ViewMode mode)
    {
        var now = seen.Now;
        if (person.PausedAt is not null)
        {
            return new Refusal(
                "paused",
                "You paused. Nothing is shown until you go on, on your exposure page."
            );
        }
        if (mode is ViewMode.Reveal or ViewMode.Sound && person.Own.Reveal == RevealWish.Never)
        {
            return new Refusal("own_setting", "Your own setting shows nothing unblurred.");
        }
        if (mode == ViewMode.Sound && person.Own.NoSound)
        {
            return new Refusal("own_setting", "Your own setting plays you no sound.");
        }
        if (seen.IsStopped && mode != ViewMode.Metadata)
        {
            return Stopped(rules, seen);
        }
        if (rules.IsQuiet(now))
        {
            return new Refusal("quiet_hours", "These are quiet hours: nothing is shown now.");
        }
        if (seen.ViewsInHour >= rules.ViewsAnHour)
        {
            return new Refusal(
                "view_cap",
                $"You had {rules.ViewsAnHour} views within an hour, as many as there may be.",
                LimitKind.Hour,
                seen.HourPassesAt
            );
        }
        if (mode == ViewMode.Metadata)
        {
            return null;
        }
        return BreakDue(rules, seen) ?? (mode == ViewMode.Rendition ? null : DayOver(rules, seen));
    }

    private static Refusal? DayOver(ViewingRules rules, Exposure seen) =>
        seen.UnblurredToday >= seen.DayLimit(rules) ? Stopped(rules, seen) with { Limit = LimitKind.Hard }
        : seen.SevereToday >= seen.SevereLimit(rules) ? Stopped(rules, seen) with { Limit = LimitKind.Severe }
        : null;

    /// <summary>How long a picture may stay uncovered: at least one second where it may be shown at all.</summary>
    public static TimeSpan Allowance(ViewingRules rules, OwnSettings own, Exposure seen) =>
        Within(Math.Min(rules.RevealSeconds, own.RevealSeconds), rules, seen);

    /// <summary>The same for a video's frames, or its sound.</summary>
    public static TimeSpan VideoAllowance(ViewingRules rules, OwnSettings own, Exposure seen) =>
        Within(Math.Min(rules.VideoSeconds, own.VideoSeconds), rules, seen);

    private static TimeSpan Within(int seconds, ViewingRules rules, Exposure seen)
    {
        var left = seen.DayLimit(rules) - seen.UnblurredToday;
        var wanted = TimeSpan.FromSeconds(seconds);
        var least = TimeSpan.FromSeconds(1);
        var allowed = left < wanted ? left : wanted;
        return allowed < least ? least : allowed;
    }

    /// <summary>How long words may stay uncovered: by how many there are, within what is left of the day.</summary>
    public static TimeSpan WordsAllowance(ViewingRules rules, Exposure seen, int characters)
    {
        var wanted = TimeSpan.FromSeconds(
            Math.Clamp(characters / CharactersASecond, LeastWordsSeconds, MostWordsSeconds)
        );
        var left = seen.DayLimit(rules) - seen.UnblurredToday;
        var allowed = left < wanted ? left : wanted;
        return allowed < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : allowed;
    }

    public static bool IsNearLimit(ViewingRules rules, Exposure seen) =>
        seen.UnblurredToday >= seen.DayLimit(rules) * (rules.SoftPercent / 100.0)
        || seen.SevereToday >= seen.SevereLimit(rules) * (rules.SoftPercent / 100.0);

    private static Refusal Stopped(ViewingRules rules, Exposure seen)
    {
        var isSevere =
            seen.UnblurredToday < seen.DayLimit(rules) && seen.SevereToday >= seen.SevereLimit(rules);
        var minutes = isSevere
            ? $"{seen.SevereLimit(rules).TotalMinutes:0} minutes of severe material"
            : $"{seen.DayLimit(rules).TotalMinutes:0} minutes";
        return new Refusal(
            "stopped",
            $"You saw {minutes} today, as much as there may be. "
                + (
                    seen.StopEndsAt is { } end
                        ? "In a team of one nobody else can lift this (solo mode): it ends by itself on "
                            + $"{end:yyyy-MM-dd HH:mm} UTC, and its end stands in the ledger."
                        : "Another person must lift this: your wellness lead knows that the limit was reached, and "
                            + "nothing more."
                )
        );
    }

    private static Refusal? BreakDue(ViewingRules rules, Exposure seen)
    {
        if (
            seen is not { BlockBeganAt: { } began, LastEndedAt: { } ended }
            || seen.Now - began < TimeSpan.FromMinutes(rules.BlockMinutes)
        )
        {
            return null;
        }
        var until = ended.AddMinutes(rules.BreakMinutes);
        return until > seen.Now
            ? new Refusal(
                "break_due",
                $"You have been viewing for {rules.BlockMinutes} minutes: a break of {rules.BreakMinutes} is due.",
                LimitKind.Break,
                until
            )
            : null;
    }
}
