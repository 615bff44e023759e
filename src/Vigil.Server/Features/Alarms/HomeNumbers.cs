using Vigil.Trust;

namespace Vigil.Server.Features.Alarms;

/// <summary>What the first page shows of the alarms.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var open = await tx.FindAsync<long>(
            "select count(*) from alert where tenant = @tenant and state = 'Open'"
        );
        wanted.Add(
            new HomeNumber("Alarms nobody acknowledged", $"{open}", "/console/alarms", Permission.AlertRead)
            {
                IsWarning = open > 0,
            }
        );
    }
}
