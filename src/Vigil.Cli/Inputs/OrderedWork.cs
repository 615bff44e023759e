using System.Threading.Channels;

namespace Vigil.Cli.Inputs;

/// <summary>
/// Work done in parallel whose results come in the order of the inputs. Memory does not grow with their
/// number.
/// </summary>
internal static class OrderedWork
{
    /// <summary>
    /// Inputs taken ahead of the oldest unfinished one, times the jobs: one slow file does not idle the
    /// rest.
    /// </summary>
    private const int WindowPerJob = 16;

    /// <summary>Results handed on at once at most; a batch is what one sync of a journal covers.</summary>
    private const int MaxBatch = 256;

    /// <param name="consume">Takes whatever is ready, in order, one batch at a time.</param>
    public static async Task RunAsync<TInput, TResult>(
        IEnumerable<TInput> inputs,
        int jobs,
        Func<TInput, CancellationToken, Task<TResult>> work,
        Action<IReadOnlyList<TResult>> consume,
        CancellationToken cancellation
    )
    {
        var channel = Channel.CreateBounded<Task<TResult>>(jobs * WindowPerJob);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var feeding = Task.Run(
            () => FeedAsync(inputs, jobs, work, channel.Writer, stop.Token),
            CancellationToken.None
        );
        try
        {
            await DrainAsync(channel.Reader, consume, cancellation);
            await feeding;
        }
        finally
        {
            // What is under way ends before this returns: nobody disposes the workers under it.
            await stop.CancelAsync();
            await Task.WhenAny(feeding);
            await foreach (var task in channel.Reader.ReadAllAsync(CancellationToken.None))
            {
                await Task.WhenAny(task);
            }
        }
    }

    private static async Task FeedAsync<TInput, TResult>(
        IEnumerable<TInput> inputs,
        int jobs,
        Func<TInput, CancellationToken, Task<TResult>> work,
        ChannelWriter<Task<TResult>> writer,
        CancellationToken cancellation
    )
    {
        using var places = new SemaphoreSlim(jobs);
        var running = new List<Task>();
        try
        {
            foreach (var input in inputs)
            {
                await places.WaitAsync(cancellation);
                var task = Task.Run(
                    () => OneAsync(input, work, places, cancellation),
                    CancellationToken.None
                );
                running.RemoveAll(earlier => earlier.IsCompleted);
                running.Add(task);
                await writer.WriteAsync(task, cancellation);
            }
        }
        finally
        {
            await Task.WhenAny(Task.WhenAll(running));
            writer.Complete();
        }
    }

    private static async Task<TResult> OneAsync<TInput, TResult>(
        TInput input,
        Func<TInput, CancellationToken, Task<TResult>> work,
        SemaphoreSlim places,
        CancellationToken cancellation
    )
    {
        try
        {
            return await work(input, cancellation);
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task DrainAsync<TResult>(
        ChannelReader<Task<TResult>> reader,
        Action<IReadOnlyList<TResult>> consume,
        CancellationToken cancellation
    )
    {
        var batch = new List<TResult>();
        while (await reader.WaitToReadAsync(cancellation))
        {
            while (
                reader.TryPeek(out var next)
                && (batch.Count == 0 || next.IsCompleted)
                && batch.Count < MaxBatch
            )
            {
                reader.TryRead(out _);
                batch.Add(await next);
            }
            consume(batch);
            batch.Clear();
        }
    }
}
