using System.Diagnostics;
using Vigil.Media;
using Vigil.Tests.Cli;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Video;

/// <summary>Alone: the tests count the ffmpegs of this process, and what it allocates.</summary>
[CollectionDefinition(nameof(VideoLimitTests), DisableParallelization = true)]
public class VideoLimitTestsAlone;

/// <summary>Each limit is met in the real sandbox and ends as "not looked at"; no ffmpeg is left behind.</summary>
[Collection(nameof(VideoLimitTests))]
public class VideoLimitTests
{
    private static readonly Lazy<byte[]> Clip = new(() => Clips.Pattern());

    /// <summary>Takes many seconds to decode, so that there is time to end it.</summary>
    private static readonly Lazy<byte[]> Long = new(() => Clips.Pattern(seconds: 60, size: "1280x720"));

    private static readonly VideoRequest EveryFrame = new() { Sampling = FrameSampling.EveryFrame };

    public static TheoryData<string, MediaOutcome> Limits { get; } =
        new()
        {
            { "bytes", MediaOutcome.TooManyBytes },
            { "pixels", MediaOutcome.TooManyPixels },
            { "side", MediaOutcome.TooManyPixels },
            { "frames", MediaOutcome.TooManyFrames },
            { "length", MediaOutcome.TooManyFrames },
            { "resident", MediaOutcome.OutOfMemory },
            { "cpu", MediaOutcome.OutOfTime },
            { "wall", MediaOutcome.OutOfTime },
        };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Limits))]
    public async Task Each_limit_ends_the_job_with_its_own_outcome(string limit, MediaOutcome outcome)
    {
        var slow = limit is "resident" or "cpu" or "wall";
        var clip = slow ? Long.Value : Clip.Value;
        var limits = new VideoLimits();
        limits = limit switch
        {
            "bytes" => limits with { MaxFileBytes = clip.Length - 1 },
            "pixels" => limits with { MaxPixels = 320 * 240 - 1 },
            "side" => limits with { MaxSidePixels = 319 },
            "frames" => limits with { MaxFrames = 89 },
            "length" => limits with { MaxLength = TimeSpan.FromSeconds(2.9) },
            "resident" => limits with { MaxResidentBytes = 20 << 20 },
            "cpu" => limits with { MaxCpuTime = TimeSpan.FromMilliseconds(300) },
            _ => limits with { MaxWallTime = TimeSpan.FromMilliseconds(700) },
        };
        await using var hasher = Clips.Open(new VideoOptions { Limits = limits });
        var began = Stopwatch.GetTimestamp();

        var result = await hasher.HashAsync(clip, EveryFrame);

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{limit}: {result.Outcome} after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms"
        );
        Assert.Equal(outcome, result.Outcome);
        Assert.NotEmpty(result.Advice);
        Assert.Empty(result.Hashes);
        Assert.Null(result.Video);
        Assert.Equal(limit == "bytes" ? null : clip.Length, result.Digests?.LengthBytes);
        Assert.Empty(Clips.Running());
    }

    /// <summary>
    /// A sandbox begins in steps of processes that wait for one another: one whose parent was ended in between must not
    /// wait for ever, holding the pipe that is read here.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Ended_at_any_moment_of_its_start_it_ends()
    {
        const int Times = 150;
        await using var hasher = Clips.Open();
        for (var time = 0; time < Times; time++)
        {
            using var ending = new CancellationTokenSource();
            var job = hasher.HashAsync(new MemoryStream(Clip.Value), EveryFrame, ending.Token);
            var moment = TimeSpan.FromMicroseconds(100 * time);
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < moment)
            {
                Thread.SpinWait(20);
            }
            await ending.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        }
        Assert.Empty(Clips.Running("bwrap"));
        Assert.Empty(Clips.Running());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("frames", 44)]
    [InlineData("pixels", 45)]
    public async Task The_limits_hold_for_the_whole_video_s_hash_too(string limit, int frames)
    {
        var limits = new VideoLimits { MaxFrames = frames };
        limits = limit == "pixels" ? limits with { MaxPixels = 320 * 240 - 1 } : limits;
        await using var hasher = Clips.Open(new VideoOptions { Limits = limits });
        var result = await hasher.HashAsync(Clip.Value, new VideoRequest { Frames = false, Tmk = true });
        Assert.NotEqual(MediaOutcome.Done, result.Outcome);
        Assert.Null(result.Video);
        Assert.Empty(Clips.Running());
    }

    [Fact(Timeout = 60_000)]
    public async Task At_its_limits_a_video_is_still_hashed()
    {
        var limits = new VideoLimits
        {
            MaxFrames = 90,
            MaxPixels = 320 * 240,
            MaxSidePixels = 320,
            MaxFileBytes = Clip.Value.Length,
            MaxLength = TimeSpan.FromSeconds(3),
        };
        await using var hasher = Clips.Open(new VideoOptions { Limits = limits });
        var result = await hasher.HashAsync(Clip.Value, EveryFrame with { Tmk = true, Dihedral = true });
        Assert.Equal((MediaOutcome.Done, 90, false), (result.Outcome, result.Frames, result.Truncated));
        Assert.Equal((320, 240), (result.Width, result.Height));
        Assert.Equal(90 * 8, result.Hashes.Count);
        // ffmpeg may repeat the last frame once or twice to fill its fifteen a second.
        Assert.InRange(result.Video!.Tmk!.Frames, 45, 47);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_ffmpeg_that_dies_costs_its_video_and_no_other()
    {
        await using var hasher = Clips.Open();
        var job = hasher.HashAsync(Long.Value, EveryFrame);
        await Pools.UntilAsync(() => Clips.Running().Count == 1, "ffmpeg runs");
        using (var process = Process.GetProcessById(Clips.Running()[0]))
        {
            process.Kill();
        }
        var killed = await job;
        Assert.Equal(MediaOutcome.WorkerCrashed, killed.Outcome);
        Assert.Empty(killed.Hashes);
        Assert.Equal(Long.Value.Length, killed.Digests!.LengthBytes);
        Assert.Equal(MediaOutcome.Done, (await hasher.HashAsync(Clip.Value)).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_is_killed_takes_its_ffmpeg_along()
    {
        using var folder = new CliFolder();
        var clip = folder.Write("long.mp4", Long.Value);
        using var program = folder.Vigil.Begin("hash", "--algorithms", "vpdq", "--sample", "0", clip);
        await Pools.UntilAsync(() => Clips.Running().Count == 1, "ffmpeg runs");
        var ffmpeg = Clips.Running()[0];
        program.Kill();
        await Pools.UntilAsync(() => !Pools.IsRunning(ffmpeg), "ffmpeg has ended");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_caller_and_a_closed_hasher_leave_no_ffmpeg_behind()
    {
        var hasher = Clips.Open();
        using var stop = new CancellationTokenSource();
        var cancelled = hasher.HashAsync(new MemoryStream(Long.Value), EveryFrame, stop.Token);
        await Pools.UntilAsync(() => Clips.Running().Count == 1, "ffmpeg runs");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Empty(Clips.Running());

        var closed = hasher.HashAsync(Long.Value, EveryFrame);
        await Pools.UntilAsync(() => Clips.Running().Count == 1, "ffmpeg runs");
        await hasher.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closed);
        Assert.Empty(Clips.Running());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => hasher.HashAsync(Clip.Value));
    }

    [Fact(Timeout = 60_000)]
    public async Task Memory_of_this_process_does_not_grow_with_the_length_of_a_video()
    {
        await using var hasher = Clips.Open();
        var (shorter, longer) = (Clips.Pattern(seconds: 2), Clips.Pattern(seconds: 20));
        await hasher.HashAsync(shorter, EveryFrame);
        var few = await BytesOf(shorter);
        var many = await BytesOf(longer);
        // 540 frames more, and a few hundred bytes for what is kept of each.
        TestContext.Current.TestOutputHelper!.WriteLine($"{few} and {many} bytes");
        Assert.InRange(many - few, 0, 540 * 600);

        async Task<long> BytesOf(byte[] clip)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await hasher.HashAsync(clip, EveryFrame with { Digests = false });
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_source_that_shrinks_or_fails_is_no_video()
    {
        await using var hasher = Clips.Open();
        foreach (var broken in (Stream[])[new LyingStream(Clip.Value, 1), new LyingStream(Clip.Value, -1)])
        {
            var result = await hasher.HashAsync(
                broken,
                new VideoRequest(),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(MediaOutcome.ReadError, result.Outcome);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Bytes_that_wait_in_memory_are_not_copied_and_stay_as_they_were()
    {
        await using var hasher = Clips.Open();
        using var memory = new MediaMemory();
        memory.Write(Clip.Value);
        memory.Position = 0;
        var result = await hasher.HashAsync(
            memory,
            new VideoRequest(),
            TestContext.Current.CancellationToken
        );
        Assert.Equal((await hasher.HashAsync(Clip.Value)).Hashes, result.Hashes);
        memory.Position = 0;
        var after = new byte[Clip.Value.Length];
        memory.ReadExactly(after);
        Assert.Equal(Clip.Value, after);
    }

    /// <summary>Says that it has more bytes, or fewer, than it gives.</summary>
    private sealed class LyingStream(byte[] bytes, int more) : MemoryStream(bytes)
    {
        public override long Length => base.Length + more;
    }
}
