using System.Diagnostics;

namespace Vigil.Media.Pool;

/// <summary>Why a worker was killed.</summary>
internal enum KillReason
{
    None,
    OutOfTime,
    OutOfMemory,
    TooManyThreads,
    Cancelled,
    PoolClosed,
}

/// <summary>A process that is watched from outside: a warm worker, or a program that reads one file.</summary>
internal interface IWatched
{
    /// <summary>Null when there is nothing to measure: not yet, or no more.</summary>
    Usage? ReadUsage();

    /// <summary>At once and for good; later calls change nothing.</summary>
    void Kill(KillReason reason);
}

/// <summary>The limits of one job and how far it has come.</summary>
/// <param name="worker">Killed when a limit is passed.</param>
/// <param name="wallTime">Without the time spent waiting for the file's own source.</param>
/// <param name="limits">Null while the worker starts.</param>
internal sealed class JobWatch(IWatched worker, TimeSpan wallTime, MediaLimits? limits)
{
    /// <summary>A worker has some fifteen; more than this is a thread bomb.</summary>
    private const int MaxThreads = 64;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpuBefore = worker.ReadUsage()?.Cpu ?? TimeSpan.Zero;

    /// <summary>
    /// Stopwatch ticks spent in the source, and when the read that runs now began (0: none runs).
    /// </summary>
    private long _sourceTicks;
    private long _sourceReadBegan;

    public void SourceReadBegins() => Volatile.Write(ref _sourceReadBegan, Stopwatch.GetTimestamp());

    public void SourceReadEnds()
    {
        var began = Interlocked.Exchange(ref _sourceReadBegan, 0);
        Interlocked.Add(ref _sourceTicks, Stopwatch.GetTimestamp() - began);
    }

    public void Check()
    {
        if (WallTime() > wallTime)
        {
            worker.Kill(KillReason.OutOfTime);
        }
        else if (limits is not null && worker.ReadUsage() is { } usage)
        {
            if (usage.ResidentBytes > limits.MaxResidentBytes)
            {
                worker.Kill(KillReason.OutOfMemory);
            }
            else if (usage.Cpu - _cpuBefore > limits.MaxCpuTime)
            {
                worker.Kill(KillReason.OutOfTime);
            }
            else if (usage.Threads > MaxThreads)
            {
                worker.Kill(KillReason.TooManyThreads);
            }
        }
    }

    private TimeSpan WallTime()
    {
        var now = Stopwatch.GetTimestamp();
        var began = Volatile.Read(ref _sourceReadBegan);
        var inSource = Volatile.Read(ref _sourceTicks) + (began == 0 ? 0 : now - began);
        return Stopwatch.GetElapsedTime(_started + inSource, now);
    }
}
