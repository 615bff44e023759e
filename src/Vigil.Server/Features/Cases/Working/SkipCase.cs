using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// POST /v1/cases/{ref}/skip: not now, and no reason asked. The case comes back to this person later.
/// </summary>
internal static class SkipCase
{
    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, long? lease)
    {
        var file = await CaseActs.RequireAsync(tx, reference, lease);
        await tx.ExecuteAsync(
            """
            insert into case_skip (tenant, case_id, person, until_at) values (@tenant, @id, @me, @until)
            on conflict (tenant, case_id, person) do update set until_at = excluded.until_at
            """,
            new
            {
                id = file.Id,
                me = tx.Actor.Name,
                until = tx.Now + CaseLimits.SkippedFor,
            }
        );
        if (file.AssignedTo == tx.Actor.Name)
        {
            await tx.ExecuteAsync(
                "update case_file set assigned_to = null, assigned_at = null where tenant = @tenant and id = @id",
                new { id = file.Id }
            );
        }
        if (file.ClaimedBy == tx.Actor.Name)
        {
            await CaseLease.ReleaseAsync(tx, file.Id);
        }
        await CaseTimeline.AddAsync(tx, file.Id, "skipped");
        await tx.RecordAsync(new LedgerAct("case.skipped", file.Ref));
        return CaseStatus.Of(file);
    }
}
