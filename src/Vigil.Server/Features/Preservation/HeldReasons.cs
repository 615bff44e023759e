using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>
/// Acts on what is held, with their words looked through first: they stand in the ledger, which names no account and no
/// content of the case.
/// </summary>
internal static class HeldReasons
{
    /// <param name="caseRef">Null: it is about one content.</param>
    public static async Task CheckAsync(Tx tx, string? caseRef, Guid? contentId, params string?[] texts) =>
        await NamesNobody.RequireAsync(
            tx,
            caseRef
                ?? await tx.FindAsync<string>(
                    "select case_ref from content_overview where tenant = @tenant and id = @id",
                    new { id = contentId ?? Guid.Empty }
                ),
            texts
        );

    public static async Task LiftHoldAsync(Tx tx, Guid id, string reason)
    {
        if (await Trust.Holds.ByIdAsync(tx, id) is { } hold)
        {
            await CheckAsync(tx, hold.CaseRef, hold.ContentId, reason);
        }
        await Trust.Holds.LiftAsync(tx, id, reason);
    }

    public static async Task AskDestructionAsync(Tx tx, Guid contentId, string reason)
    {
        await CheckAsync(tx, null, contentId, reason);
        await EarlyDestruction.RequestAsync(tx, contentId, reason);
    }

    public static async Task WithdrawDestructionAsync(Tx tx, Guid contentId, string reason)
    {
        await CheckAsync(tx, null, contentId, reason);
        await EarlyDestruction.WithdrawAsync(tx, contentId, reason);
    }
}
