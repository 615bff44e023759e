using Vigil.Trust;

namespace Vigil.Server.Features.Lists;

/// <summary>What the first page shows of the lists.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var lists = await tx.FindAsync<long>(
            "select count(*) from scan_list where tenant = @tenant and not is_removed"
        );
        var searched = await tx.FindAsync<long>(
            "select count(*) from scan_list where tenant = @tenant and not is_removed and mode <> 'Off'"
        );
        wanted.Add(
            new HomeNumber("Lists", $"{lists}", "/console/lists", Permission.ListRead)
            {
                IsWarning = searched == 0,
                Note =
                    searched == 0 ? "no list is searched: every scan ends as none"
                    : searched == 1 ? "1 is searched"
                    : $"{searched} are searched",
            }
        );
    }
}
