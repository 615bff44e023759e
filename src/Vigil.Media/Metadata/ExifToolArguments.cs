using Vigil.Media.Sandboxing;

namespace Vigil.Media.Metadata;

/// <summary>The arguments of exiftool 12.57 and later. Nothing in them comes from the file or from a caller.</summary>
internal static class ExifToolArguments
{
    public static IReadOnlyList<string> Read { get; } =
    [
        // First, or it does not count: no configuration file, which would be a program.
        "-config",
        "",
        // Nothing on standard error: its words may quote the file.
        "-q",
        "-q",
        "-json",
        // Each tag that stands in the file several times, and none that is calculated from others.
        "-a",
        "-e",
        // "where:about what:which copy:name", none of them left out. Embedded bytes are not asked for.
        "-G:1:2:4",
        "--System:all",
        // Standard input by its name below /proc: it can be sought there, and no name comes from the file.
        $"/proc/self/fd/{ChildDescriptors.Input}",
    ];
}
