using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.FaultProbe;

/// <summary>
/// One sealing, hold or destruction: says "ready", waits for a line, does it, acknowledges it, lets journal and
/// ledger follow, and ends.
/// </summary>
public static class CustodyStep
{
    /// <summary>Of the machine; a content's term of 30 days is over then.</summary>
    public static readonly TimeSpan UntilDue = TimeSpan.FromSeconds(1.8);

    /// <param name="kernel">Its ledger is signed in the background.</param>
    /// <param name="operation">seal, hold or destroy.</param>
    /// <param name="number">Of the content.</param>
    /// <param name="id">Of the content; not looked at where it is sealed.</param>
    /// <param name="sealedAt">The machine's timestamp when it was sealed.</param>
    /// <param name="acknowledge">Gets one line for each thing that is done.</param>
    public static async Task RunAsync(
        TrustKernel kernel,
        string operation,
        int number,
        Guid id,
        long sealedAt,
        Action<string> acknowledge
    )
    {
        while (operation == "destroy" && TimeProvider.System.GetElapsedTime(sealedAt) < UntilDue)
        {
            await Task.Delay(10);
        }
        await kernel.Retention.FollowAsync(TenantId.Default);
        await SignedAsync(kernel);
        acknowledge("ready");
        Console.ReadLine();
        try
        {
            acknowledge(
                operation switch
                {
                    "seal" => $"sealed {await SealAsync(kernel, number)}",
                    "hold" => $"held {await HoldAsync(kernel, id)}",
                    _ => $"destroyed {await DestroyAsync(kernel)}",
                }
            );
        }
        catch (ContentException e)
        {
            acknowledge($"refused {e.Problem}: {e.Message}");
        }
        catch (IOException e)
        {
            acknowledge($"failed {e.Message}");
        }
        await kernel.Retention.FollowAsync(TenantId.Default);
        await SignedAsync(kernel);
        acknowledge("settled");
    }

    public static Task<Guid> SealAsync(TrustKernel kernel, int number)
    {
        var bytes = CustodyLife.BytesOf(number);
        return kernel.Contents.SealAsync(
            CustodyLife.Custodian,
            new ContentToSeal { Case = CustodyLife.Case, Sha256 = SHA256.HashData(bytes) },
            new MemoryStream(bytes)
        );
    }

    public static Task<Guid> HoldAsync(TrustKernel kernel, Guid id) =>
        kernel.Db.ActAsync(
            CustodyLife.Custodian,
            Permission.HoldManage,
            tx =>
                Holds.AddAsync(
                    tx,
                    new NewHold
                    {
                        Kind = HoldKind.Legal,
                        ContentId = id,
                        Authority = "Order 12 of a court",
                        Reason = "A test.",
                    }
                )
        );

    /// <summary>How many; another process may have had its turn a moment ago.</summary>
    private static async Task<int> DestroyAsync(TrustKernel kernel)
    {
        while (true)
        {
            if (await kernel.Retention.SweepAsync(TenantId.Default) is { } report)
            {
                return report.Destroyed;
            }
            await Task.Delay(10);
        }
    }

    /// <summary>Until no act waits for its signature.</summary>
    public static async Task SignedAsync(TrustKernel kernel)
    {
        while ((await LedgerHead.ReadAsync(kernel.Db, CancellationToken.None)).Oldest is not null)
        {
            await Task.Delay(10);
        }
    }
}
