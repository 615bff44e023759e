using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Intake;
using Vigil.Server.Features.Scan.Jurisdictions;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan;

internal static class ScanModule
{
    public static readonly Module Module = new(
        "Features/Scan",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Add = services =>
        {
            services.AddIntake();
            services.AddDeciding();
        },
        React = (reactions, services) =>
        {
            DecidingModule.React(reactions, services);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
        },
        Map = routes =>
        {
            routes.MapIntake();
            routes.MapDeciding();
            routes.MapJurisdictions();
        },
        Nav =
        [
            .. DecidingModule.Nav,
            new NavItem("Jurisdictions", JurisdictionRoutes.Page, Permission.SettingsRead),
        ],
    };
}
