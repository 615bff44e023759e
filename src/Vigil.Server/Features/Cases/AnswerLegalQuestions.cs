using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What those who handle an authority's request must know of cases: which, whose, who decided.</summary>
internal static class AnswerLegalQuestions
{
    public static void React(Reactions reactions)
    {
        reactions.Answer<CasesOfAccountWanted, CasesOfAccount>(OfAccountAsync);
        reactions.Answer<CaseAccountsWanted, CaseAccounts>(AccountsAsync);
        reactions.Answer<CaseDecidersWanted, CaseDeciders>(DecidersAsync);
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

    private sealed class AccountRow
    {
        public Guid Id { get; init; }
        public string Ref { get; init; } = "";
        public byte[] Account { get; init; } = [];
    }
}
