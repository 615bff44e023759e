using Vigil.Trust;

namespace Vigil.Server.Features.Scan;

/// <summary>What the first page shows of today's scans (days in UTC).</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select decision, cast(sum(count) as bigint) as count from scan_counts
            where tenant = @tenant and day = @day group by decision order by decision limit 20
            """,
            new { day = tx.Now.ToUnixTimeSeconds() / 86_400 }
        );
        foreach (var row in rows)
        {
            var title = $"Today: {TextOf(row.Decision)}";
            wanted.Add(new HomeNumber(title, $"{row.Count}", "/console/scans", Permission.DecisionRead));
        }
    }

    private static string TextOf(string decision) =>
        decision == "none" ? "no known match" : decision.Replace('_', ' ');

    private sealed class Row
    {
        public string Decision { get; init; } = "";
        public long Count { get; init; }
    }
}
