using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>What the first page shows: how much is held, and what a person must see to.</summary>
internal static class HomeNumbers
{
    /// <summary>Of those that are due, oldest first.</summary>
    private const int MostLookedAt = 20;

    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted, RootKeys roots)
    {
        AddRootKeys(tx, wanted, roots.Standing());
        var standing = await HeldContents.StandingAsync(tx);
        var due = await HeldContents.ListAsync(tx, HeldFilter.Due, null, null, MostLookedAt);
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
                    overdue < MostLookedAt ? $"{overdue}" : $"{overdue} or more",
                    PreservationPages.Held + "?state=due",
                    Permission.HoldRead
                )
                {
                    IsWarning = true,
                }
            );
        }
    }

    private static void AddRootKeys(Tx tx, HomeNumbersWanted wanted, RootKeyStanding standing)
    {
        var isDrilled = standing.DrilledAt is not null;
        if (isDrilled && standing.SheetsSince is null)
        {
            return;
        }
        var since = isDrilled ? standing.SheetsSince : standing.SharedAt;
        wanted.Add(
            new HomeNumber(
                isDrilled ? "Root key sheets on the server" : "Recovery drill",
                isDrilled ? $"{standing.SheetsHere.Count}" : "not passed",
                PreservationPages.RootKey,
                Permission.HoldRead
            )
            {
                IsWarning = true,
                Note = since is { } at
                    ? $"for {Math.Max(0, (int)(tx.Now - at).TotalDays)} days"
                    : "nothing is sealed before",
            }
        );
    }
}
