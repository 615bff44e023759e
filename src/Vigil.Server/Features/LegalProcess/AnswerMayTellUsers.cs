using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// An order not to tell stands until it ends, whatever became of the request that it came with. Asked for all cases of
/// a page at once, in few statements.
/// </summary>
internal static class AnswerMayTellUsers
{
    private const string Orders = """
        join legal_request r on r.tenant = @tenant and r.is_secret = @yes
            and (r.secret_until is null or r.secret_until > @now)
        """;

    public static async Task<MayTellUsers> AnswerAsync(Tx tx, MayTellUsersWanted wanted)
    {
        var may = wanted.Cases.Select(reference => reference.Value).ToHashSet(StringComparer.Ordinal);
        var references = may.Select(reference => (object)reference).ToList();
        var ordered = await SelectAsync<string>(
            tx,
            $"""
            select t.place from wanted cross join legal_target t {Orders} and r.id = t.request_id
            where t.tenant = @tenant and t.place = wanted.value
            """,
            references
        );
        may.ExceptWith(ordered);
        ordered = await SelectAsync<string>(
            tx,
            $"""
            select c.case_ref from wanted cross join content_overview c
            join legal_target t on t.tenant = @tenant and t.content_id = c.id {Orders} and r.id = t.request_id
            where c.tenant = @tenant and c.case_ref = wanted.value
            """,
            references
        );
        may.ExceptWith(ordered);
        may.ExceptWith(await OfScopeAsync(tx, wanted));
        return new MayTellUsers(may);
    }

    /// <summary>Under an order that names the case, or its account.</summary>
    private static async Task<IEnumerable<string>> OfScopeAsync(Tx tx, MayTellUsersWanted wanted)
    {
        var accounts = await tx.AskAsync<CaseAccountsWanted, CaseAccounts>(
            new CaseAccountsWanted(wanted.Cases)
        );
        List<(byte[] Digest, string Reference)> ofDigest =
        [
            .. wanted.Cases.Select(each => (DigestOf(ScopeKind.Case, each.Value), each.Value)),
            .. accounts.Accounts.Select(each => (DigestOf(ScopeKind.Account, each.Value), each.Key)),
        ];
        var named = await SelectAsync<byte[]>(
            tx,
            $"""
            select s.digest from wanted cross join legal_scope s {Orders} and r.id = s.request_id
            where s.tenant = @tenant and s.digest = wanted.value
            """,
            ofDigest.Select(each => (object)each.Digest).ToList()
        );
        var ordered = named.Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal);
        return ofDigest
            .Where(each => ordered.Contains(Convert.ToHexString(each.Digest)))
            .Select(each => each.Reference);

        byte[] DigestOf(ScopeKind kind, string value) => LegalSecrets.ScopeDigest(tx, kind, value);
    }

    private static Task<List<T>> SelectAsync<T>(Tx tx, string select, IReadOnlyList<object> values) =>
        ManyRows.SelectWantedAsync<T>(tx, select, values, ("yes", true), ("now", tx.Now));
}
