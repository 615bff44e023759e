using System.Globalization;

namespace Vigil.Media.Sandboxing;

/// <summary>What the kernel shows this process of its mounts and its network.</summary>
internal static class OwnView
{
    /// <summary>
    /// Mounts without the read-only flag (proc(5), /proc/PID/mountinfo). The kernel's own files below /proc
    /// and the devices below /dev hold nothing that is kept.
    /// </summary>
    public static ulong WritableMounts()
    {
        using var reader = new StreamReader("/proc/self/mountinfo");
        var mounts = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (ulong)mounts.Select(line => line.Split(' ')).Count(IsWritable);
    }

    /// <summary>The inode in "net:[4026531840]" (namespaces(7)); 0 when it is not told.</summary>
    public static ulong NetworkNamespace()
    {
        var link = new FileInfo("/proc/self/ns/net").LinkTarget ?? "";
        var inode = link.Split('[', ']').ElementAtOrDefault(1);
        return ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }

    private static bool IsWritable(string[] fields)
    {
        var (point, flags) = (fields[4], fields[5].Split(','));
        return !flags.Contains("ro")
            && point != "/proc"
            && !point.StartsWith("/proc/", StringComparison.Ordinal)
            && !point.StartsWith("/dev/", StringComparison.Ordinal);
    }
}
