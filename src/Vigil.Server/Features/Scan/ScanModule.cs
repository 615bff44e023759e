using Vigil.Trust;

namespace Vigil.Server.Features.Scan;

internal static class ScanModule
{
    public static readonly Module Module = new(
        "Features/Scan",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        HasTables = false,
    };
}
