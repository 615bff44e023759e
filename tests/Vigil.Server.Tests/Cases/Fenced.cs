using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Somebody inside a fence, without an account.</summary>
internal static class Fenced
{
    /// <summary>A person who sees granted cases only, and was granted none yet.</summary>
    public static Actor Of(params Permission[] permissions) =>
        new(TenantId.Default, ActorKind.Person, "person:fenced", permissions.ToHashSet())
        {
            Fence = new CaseFence(Guid.CreateVersion7(), null),
        };

    /// <summary>From now on they see this case; past the ledger.</summary>
    public static Task<int> GrantAsync(this TestServer server, Actor fenced, string caseRef) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        """
                        insert into case_grant (tenant, id, case_ref, person_id, until, reason, given_at, given_by)
                        values (@tenant, @id, @caseRef, @person, @until, 'A test.', @now, 'test')
                        """,
                        new
                        {
                            id = tx.NewId(),
                            caseRef,
                            person = fenced.Fence!.PersonId,
                            until = tx.Now.AddDays(1),
                            now = tx.Now,
                        }
                    )
            );
}
