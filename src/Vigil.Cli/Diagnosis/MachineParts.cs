using System.Runtime.Intrinsics;
using Vigil.Files;

namespace Vigil.Cli.Diagnosis;

/// <summary>What of the machine could let media bytes out of memory, and how fast it can search.</summary>
internal static class MachineParts
{
    public static IEnumerable<Finding> Look()
    {
        yield return Simd();
        yield return Swap();
        yield return CoreDumps();
    }

    private static Finding Simd()
    {
        var bits =
            Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 0;
        return bits >= 128
            ? new Finding("vector instructions", Health.Ok, $"{bits} bits")
            : new Finding(
                "vector instructions",
                Health.Warning,
                "none",
                "Hashing and search are slow here: use another machine."
            );
    }

    private static Finding Swap()
    {
        // proc(5): one header line, then one line a swap area.
        var areas = Lines("/proc/swaps").Skip(1).Count();
        return areas == 0
            ? new Finding("swap", Health.Ok, "off")
            : new Finding(
                "swap",
                Health.Warning,
                $"{areas} area(s)",
                "Decoded pictures may be written to disk: swapoff -a, or encrypt the swap."
            );
    }

    private static Finding CoreDumps()
    {
        // proc(5), limits: "Max core file size  soft  hard  bytes".
        var line = Lines("/proc/self/limits")
            .FirstOrDefault(text => text.StartsWith("Max core file size", StringComparison.Ordinal));
        var soft = line
            ?["Max core file size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault();
        return soft == "0"
            ? new Finding("core dumps", Health.Ok, "off")
            : new Finding(
                "core dumps",
                Health.Warning,
                soft is null ? "not known" : $"up to {soft}",
                "A crash of this process may write its memory to disk: ulimit -c 0. (The sandboxed workers never dump.)"
            );
    }

    private static IEnumerable<string> Lines(string path)
    {
        if (!Path.Exists(path))
        {
            yield break;
        }

        using var reader = new StreamReader(InputFile.OpenRead(path));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
