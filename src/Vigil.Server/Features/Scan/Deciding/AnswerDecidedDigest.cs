using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>Which file a decision was about, as its keyed digest.</summary>
internal static class AnswerDecidedDigest
{
    private const int MostOfOneFile = 20;

    public static async Task<byte[]> AnswerAsync(Tx tx, DecidedDigest wanted) =>
        await tx.FindAsync<byte[]>(
            "select sha256_blind from decision where tenant = @tenant and id = @id",
            new { id = wanted.DecisionId }
        ) ?? [];

    /// <summary>Of the digests a decision keeps that of SHA-256 alone.</summary>
    public static async Task AddAsync(Tx tx, FilesNamed named)
    {
        foreach (var file in named.Files.Where(file => file.Algorithm == "sha256"))
        {
            named.Decisions.UnionWith(
                await tx.QueryAsync<Guid>(
                    """
                    select id from decision where tenant = @tenant and sha256_blind = @blind
                    order by at desc limit @most
                    """,
                    new { blind = ListSecrets.FileBlind(tx.Secrets, file.Value), most = MostOfOneFile }
                )
            );
        }
    }
}
