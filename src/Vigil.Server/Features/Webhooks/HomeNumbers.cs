using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>What the first page shows of the outbox.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var dead = await tx.FindAsync<long>(
            "select count(*) from outbox_delivery where tenant = @tenant and state = 'Dead'"
        );
        var waiting = await tx.FindAsync<long>(
            "select count(*) from outbox_delivery where tenant = @tenant and state = 'Waiting'"
        );
        wanted.Add(
            new HomeNumber("Dead letters", $"{dead}", "/console/outbox", Permission.OutboxManage)
            {
                IsWarning = dead > 0,
                Note = waiting > 0 ? $"{waiting} wait to be delivered" : "",
            }
        );
    }
}
