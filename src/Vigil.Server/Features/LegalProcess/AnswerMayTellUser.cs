using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>An order not to tell stands until it ends, whatever became of the request that it came with.</summary>
internal static class AnswerMayTellUser
{
    public static async Task<MayTellUser> AnswerAsync(Tx tx, MayTellUserWanted wanted)
    {
        var account = await tx.AskAsync<CaseAccountWanted, CaseAccount>(new CaseAccountWanted(wanted.Case));
        var orders = await tx.QueryAsync<Order>(
            """
            select r.secret_until from legal_request r
            where r.tenant = @tenant and r.is_secret = @yes and (r.secret_until is null or r.secret_until > @now)
              and (
                r.id in (select t.request_id from legal_target t where t.tenant = @tenant and t.place = @place)
                or r.id in (select s.request_id from legal_scope s where s.tenant = @tenant
                    and (s.digest = @account or s.digest = @case))
                or r.id in (select t.request_id from legal_target t
                    join content_overview c on c.tenant = t.tenant and c.id = t.content_id
                    where t.tenant = @tenant and c.case_ref = @place))
            """,
            new
            {
                yes = true,
                now = tx.Now,
                place = wanted.Case.Value,
                account = account.Account is { } name
                    ? LegalSecrets.ScopeDigest(tx, ScopeKind.Account, name)
                    : [],
                @case = LegalSecrets.ScopeDigest(tx, ScopeKind.Case, wanted.Case.Value),
            }
        );
        return orders.Count == 0
            ? new MayTellUser(true, null)
            : new MayTellUser(
                false,
                orders.Any(order => order.SecretUntil is null) ? null : orders.Max(order => order.SecretUntil)
            );
    }

    private sealed class Order
    {
        public DateTimeOffset? SecretUntil { get; init; }
    }
}
