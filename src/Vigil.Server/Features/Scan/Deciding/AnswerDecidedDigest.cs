using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>Which file a decision was about, as its keyed digest.</summary>
internal static class AnswerDecidedDigest
{
    public static async Task<byte[]> AnswerAsync(Tx tx, DecidedDigest wanted) =>
        await tx.FindAsync<byte[]>(
            "select sha256_blind from decision where tenant = @tenant and id = @id",
            new { id = wanted.DecisionId }
        ) ?? [];
}
