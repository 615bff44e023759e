using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Unseen;

/// <summary>A row: why something is reported that nobody saw whole, and who says so.</summary>
internal sealed class UnseenReason
{
    public Guid AboutId { get; init; }
    public UnseenKind What { get; init; }
    public byte[] Reason { get; init; } = [];
    public DateTimeOffset GivenAt { get; init; }
    public string GivenBy { get; init; } = "";

    /// <summary>Opened.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Of a report, as they were given.</summary>
    public static async Task<IReadOnlyList<UnseenReason>> OfAsync(Tx tx, Guid reportId)
    {
        var rows = await tx.QueryAsync<UnseenReason>(
            """
            select about_id, what, reason, given_at, given_by from report_unseen
            where tenant = @tenant and report_id = @reportId order by given_at, about_id
            """,
            new { reportId }
        );
        foreach (var row in rows)
        {
            row.Text = Encoding.UTF8.GetString(
                ReportSecrets.Open(tx, row.Reason, reportId, Place(row.AboutId))
            );
        }
        return rows;
    }

    /// <summary>Another one replaces it; the ledger keeps both.</summary>
    public static Task<int> PutAsync(Tx tx, Guid reportId, Guid aboutId, string what, string reason) =>
        tx.ExecuteAsync(
            """
            insert into report_unseen (tenant, report_id, about_id, what, reason, given_at, given_by)
            values (@tenant, @reportId, @aboutId, @what, @reason, @now, @me)
            on conflict (tenant, report_id, about_id) do update set what = excluded.what,
                reason = excluded.reason, given_at = excluded.given_at, given_by = excluded.given_by
            """,
            new
            {
                reportId,
                aboutId,
                what,
                reason = ReportSecrets.Seal(tx, Encoding.UTF8.GetBytes(reason), reportId, Place(aboutId)),
                now = tx.Now,
                me = tx.Actor.Name,
            }
        );

    /// <summary>What an approval accepted stays with the report; a point that is none any more does not.</summary>
    public static async Task KeepAsync(Tx tx, Guid reportId, IReadOnlyList<UnseenView> accepted)
    {
        foreach (var row in await OfAsync(tx, reportId))
        {
            if (accepted.All(point => point.Id != row.AboutId))
            {
                await tx.ExecuteAsync(
                    "delete from report_unseen where tenant = @tenant and report_id = @reportId and about_id = @id",
                    new { reportId, id = row.AboutId }
                );
            }
        }
    }

    private static string Place(Guid aboutId) => $"unseen {aboutId}";
}
