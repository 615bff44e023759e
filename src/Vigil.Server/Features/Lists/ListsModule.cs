using Vigil.Trust;

namespace Vigil.Server.Features.Lists;

internal static class ListsModule
{
    public static readonly Module Module = new(
        "Features/Lists",
        [Profile.Platform, Profile.Hotline, Profile.Steward, Profile.LawEnforcement, Profile.Demo]
    );
}
