using System.Diagnostics;
using Vigil.Media;
using Vigil.Media.Protocol;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>Workers that go wrong on purpose, in the real sandbox, under real limits made small.</summary>
public class LimitTests
{
    private const int WallMs = 700;

    private static readonly MediaLimits Tight = new()
    {
        MaxWallTime = TimeSpan.FromMilliseconds(WallMs),
        MaxCpuTime = TimeSpan.FromMilliseconds(300),
        MaxResidentBytes = 300L * 1024 * 1024,
    };

    [Theory(Timeout = 60_000)]
    [InlineData(nameof(Misbehaviour.Sleep), 0, MediaOutcome.OutOfTime, WallMs, 3 * WallMs)]
    [InlineData(nameof(Misbehaviour.StopReading), 0, MediaOutcome.OutOfTime, WallMs, 3 * WallMs)]
    [InlineData(nameof(Misbehaviour.Spin), 0, MediaOutcome.OutOfTime, 250, 8000)]
    [InlineData(nameof(Misbehaviour.Allocate), 2L << 30, MediaOutcome.OutOfMemory, 0, 8000)]
    [InlineData(nameof(Misbehaviour.Threads), 100, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.Abort), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.Segfault), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.Exit), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.Execute), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.Garbage), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.WrongJob), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.TooManyRecords), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    [InlineData(nameof(Misbehaviour.EndlessPayload), 0, MediaOutcome.WorkerCrashed, 0, 8000)]
    public async Task A_worker_that_goes_wrong_is_stopped_at_its_limit_and_costs_no_other_file(
        string misbehaviour,
        long amount,
        MediaOutcome outcome,
        int fromMs,
        int toMs
    )
    {
        // Wall clock and processor time are out of the way where another limit is meant to bite first.
        var wall = TimeSpan.FromMilliseconds(fromMs == WallMs ? WallMs : 15_000);
        var cpu = misbehaviour == nameof(Misbehaviour.Spin) ? Tight.MaxCpuTime : TimeSpan.FromSeconds(10);
        await using var pool = Pools.Open(
            new MediaOptions { Workers = 1, Limits = Tight with { MaxWallTime = wall, MaxCpuTime = cpu } }
        );
        var good = Pools.Bmp(7);
        var before = await pool.HashAsync(good);
        var worker = Assert.Single(pool.WorkerProcessIds);
        // Large enough that a worker which stops reading leaves the pipe full; a picture, so that a worker
        // which gets away with it would be done.
        var bad = Pools.Bmp(8, side: 1000);
        var began = Stopwatch.GetTimestamp();

        var result = await pool.HashAsync(bad, Enum.Parse<Misbehaviour>(misbehaviour), amount);

        var elapsedMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{misbehaviour}: {result.Outcome} after {elapsedMs:F0} ms"
        );
        Assert.Equal(outcome, result.Outcome);
        Assert.NotEmpty(result.Advice);
        Assert.Empty(result.Hashes);
        Assert.Equal(bad.Length, result.Digests!.LengthBytes);
        Assert.InRange(elapsedMs, fromMs, toMs);
        var after = await pool.HashAsync(good);
        Assert.Equal(MediaOutcome.Done, before.Outcome);
        Assert.Equal(before.Hashes, after.Hashes);
        Assert.Equal(before.Digests, after.Digests);
        await Pools.UntilAsync(() => !Pools.IsRunning(worker), "the bad worker is gone");
    }

    [Fact(Timeout = 30_000)]
    public async Task What_a_library_prints_never_reaches_the_answer()
    {
        await using var pool = Pools.Open();
        var file = Pools.Bmp(3);
        var silent = await pool.HashAsync(file);
        var chatty = await pool.HashAsync(file, Misbehaviour.Chatter);
        Assert.Equal(MediaOutcome.Done, chatty.Outcome);
        Assert.Equal(silent.Hashes, chatty.Hashes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_worker_that_answers_twice_gets_no_other_file()
    {
        await using var pool = Pools.Open(new MediaOptions { Workers = 1, Limits = Tight });
        var twice = await pool.HashAsync(Pools.Bmp(1), Misbehaviour.TwoAnswers);
        Assert.Equal(MediaOutcome.NotMedia, twice.Outcome);
        // The second answer may come after the next file was sent: then that job ends, but is never answered
        // by it.
        var next = await pool.HashAsync(Pools.Bmp(1));
        Assert.Contains(next.Outcome, (MediaOutcome[])[MediaOutcome.Done, MediaOutcome.WorkerCrashed]);
        Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(1))).Outcome);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sparse_file_of_10_GB_is_refused_in_under_a_second_and_not_read()
    {
        await using var pool = Pools.Open();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1,
            FileOptions.DeleteOnClose
        );
        file.SetLength(10L << 30);
        var began = Stopwatch.GetTimestamp();
        var result = await pool.HashAsync(file, new(), TestContext.Current.CancellationToken);
        Assert.Equal(MediaOutcome.TooManyBytes, result.Outcome);
        Assert.Null(result.Digests);
        Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds < 1);
        Assert.Equal(0, file.Position);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_empty_file_is_told_as_empty_with_the_digests_of_nothing()
    {
        await using var pool = Pools.Open();
        var result = await pool.HashAsync([]);
        Assert.Equal(MediaOutcome.Empty, result.Outcome);
        Assert.Equal("d41d8cd98f00b204e9800998ecf8427e", result.Digests!.Md5.ToHex());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_file_that_shrinks_or_grows_while_it_is_read_is_a_read_error(int change)
    {
        await using var pool = Pools.Open();
        var changing = new MisreportingStream(Pools.Bmp(5), change);
        var result = await pool.HashAsync(changing, new(), TestContext.Current.CancellationToken);
        Assert.Equal(MediaOutcome.ReadError, result.Outcome);
        Assert.Null(result.Digests);
        Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(5))).Outcome);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_source_that_fails_is_a_read_error_and_one_that_throws_is_the_callers()
    {
        await using var pool = Pools.Open();
        var failing = new MisreportingStream(Pools.Bmp(5), 0) { Throws = new IOException("gone") };
        var result = await pool.HashAsync(failing, new(), TestContext.Current.CancellationToken);
        Assert.Equal(MediaOutcome.ReadError, result.Outcome);
        var broken = new MisreportingStream(Pools.Bmp(5), 0) { Throws = new InvalidDataException("a bug") };
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            pool.HashAsync(broken, new(), TestContext.Current.CancellationToken)
        );
        Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(5))).Outcome);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_slow_source_does_not_use_up_the_time_of_the_decoder()
    {
        await using var pool = Pools.Open(new MediaOptions { Workers = 1, Limits = Tight });
        var slow = new MisreportingStream(Pools.Bmp(5), 0) { DelayMs = 600 };
        var result = await pool.HashAsync(slow, new(), TestContext.Current.CancellationToken);
        Assert.Equal(MediaOutcome.Done, result.Outcome);
    }

    [Fact(Timeout = 30_000)]
    public async Task Digests_alone_need_no_worker_and_equal_those_of_a_full_job()
    {
        await using var pool = Pools.Open();
        var file = Pools.Bmp(9, side: 400);
        var full = await pool.HashAsync(file);
        var alone = await pool.HashAsync(file, new MediaRequest { Pdq = false });
        var hashesOnly = await pool.HashAsync(file, new MediaRequest { Digests = false });
        Assert.Equal(full.Digests, alone.Digests);
        Assert.Empty(alone.Hashes);
        Assert.Null(hashesOnly.Digests);
        Assert.Equal(full.Hashes, hashesOnly.Hashes);
    }

    /// <summary>Says one length and has another, or fails.</summary>
    private sealed class MisreportingStream(byte[] bytes, int change)
        : MemoryStream(bytes, 0, bytes.Length + Math.Min(change, 0))
    {
        public Exception? Throws { get; init; }

        public int DelayMs { get; init; }

        public override long Length => base.Length - change;

        public override int Read(Span<byte> buffer)
        {
            if (Throws is not null)
            {
                throw Throws;
            }
            using var wait = new ManualResetEventSlim(false);
            wait.Wait(DelayMs);
            return base.Read(buffer);
        }
    }
}
