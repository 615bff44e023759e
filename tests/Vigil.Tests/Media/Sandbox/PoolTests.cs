using System.Diagnostics;
using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Protocol;

namespace Vigil.Tests.Media.Sandbox;

public class PoolTests
{
    [Fact(Timeout = 120_000)]
    public async Task Where_every_third_file_kills_its_worker_all_others_are_right()
    {
        var count = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 300 : 60;
        await using var pool = Pools.Open(new MediaOptions { Workers = 3 });
        var files = Enumerable.Range(0, count).Select(i => Pools.Bmp(i)).ToArray();
        var expected = new List<PdqHash>();
        foreach (var file in files)
        {
            expected.Add((await pool.HashAsync(file)).Hashes[0].Hash);
        }
        Misbehaviour[] deaths =
        [
            Misbehaviour.Abort,
            Misbehaviour.Segfault,
            Misbehaviour.Exit,
            Misbehaviour.Execute,
            Misbehaviour.Garbage,
        ];
        var results = await Task.WhenAll(
            files.Select(
                (file, i) =>
                    pool.HashAsync(file, i % 3 == 2 ? deaths[i / 3 % deaths.Length] : Misbehaviour.None)
            )
        );
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(i % 3 == 2 ? MediaOutcome.WorkerCrashed : MediaOutcome.Done, results[i].Outcome);
            Assert.Equal(files[i].Length, results[i].Digests!.LengthBytes);
            if (i % 3 != 2)
            {
                Assert.Equal(expected[i], Assert.Single(results[i].Hashes).Hash);
            }
        }
        Assert.True(pool.WorkerProcessIds.Count <= 4, $"{pool.WorkerProcessIds.Count} workers for 3 places");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_is_replaced_after_its_number_of_files()
    {
        await using var pool = Pools.Open(new MediaOptions { Workers = 1, FilesPerWorker = 3 });
        var seen = new HashSet<int>();
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(i))).Outcome);
            seen.UnionWith(pool.WorkerProcessIds);
        }
        Assert.InRange(seen.Count, 3, 5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_died_in_its_sleep_costs_no_file()
    {
        await using var pool = Pools.Open();
        await pool.HashAsync(Pools.Bmp(1));
        var worker = Assert.Single(pool.WorkerProcessIds);
        Process.GetProcessById(worker).Kill();
        await Pools.UntilAsync(() => !Pools.IsRunning(worker), "the worker is gone");
        await Pools.UntilAsync(() => pool.WorkerProcessIds.Count == 1, "its thread waits for a job");
        Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(1))).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_closed_pool_leaves_no_process_and_no_zombie_whatever_ran()
    {
        var pool = Pools.Open(new MediaOptions { Workers = 3 });
        await pool.HashAsync(Pools.Bmp(1));
        var stuck = pool.HashAsync(Pools.Bmp(1), Misbehaviour.Sleep);
        await Pools.UntilAsync(() => pool.WorkerProcessIds.Count == 3, "three workers");
        var workers = pool.WorkerProcessIds;
        await pool.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stuck);
        Assert.DoesNotContain(workers, Pools.IsRunning);
        Assert.Empty(pool.WorkerProcessIds);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.HashAsync(Pools.Bmp(1)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_job_ends_at_once_and_the_next_is_served()
    {
        await using var pool = Pools.Open();
        await pool.HashAsync(Pools.Bmp(1));
        using var cancellation = new CancellationTokenSource();
        var stuck = pool.HashAsync(
            new MemoryStream(Pools.Bmp(1)),
            new(),
            Misbehaviour.Sleep,
            0,
            cancellation.Token
        );
        var waiting = pool.HashAsync(
            new MemoryStream(Pools.Bmp(1)),
            new(),
            Misbehaviour.None,
            0,
            cancellation.Token
        );
        var began = Stopwatch.GetTimestamp();
        cancellation.CancelAfter(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stuck);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds < 2);
        Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(1))).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task This_process_never_maps_a_codec()
    {
        await using var pool = Pools.Open();
        var jpeg = await pool.EncodeJpegAsync(
            Pools.Rgb(4, 200),
            new JpegEncoding(200, 200),
            TestContext.Current.CancellationToken
        );
        var result = await pool.HashAsync(jpeg);
        Assert.Equal((MediaOutcome.Done, MediaFormat.Jpeg), (result.Outcome, result.Format));
        var maps = await File.ReadAllTextAsync("/proc/self/maps", TestContext.Current.CancellationToken);
        foreach (var library in (string[])["vips", "jpeg", "libav", "heif", "png", "webp", "tiff"])
        {
            Assert.DoesNotContain($"{library}.so", maps, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain($"lib{library}", maps, StringComparison.OrdinalIgnoreCase);
        }
        // The same words are found where the codec is: the check can fail.
        var worker = await File.ReadAllTextAsync(
            $"/proc/{pool.WorkerProcessIds[0]}/maps",
            TestContext.Current.CancellationToken
        );
        Assert.Contains("jpeg.so", worker, StringComparison.Ordinal);
    }

    /// <summary>
    /// Without the sandbox, where a worker could leave something: the runtime names its diagnostic files in
    /// the temporary folder by the number of the process and leaves them when it is killed.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task No_file_is_left_behind_by_workers_that_are_killed_or_crash()
    {
        // Other processes leave theirs too, and numbers come again.
        var before = Directory.GetFileSystemEntries("/tmp");
        var workers = new HashSet<int>();
        await using (var pool = Pools.Open(new MediaOptions { Workers = 1, Sandbox = MediaSandbox.None }))
        {
            foreach (
                var end in (Misbehaviour[])[Misbehaviour.Abort, Misbehaviour.Segfault, Misbehaviour.None]
            )
            {
                await pool.HashAsync(Pools.Bmp(1));
                workers.UnionWith(pool.WorkerProcessIds);
                await pool.HashAsync(Pools.Bmp(1), end);
            }
        }
        Assert.NotEmpty(workers);
        var left = Directory.GetFileSystemEntries("/tmp").Except(before).Select(Path.GetFileName);
        string[] theirs =
        [
            .. workers.SelectMany(w => (string[])[$"dotnet-diagnostic-{w}-", $"clr-debug-pipe-{w}-"]),
        ];
        Assert.DoesNotContain(
            left,
            name => theirs.Any(start => name!.StartsWith(start, StringComparison.Ordinal))
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_sandbox_it_works_and_says_so_loudly()
    {
        var warnings = new List<string>();
        await using var pool = Pools.Open(
            new MediaOptions
            {
                Workers = 1,
                Sandbox = MediaSandbox.None,
                OnWarning = warnings.Add,
            }
        );
        Assert.Equal(MediaOutcome.Done, (await pool.HashAsync(Pools.Bmp(1))).Outcome);
        Assert.Contains("WITHOUT A SANDBOX", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.False((await pool.SelfTestAsync(TestContext.Current.CancellationToken)).IsSound);
        Assert.Equal(
            MediaOutcome.WorkerCrashed,
            (await pool.HashAsync(Pools.Bmp(1), Misbehaviour.Execute)).Outcome
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_that_cannot_start_is_explained_and_not_tried_hotly()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            foreach (
                var name in (string[])
                    ["vigil.dll", "vigil.worker.runtimeconfig.json", "Vigil.Media.dll", "Vigil.Hashing.dll"]
            )
            {
                await File.WriteAllTextAsync(
                    Path.Combine(folder.FullName, name),
                    "not what it says",
                    TestContext.Current.CancellationToken
                );
            }
            var warnings = new List<string>();
            await using var pool = Pools.Open(
                new MediaOptions
                {
                    Workers = 1,
                    WorkerAssemblyPath = Path.Combine(folder.FullName, "vigil.dll"),
                    OnWarning = Add,
                }
            );
            void Add(string warning)
            {
                lock (warnings)
                {
                    warnings.Add(warning);
                }
            }
            var began = Stopwatch.GetTimestamp();
            var refused = await Assert.ThrowsAsync<MediaSandboxException>(() => pool.HashAsync(Pools.Bmp(1)));
            Assert.Contains("did not start", refused.Message, StringComparison.Ordinal);
            Assert.Contains("runtimeconfig", refused.Message, StringComparison.Ordinal);
            Assert.Contains("media.sandbox=none", refused.Message, StringComparison.Ordinal);
            // Three starts with 100 and 200 ms between them: not hot, and not for ever.
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalMilliseconds, 300, 5000);
            Assert.Equal(3, warnings.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_worker_that_is_missing_is_told_at_once()
    {
        Pools.RequireBubblewrap();
        var missing = Assert.Throws<MediaSandboxException>(() =>
            new MediaPool(new MediaOptions { WorkerAssemblyPath = "/nowhere/vigil.dll" })
        );
        Assert.Contains("/nowhere/", missing.Message, StringComparison.Ordinal);
    }
}
