using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Vigil.Cli.Samples;
using Vigil.Media;
using Vigil.Server.Features.Scan.Numbers;
using Vigil.Server.Http.Memory;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class LeavesNothingTests
{
    private const int Pictures = 200;
    private const int MarkBytes = 48;

    [Fact(Timeout = 300_000)]
    public async Task Two_hundred_scanned_pictures_leave_no_byte_and_no_hash_on_any_disk()
    {
        await using var server = await TestServer.StartAsync();
        var started = DateTime.UtcNow;
        var files = Marked().ToList();

        foreach (var (bytes, _) in files)
        {
            Assert.Equal("none", (await server.ScanAsync(bytes, "surface=comment")).Decision);
        }
        await server.Server.Get<WriteNumbers>().WriteAsync();

        List<byte[]> traces =
        [
            .. files.Select(file => file.Mark),
            .. files.Select(file => SHA256.HashData(file.Bytes)),
        ];
        var places = await PlacesAsync(server, started);
        Assert.NotEmpty(places);
        foreach (var place in places)
        {
            Assert.False(Holds(place, traces), $"{place} holds something of a scanned picture");
        }
        Assert.Equal(
            Pictures,
            await server.Server.CountAsync(
                "select sum(count) from scan_counts where tenant = @tenant and decision = 'none'"
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public void The_search_finds_what_is_there()
    {
        var (bytes, mark) = Marked().First();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. new byte[100_000], .. bytes]);
            Assert.True(Holds(path, [mark]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task The_blocks_that_requests_were_read_into_are_cleared()
    {
        await using var server = await TestServer.StartAsync();
        var (bytes, _) = Marked().First();
        await server.ScanAsync(bytes, "surface=comment");

        var pools = server.Server.Get<ClearedPools>();

        Assert.Same(pools, server.Server.Get<IMemoryPoolFactory<byte>>());
        Assert.Contains(pools.Made, pool => pool.FreeBlocks.Any());
        Assert.All(
            pools.Made.SelectMany(pool => pool.FreeBlocks),
            block => Assert.Equal(-1, block.Span.IndexOfAnyExcept((byte)0))
        );
    }

    [Fact]
    public void A_block_is_cleared_when_it_is_given_back_and_never_handed_out_twice()
    {
        using var pool = new ClearedPool();
        var block = pool.Rent();
        var memory = block.Memory;
        memory.Span.Fill(7);

        block.Dispose();
        block.Dispose();
        using var first = pool.Rent();
        using var second = pool.Rent();

        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)0));
        Assert.False(first.Memory.Span.Overlaps(second.Memory.Span));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ClearedPool.BlockBytes + 1));
    }

    [Fact]
    public void Media_memory_has_no_name_on_any_disk_and_is_empty_at_its_end()
    {
        var memory = new MediaMemory();
        memory.Write("SAMPLE"u8);
        memory.Position = 2;
        var read = new byte[10];

        Assert.Equal(4, memory.Read(read));
        Assert.Equal("MPLE"u8.ToArray(), read[..4]);
        Assert.Equal(6, memory.Length);
        Assert.Contains(Descriptors(), link => link.StartsWith("/memfd:vigil", StringComparison.Ordinal));
        var before = Descriptors().Count(link => link.StartsWith("/memfd:vigil", StringComparison.Ordinal));
        memory.Dispose();
        memory.Dispose();
        Assert.True(
            Descriptors().Count(link => link.StartsWith("/memfd:vigil", StringComparison.Ordinal)) < before
        );
    }

    private static List<string> Descriptors() =>
        [.. new DirectoryInfo("/proc/self/fd").GetFileSystemInfos().Select(entry => entry.LinkTarget ?? "")];

    /// <summary>Pictures that differ in bytes that are found again: they stand in the file as they are.</summary>
    private static IEnumerable<(byte[] Bytes, byte[] Mark)> Marked()
    {
        var picture = SampleScenes.Draw(1).Picture;
        var dice = new Random(7);
        for (var i = 0; i < Pictures; i++)
        {
            var mark = new byte[MarkBytes];
            dice.NextBytes(mark);
            for (var x = 0; x < MarkBytes / 3; x++)
            {
                picture[x, 0] = new Colour(mark[3 * x], mark[3 * x + 1], mark[3 * x + 2]);
            }
            var bytes = PngWriter.StoredRgb(picture);
            Assert.True(bytes.AsSpan().IndexOf(mark) > 0);
            yield return (bytes, mark);
        }
    }

    /// <summary>Data folder, temporary folders, database files and write-ahead logs.</summary>
    private static async Task<List<string>> PlacesAsync(TestServer server, DateTime since)
    {
        var folders = new List<string> { server.DataFolder, "/tmp", "/dev/shm", "/var/tmp" };
        if (TestDatabase.PostgresServer is not null)
        {
            var data = (
                await server.Server.RowsAsync<string>(
                    "select setting from pg_settings where name = 'data_directory' and @tenant <> ''"
                )
            ).Single();
            var database = (
                await server.Server.RowsAsync<string>(
                    "select cast(oid as text) from pg_database where datname = current_database() and @tenant <> ''"
                )
            ).Single();
            folders.AddRange([Path.Combine(data, "base", database), Path.Combine(data, "pg_wal")]);
        }
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        return
        [
            .. folders
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", options))
                .Where(path => IsNew(path, since)),
        ];
    }

    private static bool IsNew(string path, DateTime since)
    {
        try
        {
            var file = new FileInfo(path);
            return file.LastWriteTimeUtc >= since && file.Length is > 0 and < 512L * 1024 * 1024;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool Holds(string path, List<byte[]> traces)
    {
        byte[] content;
        try
        {
            using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            content = copy.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        // All traces at once: by their first eight bytes.
        var starts = traces.ToLookup(trace => BitConverter.ToUInt64(trace, 0));
        for (var i = 0; i + 8 <= content.Length; i++)
        {
            if (starts[BitConverter.ToUInt64(content, i)].Any(trace => content.AsSpan(i).StartsWith(trace)))
            {
                return true;
            }
        }
        return false;
    }
}
