using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

internal static class CasesModule
{
    public static readonly Module Module = new(
        "Features/Cases",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        HasTables = false,
    };
}
