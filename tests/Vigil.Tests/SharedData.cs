using System.Runtime.CompilerServices;

namespace Vigil.Tests;

/// <summary>
/// The reference vectors beside the checkout. Absent on some machines: then a test is skipped, and says so.
/// </summary>
internal static class SharedData
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("VIGIL_SHARED_DATA")
        is { Length: > 0 } set
        ? set
        : Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared", "data"));

    /// <summary>The folder with Vigil.slnx in it.</summary>
    public static string RepositoryRoot => FindRoot();

    /// <summary>A file or folder of the reference data; skips the running test where there is none.</summary>
    public static string Need(string relativePath)
    {
        var path = Path.Combine(Folder, relativePath);
        Assert.SkipUnless(
            Path.Exists(path),
            $"Reference data is not here: {relativePath}. Set VIGIL_SHARED_DATA to the folder that holds it."
        );
        return path;
    }

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        var folder = Path.GetDirectoryName(thisFile);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Vigil.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new DirectoryNotFoundException("The tests were built outside a checkout.");
    }
}
