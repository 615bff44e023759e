using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>One person approved these bytes, and a second one is still to. Any change of the draft voids it.</summary>
internal sealed class FirstApproval
{
    public int DraftVersion { get; init; }
    public byte[] Sha256 { get; init; } = [];
    public string ApprovedBy { get; init; } = "";
    public DateTimeOffset ApprovedAt { get; init; }

    /// <summary>Of these very bytes.</summary>
    public bool IsOf(ReportRow report, ReadOnlySpan<byte> sha256) =>
        DraftVersion == report.DraftVersion && sha256.SequenceEqual(Sha256);

    public static Task<FirstApproval?> FindAsync(Tx tx, Guid reportId) =>
        tx.FindAsync<FirstApproval>(
            """
            select draft_version, sha256, approved_by, approved_at from report_approval
            where tenant = @tenant and report_id = @reportId
            """,
            new { reportId }
        );

    public static Task<int> PutAsync(Tx tx, ReportRow report, byte[] sha256) =>
        tx.ExecuteAsync(
            """
            insert into report_approval (tenant, report_id, draft_version, sha256, approved_by, approved_at)
            values (@tenant, @reportId, @version, @sha256, @me, @now)
            on conflict (tenant, report_id) do update set draft_version = excluded.draft_version,
                sha256 = excluded.sha256, approved_by = excluded.approved_by, approved_at = excluded.approved_at
            """,
            new
            {
                reportId = report.Id,
                version = report.DraftVersion,
                sha256,
                me = tx.Actor.Name,
                now = tx.Now,
            }
        );

    /// <summary>Who may not sign in any more is not one of two: their first approvals are void.</summary>
    public static async Task ForgetOfAsync(Tx tx, PersonDisabled disabled)
    {
        var reports = await tx.QueryAsync<Guid>(
            "delete from report_approval where tenant = @tenant and approved_by = @name returning report_id",
            new { name = disabled.Name }
        );
        foreach (var report in reports)
        {
            await tx.RecordAsync(
                new LedgerAct("report.first_approval_void", report.ToString())
                {
                    Reason = "Who approved it first was disabled.",
                }
            );
        }
    }

    public static Task<int> ForgetAsync(Tx tx, Guid reportId) =>
        tx.ExecuteAsync(
            "delete from report_approval where tenant = @tenant and report_id = @reportId",
            new { reportId }
        );
}
