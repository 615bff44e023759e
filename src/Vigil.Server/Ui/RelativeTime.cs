namespace Vigil.Server.Ui;

/// <summary>"5 minutes ago", "in 3 days": how old or how near, at a glance.</summary>
internal static class RelativeTime
{
    public static string Of(DateTimeOffset at, DateTimeOffset now)
    {
        var distance = (now - at).Duration();
        var text = distance switch
        {
            { TotalSeconds: < 60 } => Count(distance.TotalSeconds, "second"),
            { TotalMinutes: < 60 } => Count(distance.TotalMinutes, "minute"),
            { TotalHours: < 48 } => Count(distance.TotalHours, "hour"),
            { TotalDays: < 60 } => Count(distance.TotalDays, "day"),
            { TotalDays: < 730 } => Count(distance.TotalDays / 30.4, "month"),
            _ => Count(distance.TotalDays / 365.25, "year"),
        };
        return distance.TotalSeconds < 1 ? "now"
            : at <= now ? $"{text} ago"
            : $"in {text}";
    }

    private static string Count(double number, string unit) =>
        (int)number == 1 ? $"1 {unit}" : $"{(int)number} {unit}s";
}
