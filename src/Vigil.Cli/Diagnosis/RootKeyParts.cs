using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Cli.Diagnosis;

/// <summary>Of a server's data folder: whether its root keys come back, and whether shares lie here.</summary>
internal static class RootKeyParts
{
    public static IEnumerable<Finding> Look(DataFolder data)
    {
        // The keys of contents are made by the first start of a server; lists alone wait for no drill.
        var isServed = RootKeys
            .Rings(data.KeysFolder)
            .All(ring => Path.Exists(Path.Combine(ring.Folder, "keys.ring")));
        return isServed ? Look(data.KeysFolder, RootKeyWords.FolderOf(data)) : [];
    }

    private static IReadOnlyList<Finding> Look(string keysFolder, string? sharesFolder)
    {
        RootKeyStanding standing;
        try
        {
            using var roots = RootKeys.Open(keysFolder, sharesFolder, TimeProvider.System);
            standing = roots.Standing();
        }
        catch (Exception e) when (e is KeyRingException or IOException or UnauthorizedAccessException)
        {
            return
            [
                new Finding(
                    "root keys",
                    Health.Missing,
                    Printable.Of(e.Message),
                    "vigil keys restore, with two sheets."
                ),
            ];
        }
        return [Drill(standing), Sheets(standing)];
    }

    private static Finding Drill(RootKeyStanding standing) =>
        standing.DrilledAt is { } at
            ? new Finding("recovery drill", Health.Ok, $"passed {RootKeyWords.Stamp(at)}")
            : new Finding(
                "recovery drill",
                Health.Warning,
                standing.SharedAt is { } shared
                    ? $"not passed since the root keys were split at {RootKeyWords.Stamp(shared)}: nothing is sealed"
                    : "not passed: nothing is sealed",
                "cat SHEET SHEET | vigil keys drill"
            );

    private static Finding Sheets(RootKeyStanding standing) =>
        standing.SheetsSince is { } since
            ? new Finding(
                "root key sheets",
                Health.Warning,
                $"{standing.SheetsHere.Count} lie here since {RootKeyWords.Stamp(since)}",
                $"Take each of {Printable.Of(standing.SharesFolder)} to a different person, then delete it."
            )
            : new Finding("root key sheets", Health.Ok, "none lies here");
}
