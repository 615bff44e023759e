using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

internal static class AlarmsModule
{
    public static readonly Module Module = new("Features/Alarms", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
    };
}
