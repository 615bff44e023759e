using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>What the first page shows: how much is held, and what a person must see to.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var standing = await HeldContents.StandingAsync(tx);
        var due = await HeldContents.ListAsync(tx, HeldFilter.Due, null, null, HeldContents.MaxRows);
        var overdue = due.Count(content => content.IsOverdueAt(tx.Now));
        wanted.Add(
            new HomeNumber("Contents held", $"{standing.Held}", PreservationPages.Held, Permission.HoldRead)
            {
                IsWarning = standing.PausedSince is not null,
                Note = standing.PausedSince is null ? "" : "destruction is paused",
            }
        );
        if (overdue > 0)
        {
            wanted.Add(
                new HomeNumber(
                    "Overdue for destruction",
                    $"{overdue}",
                    PreservationPages.Held + "?state=due",
                    Permission.HoldRead
                )
                {
                    IsWarning = true,
                }
            );
        }
    }
}
