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
        reactions.Answer<CaseAccountsWanted, CaseAccounts>(AccountsAsync);
        reactions.Answer<CaseDecidersWanted, CaseDeciders>(DecidersAsync);
        reactions.Answer<CaseNamesWanted, CaseNames>(NamesAsync);
    }

    private static async Task<CasesOfAccount> OfAccountAsync(Tx tx, CasesOfAccountWanted wanted)
    {
        var values = new { digest = Sealed.AccountDigest(tx, wanted.Account), most = wanted.Most };
        var found = await tx.QueryAsync<string>(
            """
            select ref from case_file where tenant = @tenant and account_digest = @digest and gold_for is null
            order by opened_at desc, id desc limit @most
            """,
            values
        );
        var total = await tx.FindAsync<long>(
            """
            select count(*) from case_file
            where tenant = @tenant and account_digest = @digest and gold_for is null
            """,
            values
        );
        return new CasesOfAccount([.. found.Select(reference => new CaseRef(reference))], total);
    }

    private static async Task<CaseNames> NamesAsync(Tx tx, CaseNamesWanted wanted) =>
        await CaseFile.FindAsync(tx, wanted.Case.Value) is { } file
            ? new CaseNames(CaseActs.NamesOf(tx, file, await CaseItem.OfAsync(tx, file.Id)))
            : new CaseNames([]);

    private static async Task<CaseAccounts> AccountsAsync(Tx tx, CaseAccountsWanted wanted)
    {
        var found = await ManyRows.SelectWantedAsync<AccountRow>(
            tx,
            """
            select f.id, f.ref, f.account from wanted cross join case_file f
            where f.tenant = @tenant and f.ref = wanted.value and f.account is not null
            """,
            wanted.Cases.Select(reference => (object)reference.Value)
        );
        return new CaseAccounts(
            found.ToDictionary(
                row => row.Ref,
                row => Sealed.Open(tx, row.Account, row.Id)!,
                StringComparer.Ordinal
            )
        );
    }

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

    private sealed class AccountRow
    {
        public Guid Id { get; init; }
        public string Ref { get; init; } = "";
        public byte[] Account { get; init; } = [];
    }
}
