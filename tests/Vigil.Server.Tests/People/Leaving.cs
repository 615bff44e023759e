using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.People;

/// <summary>How people lose what they may, as an admin does it.</summary>
internal static class Leaving
{
    public static Task<bool> DisableAsync(this TestServer server, string pseudonym) =>
        server.AdminAsync(async tx =>
        {
            var person = await Vigil.Trust.People.FindByPseudonymAsync(tx, pseudonym);
            await Vigil.Trust.People.SetStateAsync(tx, person.Id, PersonState.Disabled);
            return true;
        });

    public static Task<T> AdminAsync<T>(this TestServer server, Func<Tx, Task<T>> act) =>
        server
            .Kernel()
            .Db.ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.PeopleManage),
                Permission.PeopleManage,
                act
            );
}
