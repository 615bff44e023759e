using System.CommandLine;
using Vigil.Cli.Output;

namespace Vigil.Cli.Inputs;

/// <summary>The paths of a command: files as they are, folders as the files below them, in order.</summary>
internal static class InputPaths
{
    /// <summary>
    /// The paths as given; an option that does not exist would otherwise pass for a file that does not.
    /// </summary>
    public static IReadOnlyList<string> Read(ParseResult parsed, Argument<string[]> argument)
    {
        var paths = parsed.GetRequiredValue(argument);
        var option = Array.Find(paths, path => path.Length > 1 && path[0] == '-' && !Path.Exists(path));
        return option is null
            ? paths
            : throw new UsageException(
                $"There is no option '{Printable.Of(option)}' here. Write ./ in front of a file's name that begins so."
            );
    }

    public static IEnumerable<WalkItem> Expand(IEnumerable<string> paths) =>
        paths.SelectMany(path =>
            Directory.Exists(path) ? new FolderWalk().FilesInOrder(path) : [new WalkItem(path, null)]
        );
}
