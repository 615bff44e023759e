using Vigil.Server.Features.History.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.History;

/// <summary>What the first page shows of hunts: those that a person must see to.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var paused = await tx.FindAsync<long>(
            "select count(*) from hunt where tenant = @tenant and state = 'Paused'"
        );
        var damaged = await tx.FindAsync<long>(
            "select count(*) from history_segment where tenant = @tenant and state = 'Damaged'"
        );
        if (paused > 0)
        {
            wanted.Add(
                new HomeNumber("Paused hunts", $"{paused}", HistoryPages.Path, Permission.HistoryRead)
                {
                    IsWarning = true,
                }
            );
        }
        if (damaged > 0)
        {
            wanted.Add(
                new HomeNumber("Damaged history", $"{damaged}", HistoryPages.Path, Permission.HistoryRead)
                {
                    IsWarning = true,
                    Note = "segments that are not hunted",
                }
            );
        }
    }
}
