using Vigil.Media;
using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;

namespace Vigil.DecodeProbe;

/// <summary>
/// A pool in a process of its own, because the tests kill that process or have another user run it. The
/// picture comes on standard input.
/// </summary>
internal static class PoolDriver
{
    public static async Task<int> RunAsync(bool proves, string workerAssembly)
    {
        using var picture = new MemoryStream();
        await Console.OpenStandardInput().CopyToAsync(picture);
        var options = new MediaOptions { Workers = proves ? 1 : 2, WorkerAssemblyPath = workerAssembly };
        try
        {
            await using var pool = new MediaPool(options);
            return proves ? await ProveAsync(pool, picture) : await WaitAsync(pool, picture);
        }
        catch (MediaSandboxException e)
        {
            Console.WriteLine(e.Message);
            return 3;
        }
    }

    /// <summary>
    /// Names the workers and waits, one of them with a job that does not end, to be killed.
    /// </summary>
    private static async Task<int> WaitAsync(MediaPool pool, MemoryStream picture)
    {
        var stuck = HashAsync(pool, picture, Misbehaviour.Spin);
        while (pool.WorkerProcessIds.Count < 2)
        {
            await Task.Delay(10);
        }
        Console.WriteLine($"workers {string.Join(' ', pool.WorkerProcessIds)}");
        return (await stuck).Outcome == MediaOutcome.OutOfTime ? 0 : 1;
    }

    /// <summary>What the sandbox promises, as whoever runs this.</summary>
    private static async Task<int> ProveAsync(MediaPool pool, MemoryStream picture)
    {
        var report = await pool.SelfTestAsync();
        Console.WriteLine(string.Join("; ", report.Checks.Where(check => !check.Holds)));
        var good = await HashAsync(pool, picture, Misbehaviour.None);
        var greedy = await HashAsync(pool, picture, Misbehaviour.Allocate, 3L << 30);
        Console.WriteLine(
            $"as {LibC.GetEffectiveUid()}: sound {report.IsSound}, {good.Outcome}, {greedy.Outcome}"
        );
        return 0;
    }

    private static Task<MediaResult> HashAsync(
        MediaPool pool,
        MemoryStream picture,
        Misbehaviour misbehaviour,
        long amount = 0
    ) => pool.HashAsync(new MemoryStream(picture.ToArray()), new(), misbehaviour, amount, default);
}
