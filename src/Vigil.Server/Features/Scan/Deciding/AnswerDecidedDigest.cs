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
    public static async Task AddAsync(Tx tx, FilesNamed named) =>
        named.Decisions.UnionWith(
            await ManyRows.SelectWantedAsync<Guid>(
                tx,
                $"""
                select id from (
                    select d.id, row_number() over (partition by wanted.value order by d.at desc) as nth
                    from wanted cross join decision d
                    where d.tenant = @tenant and d.sha256_blind = wanted.value) ranked
                where nth <= {MostOfOneFile}
                """,
                named
                    .Files.Where(file => file.Algorithm == "sha256")
                    .Select(file => ListSecrets.FileBlind(tx.Secrets, file.Value))
            )
        );
}
