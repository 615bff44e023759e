using System.Collections.Concurrent;
using System.Diagnostics;

namespace Vigil.Benchmarks;

/// <summary>Latencies of requests that were answered, and how many were not.</summary>
internal sealed record LoadResult(IReadOnlyList<double> SortedMs, int Errors, TimeSpan Took)
{
    public double PerSecond => SortedMs.Count / Took.TotalSeconds;

    public double Ms(double quantile) =>
        SortedMs.Count == 0
            ? double.NaN
            : SortedMs[(int)Math.Min(SortedMs.Count - 1, quantile * SortedMs.Count)];
}

/// <summary>
/// Sends requests. Closed loop: so many at a time, each after the answer before it; shows throughput. Open loop: at
/// fixed times whatever the server does, latency counted from the planned time, so that a stall is not hidden by
/// requests that were never sent; shows latency.
/// </summary>
internal sealed class LoadGenerator
{
    /// <summary>Open loop: most requests under way; what comes after counts as an error.</summary>
    private const int MaxUnderWay = 2000;

    private readonly int _clients;
    private readonly double _perSecond;

    private LoadGenerator(int clients, double perSecond) => (_clients, _perSecond) = (clients, perSecond);

    public static LoadGenerator Closed(int clients) => new(clients, 0);

    public static LoadGenerator Open(double perSecond) => new(0, perSecond);

    public async Task<LoadResult> RunAsync(Func<int, Task<bool>> request, TimeSpan duration)
    {
        using var stop = new CancellationTokenSource(duration);
        return await RunAsync(request, stop.Token);
    }

    /// <param name="request">Gets its number; false or an exception: an error.</param>
    /// <param name="stop">No request begins after it.</param>
    public async Task<LoadResult> RunAsync(Func<int, Task<bool>> request, CancellationToken stop)
    {
        var (ms, errors) = (new ConcurrentBag<double>(), new ConcurrentBag<int>());
        var began = Stopwatch.GetTimestamp();
        async Task OneAsync(int number, long planned)
        {
            try
            {
                if (await request(number))
                {
                    ms.Add(Stopwatch.GetElapsedTime(planned).TotalMilliseconds);
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Counted below.
            }
            errors.Add(number);
        }
        await (_clients > 0 ? ClosedAsync(OneAsync, stop) : OpenAsync(OneAsync, errors, stop));
        return new LoadResult([.. ms.Order()], errors.Count, Stopwatch.GetElapsedTime(began));
    }

    private Task ClosedAsync(Func<int, long, Task> one, CancellationToken stop)
    {
        var number = 0;
        return Task.WhenAll(
            Enumerable
                .Range(0, _clients)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            while (!stop.IsCancellationRequested)
                            {
                                await one(Interlocked.Increment(ref number), Stopwatch.GetTimestamp());
                            }
                        },
                        CancellationToken.None
                    )
                )
        );
    }

    private async Task OpenAsync(Func<int, long, Task> one, ConcurrentBag<int> errors, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var underWay = new ConcurrentDictionary<int, Task>();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var planned = began + (long)(number / _perSecond * Stopwatch.Frequency);
            var wait = planned - Stopwatch.GetTimestamp();
            if (wait > 0)
            {
                await Task.Delay(
                    TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency),
                    CancellationToken.None
                );
            }
            if (underWay.Count >= MaxUnderWay)
            {
                errors.Add(number);
                continue;
            }
            var mine = number;
            var task = Task.Run(() => one(mine, planned), CancellationToken.None);
            underWay[mine] = task;
            _ = task.ContinueWith(_ => underWay.TryRemove(mine, out Task? _), TaskScheduler.Default);
        }
        await Task.WhenAll(underWay.Values);
    }
}
