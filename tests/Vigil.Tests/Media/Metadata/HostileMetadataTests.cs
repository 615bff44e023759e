using System.IO.Compression;
using Vigil.Media;
using Vigil.Tests.Files;
using Vigil.Tests.Media.Video;

namespace Vigil.Tests.Media.Metadata;

/// <summary>Alone: the tests count the exiftools of this process.</summary>
[CollectionDefinition(nameof(HostileMetadataTests), DisableParallelization = true)]
public class HostileMetadataTestsAlone;

/// <summary>Files that are damaged, huge or meant to harm: each limit is told, and no exiftool is left.</summary>
[Collection(nameof(HostileMetadataTests))]
public class HostileMetadataTests
{
    private const string Program = "perl";

    [Theory(Timeout = 60_000)]
    [InlineData("bytes", MediaOutcome.TooManyBytes)]
    [InlineData("output", MediaOutcome.TooManyBytes)]
    [InlineData("resident", MediaOutcome.OutOfMemory)]
    [InlineData("cpu", MediaOutcome.OutOfTime)]
    [InlineData("wall", MediaOutcome.OutOfTime)]
    public async Task Each_limit_ends_the_job_with_its_own_outcome(string limit, MediaOutcome outcome)
    {
        // 512 MiB of zeros in half a megabyte: exiftool unpacks what is called text.
        var file = limit is "bytes" or "output"
            ? TaggedFiles.Png(TaggedFiles.Text("Title", new string('a', 200_000)))
            : TaggedFiles.Png(("zTXt", [.. "Comment\0\0"u8, .. Bomb(512)]));
        var limits = new MetadataLimits();
        await using var reader = TaggedFiles.Open(
            limit switch
            {
                "bytes" => limits with { MaxFileBytes = file.Length - 1 },
                "output" => limits with { MaxOutputBytes = 100_000 },
                "resident" => limits with { MaxResidentBytes = 96 << 20 },
                "cpu" => limits with { MaxCpuTime = TimeSpan.FromMilliseconds(300) },
                _ => limits with { MaxWallTime = TimeSpan.FromMilliseconds(400) },
            }
        );

        var read = await reader.ReadAsync(file);

        Assert.Equal(outcome, read.Outcome);
        Assert.NotEmpty(read.Advice);
        Assert.Empty(read.Tags);
        Assert.False(read.IsWhole);
        Assert.Empty(Clips.Running(Program));
    }

    [Fact(Timeout = 60_000)]
    public async Task Long_values_are_cut_and_too_many_tags_are_counted_and_neither_is_whole()
    {
        var limits = new MetadataLimits { MaxTags = 40, MaxValueCharacters = 500 };
        await using var reader = TaggedFiles.Open(limits);
        var cut = await reader.ReadAsync(
            TaggedFiles.Png(TaggedFiles.Text("Title", new string('a', 100_000)))
        );
        Assert.Equal((new string('a', 500), true), (cut.Tag("Title").Value, cut.Tag("Title").IsCut));
        Assert.Equal((MediaOutcome.Done, 0, false), (cut.Outcome, cut.LeftOut, cut.IsWhole));

        var many = await reader.ReadAsync(
            TaggedFiles.Png([
                .. Enumerable.Range(0, 100).Select(number => TaggedFiles.Text($"Key{number}", "value")),
            ])
        );
        Assert.Equal((40, false), (many.Tags.Count, many.IsWhole));
        Assert.InRange(many.LeftOut, 60, 100);

        await using var few = TaggedFiles.Open(limits with { MaxCharacters = 60 });
        Assert.InRange((await few.ReadAsync(TaggedFiles.Png())).Tags.Sum(tag => tag.Value.Length), 1, 60);
    }

    [Fact(Timeout = 120_000)]
    public async Task Cut_and_changed_files_cost_at_most_their_own_result()
    {
        await using var reader = TaggedFiles.Open();
        var random = Effort.NewRandom();
        var good = TaggedFiles.Jpeg("-Make=Sample", "-GPSLatitude=52.5", "-XMP-dc:Title=A sample");
        var outcomes = new Dictionary<string, int>();
        for (var run = 0; run < Effort.Of(60); run++)
        {
            var bad = run % 3 == 0 ? good[..random.Next(3, good.Length)] : (byte[])good.Clone();
            for (var flips = run % 3 == 0 ? 0 : random.Next(1, 40); flips > 0; flips--)
            {
                // The first bytes stay, so that exiftool sees every file.
                bad[random.Next(3, bad.Length)] = (byte)random.Next(256);
            }
            var read = await reader.ReadAsync(bad);
            var said = $"{read.Outcome}{(read.IsDamaged ? ", damaged" : "")}";
            outcomes[said] = outcomes.GetValueOrDefault(said) + 1;
            Assert.Contains(read.Outcome, (MediaOutcome[])[MediaOutcome.Done, MediaOutcome.Damaged]);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join("; ", outcomes));
        var half = await reader.ReadAsync(good[..(good.Length / 4)]);
        Assert.True(
            half is { IsWhole: false } and ({ IsDamaged: true } or { Outcome: not MediaOutcome.Done })
        );
        Assert.True((await reader.ReadAsync(good)).IsWhole);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancelled_caller_a_closed_reader_and_a_killed_exiftool_leave_none_behind()
    {
        var bomb = TaggedFiles.Png(("zTXt", [.. "Comment\0\0"u8, .. Bomb(400)]));
        var reader = TaggedFiles.Open(new MetadataLimits { MaxResidentBytes = 4L << 30 });
        using var stop = new CancellationTokenSource();
        var cancelled = reader.ReadAsync(new MemoryStream(bomb), stop.Token);
        await Sandbox.Pools.UntilAsync(() => Clips.Running(Program).Count == 1, "exiftool runs");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Empty(Clips.Running(Program));

        var killed = reader.ReadAsync(bomb);
        await Sandbox.Pools.UntilAsync(() => Clips.Running(Program).Count == 1, "exiftool runs");
        using (var process = System.Diagnostics.Process.GetProcessById(Clips.Running(Program)[0]))
        {
            process.Kill();
        }
        Assert.Equal(MediaOutcome.WorkerCrashed, (await killed).Outcome);

        var closed = reader.ReadAsync(bomb);
        await Sandbox.Pools.UntilAsync(() => Clips.Running(Program).Count == 1, "exiftool runs");
        await reader.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closed);
        Assert.Empty(Clips.Running(Program));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reader.ReadAsync(bomb));
    }

    private static byte[] Bomb(int mebibytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < mebibytes; i++)
            {
                zlib.Write(zeros);
            }
        }
        return packed.ToArray();
    }
}
