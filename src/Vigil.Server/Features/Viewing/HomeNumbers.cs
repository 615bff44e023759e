using Vigil.Server.Features.Viewing.Limits;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing;

/// <summary>
/// What the first page shows: who waits for another person; and, to each alone, that they are asked how they are.
/// </summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var waiting = await tx.FindAsync<long>(
            """
            select count(*) from viewing_limit
            where tenant = @tenant and kind in ('Hard', 'Severe') and lifted_at is null
            """
        );
        wanted.Add(
            new HomeNumber(
                "Reviewers stopped at their limit",
                $"{waiting}",
                WellnessRoutes.Path,
                Permission.WellnessManage
            )
            {
                IsWarning = waiting > 0,
                Note = waiting > 0 ? "talk to them, then lift it" : "",
            }
        );
        if (await Talks.CountWaitingAsync(tx) is > 0 and var talks)
        {
            wanted.Add(
                new HomeNumber("Talks asked for", $"{talks}", WellnessRoutes.Path, Permission.WellnessManage)
                {
                    IsWarning = true,
                }
            );
        }
        if (await CheckIns.IsWaitingAsync(tx, tx.Actor.Name))
        {
            wanted.Add(
                new HomeNumber("How are you?", "1", ExposureRoutes.Path, Permission.ContentRender)
                {
                    Note = "a check-in for you alone; you need not answer",
                }
            );
        }
    }
}
