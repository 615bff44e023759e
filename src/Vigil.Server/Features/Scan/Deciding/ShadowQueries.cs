using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>What a rule on a list would have said on one day, and how often.</summary>
internal sealed record ShadowRow(
    DateTime Date,
    Guid ListId,
    string List,
    string Rule,
    Outcome Would,
    long Count
);

/// <summary>Reads what shadows would have done.</summary>
internal static class ShadowQueries
{
    public const int DefaultDays = 30;
    public const int MaxDays = 366;
    private const int MaxRows = 10_000;

    /// <exception cref="ProblemException">"days" is not 1 to 366.</exception>
    public static int DaysOf(IQueryCollection query)
    {
        var text = query["days"].ToString();
        if (text.Length == 0)
        {
            return DefaultDays;
        }
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is > 0 and <= MaxDays
            ? days
            : throw ProblemException.BadRequest("bad_filter", $"\"days\" is 1 to {MaxDays}.");
    }

    /// <summary>Of the last days, today included; the latest first.</summary>
    public static async Task<IReadOnlyList<ShadowRow>> ListAsync(Tx tx, int days)
    {
        var today = tx.Now.ToUnixTimeSeconds() / (24 * 60 * 60);
        var rows = await tx.QueryAsync<Row>(
            """
            select day, list_id, rule, would, count from shadow_count
            where tenant = @tenant and day > @after order by day desc, count desc limit @most
            """,
            new { after = today - days, most = MaxRows }
        );
        var names = await ListNames.ReadAsync(tx);
        return
        [
            .. rows.Select(row => new ShadowRow(
                DateTime.UnixEpoch.AddDays(row.Day),
                row.ListId,
                names.GetValueOrDefault(row.ListId, "a list that is gone"),
                row.Rule,
                Enum.Parse<Outcome>(row.Would),
                row.Count
            )),
        ];
    }

    private sealed class Row
    {
        public long Day { get; init; }
        public Guid ListId { get; init; }
        public string Rule { get; init; } = "";
        public string Would { get; init; } = "";
        public long Count { get; init; }
    }
}
