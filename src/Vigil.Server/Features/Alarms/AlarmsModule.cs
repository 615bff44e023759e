using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>What is wrong, and how people hear of it. The tables are the kernel's (Trust/Alerts).</summary>
internal static class AlarmsModule
{
    public static readonly Module Module = new("Features/Alarms", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
        Nav = [new NavItem("Alarms", "/console/alarms", Permission.AlertRead)],
        React = (reactions, _) => reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync),
        Map = routes =>
        {
            routes.MapAlarms();
            routes.MapChannels();
            routes.MapRota();
            routes.MapAlarmPages();
        },
    };
}
