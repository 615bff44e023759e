using Vigil.Media;

namespace Vigil.Server.Tests.Operations;

/// <summary>That viewing and reports both ask this one: <c>MetadataTests</c>, <c>DraftMetadataTests</c>.</summary>
public class MetadataPoolTests
{
    private static readonly ServerOptions Options = new() { DataFolder = "/nowhere" };

    [Fact(Timeout = 120_000)]
    public async Task Two_files_lie_in_memory_at_a_time_and_the_rest_wait_unread()
    {
        await using var pool = new MetadataPool(Options);
        var files = Enumerable.Range(0, 5).Select(_ => new Held()).ToList();
        var reads = files.ConvertAll(file => pool.ReadAsync(file, CancellationToken.None));
        Assert.Equal([true, true, false, false, false], files.Select(file => file.IsBegun));

        // A place is given on also where somebody stopped waiting.
        using var stop = new CancellationTokenSource();
        var given = pool.ReadAsync(new Held(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        files.ForEach(file => file.End.SetResult());
        Assert.All(await Task.WhenAll(reads), read => Assert.Equal(MediaOutcome.Empty, read.Outcome));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_file_over_the_limit_is_not_read_and_the_outcome_says_so()
    {
        await using var pool = new MetadataPool(Options) { MaxFileBytes = 100_000 };
        using var most = new MemoryStream(new byte[100_000]);
        using var more = new MemoryStream(new byte[100_001]);
        var read = await pool.ReadAsync(most, CancellationToken.None);
        Assert.Equal(MediaOutcome.NotMedia, read.Outcome);
        read = await pool.ReadAsync(more, CancellationToken.None);
        Assert.Equal(MediaOutcome.TooManyBytes, read.Outcome);
        Assert.Contains("100000 bytes", read.Advice, StringComparison.Ordinal);
    }

    /// <summary>Empty, and it says so only when it may.</summary>
    private sealed class Held : MemoryStream
    {
        public TaskCompletionSource End { get; } = new();

        public bool IsBegun { get; private set; }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            IsBegun = true;
            await End.Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
