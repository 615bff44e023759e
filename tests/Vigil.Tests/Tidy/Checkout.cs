using System.Diagnostics;

namespace Vigil.Tests.Tidy;

/// <summary>The files of this checkout as git would take them: tracked, or new and not ignored.</summary>
internal static class Checkout
{
    private static readonly Lazy<string[]> Listing = new(ListFiles);

    public static string Root => SharedData.RepositoryRoot;

    /// <summary>Paths relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files => Listing.Value;

    public static IEnumerable<string> Under(string folder, string ending) =>
        Files.Where(file =>
            file.StartsWith(folder, StringComparison.Ordinal)
            && file.EndsWith(ending, StringComparison.Ordinal)
        );

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    public static string[] ReadLines(string relativePath) =>
        File.ReadAllLines(Path.Combine(Root, relativePath));

    /// <summary>Runs a program to its end and returns what it printed; null when it failed.</summary>
    public static string? Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = errors.Result;
        return process.ExitCode == 0 ? output : null;
    }

    private static string[] ListFiles()
    {
        var output = Run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z");
        Assert.NotNull(output);
        return output
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(Path.Combine(Root, file)))
            .ToArray();
    }
}
