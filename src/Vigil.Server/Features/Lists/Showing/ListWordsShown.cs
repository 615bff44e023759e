using System.Globalization;

namespace Vigil.Server.Features.Lists.Showing;

/// <summary>Words and tones of the pages of lists.</summary>
internal static class ListWordsShown
{
    public static string ToneOf(string mode) =>
        mode switch
        {
            "enforce" => "good",
            "review" => "warn",
            _ => "",
        };

    public static string ToneOfImport(string state) =>
        state switch
        {
            "done" => "good",
            "running" => "",
            "cancelled" => "warn",
            _ => "bad",
        };

    public static string Ago(DateTimeOffset now, DateTimeOffset then) =>
        (now - then) switch
        {
            { TotalMinutes: < 2 } => "just now",
            { TotalHours: < 2 } age => Text(age.TotalMinutes, "minutes ago"),
            { TotalDays: < 2 } age => Text(age.TotalHours, "hours ago"),
            var age => Text(age.TotalDays, "days ago"),
        };

    public static string Seconds(double seconds) =>
        seconds < 90 ? Text(seconds, "s") : Text(seconds / 60, "min");

    private static string Text(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(number):0} {unit}");
}
