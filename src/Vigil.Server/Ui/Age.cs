using System.Globalization;

namespace Vigil.Server.Ui;

/// <summary>Times as people read them at a glance.</summary>
internal static class Age
{
    /// <summary>"3 min", "5 h", "2 days".</summary>
    public static string Of(DateTimeOffset at, DateTimeOffset now)
    {
        var age = (now - at).Duration();
        return age switch
        {
            { TotalMinutes: < 1 } => Text(age.TotalSeconds, "s"),
            { TotalHours: < 1 } => Text(age.TotalMinutes, "min"),
            { TotalDays: < 2 } => Text(age.TotalHours, "h"),
            _ => Text(age.TotalDays, "days"),
        };
    }

    private static string Text(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value):0} {unit}");
}
