using Vigil.Server.Features.Scan.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan;

internal static class ScanModule
{
    public static readonly Module Module = new(
        "Features/Scan",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Add = services => services.AddDeciding(),
        React = DecidingModule.React,
        Map = routes => routes.MapDeciding(),
        Nav = DecidingModule.Nav,
    };
}
