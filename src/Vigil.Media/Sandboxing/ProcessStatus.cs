using System.Globalization;

namespace Vigil.Media.Sandboxing;

/// <summary>What the kernel says about the rights of this process: /proc/self/status, proc(5).</summary>
internal readonly record struct ProcessStatus(
    ulong EffectiveCapabilities,
    ulong BoundingCapabilities,
    ulong Seccomp
)
{
    private const int SysResource = 24;

    /// <summary>CAP_SYS_RESOURCE: limits may be raised. Root in a container often may not.</summary>
    public bool CanRaiseLimits => (EffectiveCapabilities >> SysResource & 1) == 1;

    public static ProcessStatus Read()
    {
        using var reader = new StreamReader("/proc/self/status");
        var lines = reader.ReadToEnd().Split('\n');
        return new ProcessStatus(
            Number(lines, "CapEff:", NumberStyles.AllowHexSpecifier),
            Number(lines, "CapBnd:", NumberStyles.AllowHexSpecifier),
            Number(lines, "Seccomp:", NumberStyles.None)
        );
    }

    private static ulong Number(string[] lines, string name, NumberStyles style)
    {
        var line =
            lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? $"{name} 0";
        var value = line[name.Length..].Trim().Split(' ')[0];
        return ulong.Parse(value, style, CultureInfo.InvariantCulture);
    }
}
