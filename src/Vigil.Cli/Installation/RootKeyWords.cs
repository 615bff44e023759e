using System.Globalization;
using Vigil.Cli.Output;
using Vigil.Trust;

namespace Vigil.Cli.Installation;

/// <summary>What the operator is told of the root keys at a start; the folder of the sheets.</summary>
internal static class RootKeyWords
{
    /// <summary>The folder of sheets, as `vigil serve` was told; null: the usual one.</summary>
    /// <param name="option">Of the command line; null: it has none.</param>
    public static string? FolderOf(DataFolder data, string? option = null) =>
        (
            option
            ?? NotEmpty(Environment.GetEnvironmentVariable("VIGIL_SHARES_FOLDER"))
            ?? data.Settings.Server?.SharesFolder
        )
            is { } folder
            ? Path.GetFullPath(folder)
            : null;

    /// <summary>Lines for a start; none: all is right.</summary>
    public static IReadOnlyList<string> AtStart(RootKeyStanding standing, Profile profile, string dataFolder)
    {
        if (profile == Profile.Demo)
        {
            return
            [
                "A demo holds no key ceremony: it split its root keys and passed its own recovery drill. A real "
                    + "installation seals nothing before people have.",
            ];
        }
        var data = Printable.Of(dataFolder);
        var lines = new List<string>();
        if (standing.SheetsSince is { } since)
        {
            lines.Add(
                $"The root keys are split: two of three sheets open everything. Since {Stamp(since)} there "
                    + $"lie here, in {Printable.Of(standing.SharesFolder)}:"
            );
            lines.Add($"  {string.Join(", ", standing.SheetsHere)}");
            lines.Add(
                "  Take each to a different person, on paper or on a medium of its own. Then delete them here."
            );
        }
        if (standing.DrilledAt is null)
        {
            lines.Add(
                "No recovery drill has passed: scanning works, and no content, history or legal package is sealed."
            );
            lines.Add(
                $"  Two people with a sheet each run: cat SHEET SHEET | vigil keys drill --data '{data}'"
            );
            if (standing.SheetsSince is null)
            {
                lines.Add($"  No sheets at hand? Print new ones: vigil keys split --data '{data}'");
            }
        }
        return lines;
    }

    public static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
