using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What those who handle an authority's request must know of cases: which, whose, who decided.</summary>
internal static class AnswerLegalQuestions
{
    public static void React(Reactions reactions)
    {
        reactions.Answer<CasesOfAccountWanted, CasesOfAccount>(OfAccountAsync);
        reactions.Answer<CaseAccountWanted, CaseAccount>(AccountAsync);
        reactions.Answer<CaseDecidersWanted, CaseDeciders>(DecidersAsync);
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

    private static async Task<CaseAccount> AccountAsync(Tx tx, CaseAccountWanted wanted) =>
        await CaseFile.FindAsync(tx, wanted.Case.Value) is { } file
            ? new CaseAccount(Sealed.Open(tx, file.Account, file.Id))
            : new CaseAccount((string?)null);

    /// <summary>Of what stands; where all of it was opened again, of what stood before.</summary>
    private static async Task<CaseDeciders> DecidersAsync(Tx tx, CaseDecidersWanted wanted)
    {
        if (await CaseFile.FindAsync(tx, wanted.Case.Value) is not { } file)
        {
            return new CaseDeciders([]);
        }
        var items = await CaseItem.OfAsync(tx, file.Id);
        var people = items.Select(item => item.DecidedBy).OfType<string>().Distinct().ToList();
        return new CaseDeciders(people.Count > 0 ? people : await CaseParts.DecidersAsync(tx, file.Id));
    }
}
