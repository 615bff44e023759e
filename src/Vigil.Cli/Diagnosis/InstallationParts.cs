using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Files;

namespace Vigil.Cli.Diagnosis;

/// <summary>The data folder, its keys and its lists: whether they open, and who else may read them.</summary>
internal static class InstallationParts
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    public static IEnumerable<Finding> Look(DataFolder data)
    {
        if (!Directory.Exists(data.Path))
        {
            yield return new Finding(
                "data folder",
                Health.Ok,
                $"{Printable.Of(data.Path)}, made when first needed"
            );
            yield break;
        }
        yield return Folder(data);
        if (Directory.Exists(data.KeysFolder))
        {
            yield return Try(
                "key ring",
                () => $"{data.Keys.Epochs(KeyRing.DefaultTenant).Count} epoch(s)",
                "Restore the keys folder from a backup."
            );
        }

        foreach (var finding in RootKeyParts.Look(data))
        {
            yield return finding;
        }

        var store = new ListStore(data);
        foreach (var name in store.Names())
        {
            yield return Try(
                $"list {name}",
                () => $"{store.Get(name).Entries.Count} entries",
                "Import the list again."
            );
        }
    }

    private static Finding Folder(DataFolder data)
    {
        var mode = new DirectoryInfo(data.Path).UnixFileMode;
        return (mode & Others) == UnixFileMode.None
            ? new Finding("data folder", Health.Ok, Printable.Of(data.Path))
            : new Finding(
                "data folder",
                Health.Warning,
                $"{Printable.Of(data.Path)} is open to other users",
                $"chmod 700 '{Printable.Of(data.Path)}'"
            );
    }

    private static Finding Try(string check, Func<string> open, string advice)
    {
        try
        {
            return new Finding(check, Health.Ok, open());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(check, Health.Missing, Printable.Of(e.Message), advice);
        }
    }
}
