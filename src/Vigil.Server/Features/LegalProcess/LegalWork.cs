using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>What is to be done by itself in one tenant now.</summary>
internal sealed record LegalWork(
    bool HasAlarms,
    IReadOnlyList<Guid> Ended,
    IReadOnlyList<Guid> Destroyed,
    IReadOnlyList<Guid> Gone,
    IReadOnlyList<Guid> Releasing
)
{
    public static async Task<LegalWork> ReadAsync(Tx tx)
    {
        var destroyed = new List<Guid>();
        foreach (var request in await InStateAsync(tx, LegalState.Destroying))
        {
            if (await DestroyOnRequest.IsRemovedAsync(tx, request))
            {
                destroyed.Add(request.Id);
            }
        }
        return new LegalWork(
            await WatchClocks.IsDueAsync(tx),
            [.. (await WatchClocks.EndedAsync(tx)).Select(request => request.Id)],
            destroyed,
            await tx.QueryAsync<Guid>(
                $"""
                select id from legal_request
                where tenant = @tenant and package_sha256 is not null and package_gone_at is null
                  and (state = 'Done' or approved_at <= @before)
                order by id limit {LegalLimits.Rows}
                """,
                new { before = tx.Now - LegalLimits.PackageLife }
            ),
            [.. (await InStateAsync(tx, LegalState.Releasing)).Select(request => request.Id)]
        );
    }

    /// <summary>Its package was removed: its time is over, or the request is.</summary>
    public static async Task GoneAsync(Tx tx, Guid id)
    {
        await tx.ExecuteAsync(
            "update legal_request set package_gone_at = @now where tenant = @tenant and id = @id",
            new { id, now = tx.Now }
        );
        await tx.RecordAsync(new LedgerAct("legal.package_removed", id.ToString()));
    }

    private static Task<IReadOnlyList<LegalRequest>> InStateAsync(Tx tx, LegalState state) =>
        tx.QueryAsync<LegalRequest>(
            $"""
            select {LegalRequest.Columns} from legal_request
            where tenant = @tenant and state = @state order by state_since, id limit {LegalLimits.Rows}
            """,
            new { state = state.ToString() }
        );
}
