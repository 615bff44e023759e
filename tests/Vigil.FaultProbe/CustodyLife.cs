using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.FaultProbe;

/// <summary>Seals contents, holds and lifts, destroys what is due, over and over; acknowledges each when it is
/// done.</summary>
public static class CustodyLife
{
    public static readonly CaseRef Case = new("VC-0000-0000-00");

    private static readonly Actor Custodian = Actor.Machine(
        TenantId.Default,
        "probe",
        Permission.ContentBring,
        Permission.ContentReveal,
        Permission.HoldManage
    );

    public static async Task<TrustKernel> OpenAsync(string folder, string database, long start)
    {
        var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(database),
                KeysFolder = Path.Combine(folder, "keys"),
                Profile = Profile.Demo,
                Time = new FastTime(start),
            },
            _ => []
        );
        kernel.Reactions.Answer<ContentCase, CaseForContent>(
            (_, _) => Task.FromResult(new CaseForContent(true, false, false, "US", true, null))
        );
        return kernel;
    }

    /// <summary>The bytes of one content, known from its number alone; up to four chunks of its sealed file.</summary>
    public static byte[] BytesOf(int number)
    {
        var bytes = new byte[1 + (number * 7919L % 200_000)];
        BitConverter.GetBytes(number).AsSpan(0, Math.Min(4, bytes.Length)).CopyTo(bytes);
        return bytes;
    }

    public static async Task<byte[]> ReadAsync(TrustKernel kernel, Guid id)
    {
        await using var stream = await kernel.Contents.OpenAsync(
            Custodian,
            id,
            Permission.ContentReveal,
            "A test."
        );
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static async Task RunAsync(TrustKernel kernel, int first, Action<string> acknowledge)
    {
        for (var number = first; ; number++)
        {
            try
            {
                await OneAsync(kernel, number, acknowledge);
            }
            catch (LedgerUnavailableException)
            {
                // A slow machine signs late: what is refused is acknowledged to nobody.
            }
        }
    }

    private static async Task OneAsync(TrustKernel kernel, int number, Action<string> acknowledge)
    {
        var bytes = BytesOf(number);
        var id = await kernel.Contents.SealAsync(
            Custodian,
            new ContentToSeal { Case = Case, Sha256 = SHA256.HashData(bytes) },
            new MemoryStream(bytes)
        );
        acknowledge($"sealed {number} {id}");
        if (number % 3 == 0)
        {
            await HoldAsync(kernel, number, id, acknowledge);
        }
        if (number % 4 == 0)
        {
            await kernel.Retention.SweepAsync(TenantId.Default);
            acknowledge($"swept {number}");
        }
    }

    private static async Task HoldAsync(TrustKernel kernel, int number, Guid id, Action<string> acknowledge)
    {
        var hold = await ActAsync(
            kernel,
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
        acknowledge($"held {number} {id}");
        if (number % 2 == 0)
        {
            acknowledge($"lifting {number} {id}");
            await ActAsync(
                kernel,
                async tx =>
                {
                    await Holds.LiftAsync(tx, hold, "A test.");
                    return true;
                }
            );
        }
    }

    private static Task<T> ActAsync<T>(TrustKernel kernel, Func<Tx, Task<T>> work) =>
        kernel.Db.ActAsync(Custodian, Permission.HoldManage, work);
}
