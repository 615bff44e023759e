using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin;

internal static class AdminModule
{
    public static readonly Module Module = new("Features/Admin", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
        Nav = [new NavItem("Home", "/console", Permission.AlertRead)],
        Map = routes =>
        {
            routes.MapPage(
                "/console",
                Permission.AlertRead,
                context => Task.FromResult(Pages.Show<HomePage>(context, "Home"))
            );
        },
    };
}
