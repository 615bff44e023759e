using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// What those who handle an authority's request must know of cases: which, whose, who decided; and what no text about
/// one may name.
/// </summary>
internal static class AnswerLegalQuestions
{
    public static void React(Reactions reactions)
    {
        reactions.Answer<CasesOfAccountWanted, CasesOfAccount>(OfAccountAsync);
        reactions.Answer<CaseAccountWanted, CaseAccount>(AccountAsync);
        reactions.Answer<CaseDecidersWanted, CaseDeciders>(DecidersAsync);
        reactions.Answer<CaseNamesWanted, CaseNames>(NamesAsync);
    }

    private static async Task<CasesOfAccount> OfAccountAsync(Tx tx, CasesOfAccountWanted wanted) =>
        new([
            .. (
                await tx.QueryAsync<string>(
                    $"""
                    select ref from case_file
                    where tenant = @tenant and account_digest = @digest and gold_for is null
                    order by opened_at desc, id desc limit {CaseLimits.PageRows}
                    """,
                    new { digest = Sealed.AccountDigest(tx, wanted.Account) }
                )
            ).Select(reference => new CaseRef(reference)),
        ]);

    private static async Task<CaseNames> NamesAsync(Tx tx, CaseNamesWanted wanted) =>
        await CaseFile.FindAsync(tx, wanted.Case.Value) is { } file
            ? new CaseNames(CaseActs.NamesOf(tx, file, await CaseItem.OfAsync(tx, file.Id)))
            : new CaseNames([]);

    private static async Task<CaseAccount> AccountAsync(Tx tx, CaseAccountWanted wanted) =>
        await CaseFile.FindAsync(tx, wanted.Case.Value) is { } file
            ? new CaseAccount(Sealed.Open(tx, file.Account, file.Id))
            : new CaseAccount((string?)null);

    private static async Task<CaseDeciders> DecidersAsync(Tx tx, CaseDecidersWanted wanted) =>
        new(
            await tx.QueryAsync<string>(
                """
                select distinct i.decided_by from case_item i
                join case_file f on f.tenant = i.tenant and f.id = i.case_id
                where i.tenant = @tenant and f.ref = @reference and i.decided_by is not null
                """,
                new { reference = wanted.Case.Value }
            )
        );
}
