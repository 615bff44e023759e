using System.Buffers.Binary;
using System.Diagnostics;
using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class SealedLogTests : IDisposable
{
    private const int HeaderBytes = 107;

    private readonly TestRing _ring = new();

    private string LogPath => _ring.Folder["log"];

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void Records_come_back_in_order_and_more_can_be_added()
    {
        Append([1], [2, 2], new byte[SealedLog.MaxRecordBytes]);
        Append([4]);
        Assert.Equal([1, 2, SealedLog.MaxRecordBytes, 1], Read().Select(r => r.Length));
        Assert.Equal([2, 2], Read()[1]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogPath));
    }

    [Fact]
    public void A_record_that_is_empty_or_too_long_is_refused()
    {
        using var log = Open(_ => { });
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(new byte[SealedLog.MaxRecordBytes + 1]));
    }

    [Fact]
    public void A_log_cut_anywhere_gives_the_whole_records_before_the_cut_and_can_be_used_on()
    {
        Append(Record(1), Record(2), Record(3));
        var whole = File.ReadAllBytes(LogPath);
        var ends = new[] { 1, 2, 3 }
            .Select(n => HeaderBytes + Enumerable.Range(1, n).Sum(SealedLength))
            .ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(LogPath, whole[..length]);
            Append(Record(9));
            var expected = Enumerable.Range(1, ends.Count(e => e <= length)).Append(9).Select(Record);
            Assert.Equal(expected, Read());
        }
    }

    [Fact]
    public void A_tail_of_zeros_after_power_loss_is_dropped()
    {
        Append(Record(1));
        var whole = File.ReadAllBytes(LogPath);
        foreach (var zeros in new[] { 1, 7, 8, 36, 4096, 200_000 })
        {
            File.WriteAllBytes(LogPath, [.. whole, .. new byte[zeros]]);
            Assert.Equal([Record(1)], Read());
            Assert.Equal(whole.Length, new FileInfo(LogPath).Length);
        }
        File.WriteAllBytes(LogPath, [.. whole, .. new byte[300], 1]);
        Assert.Throws<SealBrokenException>(Read);
    }

    [Fact]
    public void A_flip_of_any_bit_is_an_error_that_names_the_record_and_drops_nothing()
    {
        Append(Record(1), Record(2), Record(3));
        var whole = File.ReadAllBytes(LogPath);
        for (var at = 0; at < whole.Length; at++)
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= (byte)(1 << at % 8);
            File.WriteAllBytes(LogPath, flipped);
            try
            {
                _ = Read();
                Assert.Fail($"the flip at {at} was not noticed");
            }
            catch (SealBrokenException e)
            {
                Assert.True(at < HeaderBytes || e.Message.Contains("damaged at record"), e.Message);
            }
            catch (KeyRingException e)
            {
                Assert.Equal(KeyRingProblem.UnknownEpoch, e.Problem);
            }
            Assert.Equal(flipped, File.ReadAllBytes(LogPath));
        }
    }

    [Fact]
    public void Records_exchanged_doubled_taken_out_or_from_another_log_are_an_error()
    {
        Append([1, 1], [2, 2], [3, 3]);
        var whole = File.ReadAllBytes(LogPath);
        var size = (whole.Length - HeaderBytes) / 3;
        byte[] Part(int i) => whole.AsSpan(HeaderBytes + i * size, size).ToArray();
        var header = whole[..HeaderBytes];
        File.Delete(LogPath);
        Append([1, 1], [2, 2], [3, 3]);
        var other = File.ReadAllBytes(LogPath)[(HeaderBytes + size)..];

        foreach (
            var changed in new byte[][]
            {
                [.. header, .. Part(1), .. Part(0), .. Part(2)],
                [.. header, .. Part(0), .. Part(0), .. Part(1), .. Part(2)],
                [.. header, .. Part(0), .. Part(2)],
                [.. header, .. Part(1), .. Part(2)],
                [.. whole, .. Part(2)],
                [.. header, .. Part(0), .. other],
            }
        )
        {
            File.WriteAllBytes(LogPath, changed);
            Assert.Throws<SealBrokenException>(Read);
        }
    }

    [Fact]
    public void A_log_of_another_name_kind_or_ring_is_refused_and_not_touched()
    {
        Append([1]);
        var whole = File.ReadAllBytes(LogPath);
        Assert.Throws<SealBrokenException>(() =>
            SealedLog.Open(LogPath, _ring.Keys, TestRing.Context("other"), _ => { })
        );
        using var elsewhere = new TestRing();
        Assert.Throws<SealBrokenException>(() =>
            SealedLog.Open(LogPath, elsewhere.Keys, TestRing.Context(), _ => { })
        );
        Assert.Equal(whole, File.ReadAllBytes(LogPath));

        foreach (var bytes in new byte[][] { [65], "text"u8.ToArray(), _ring.Seal([1]) })
        {
            File.WriteAllBytes(LogPath, bytes);
            Assert.Throws<SealBrokenException>(() => Open(_ => { }).Dispose());
            Assert.Equal(bytes, File.ReadAllBytes(LogPath));
        }
    }

    [Fact]
    public void A_second_opener_is_told_that_the_log_is_in_use()
    {
        using (Open(_ => { }))
        {
            var error = Assert.Throws<FileInUseException>(() => Open(_ => { }));
            Assert.Contains("let the other end first", error.Message);
        }
        Open(_ => { }).Dispose();
    }

    [Fact]
    public void A_reader_that_throws_gives_the_log_free_again()
    {
        Append([1]);
        Assert.Throws<InvalidOperationException>(() => Open(_ => throw new InvalidOperationException()));
        Assert.Single(Read());
    }

    [Fact]
    public void A_log_of_a_destroyed_epoch_says_so()
    {
        Append([1]);
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);
        var error = Assert.Throws<KeyRingException>(Read);
        Assert.Equal(KeyRingProblem.EpochDestroyed, error.Problem);
    }

    [Fact]
    public void A_log_in_a_missing_folder_or_behind_a_link_is_an_error_with_advice()
    {
        var error = Assert.Throws<IOException>(() =>
            SealedLog.Open(_ring.Folder["nowhere/log"], _ring.Keys, TestRing.Context(), _ => { })
        );
        Assert.Contains("Create the folder first", error.Message);
        File.CreateSymbolicLink(LogPath, _ring.Folder["target"]);
        Assert.Throws<IOException>(() => Open(_ => { }));
        Assert.False(File.Exists(_ring.Folder["target"]));
    }

    [Fact]
    public void A_full_disk_refuses_the_record_and_the_log_can_be_used_on()
    {
        if (Environment.UserName != "root")
        {
            Assert.Skip("mounting a small tmpfs needs root");
        }
        var disk = _ring.Folder["disk"];
        Directory.CreateDirectory(disk);
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "vigil-test", disk);
        try
        {
            var path = Path.Combine(disk, "log");
            using (var log = SealedLog.Open(path, _ring.Keys, TestRing.Context(), _ => { }))
            {
                log.Append(new byte[40_000]);
                var error = Assert.Throws<IOException>(() => log.Append(new byte[40_000]));
                Assert.Contains("Free space", error.Message);
                log.Append([1, 2]);
                log.Sync();
            }
            var lengths = new List<int>();
            SealedLog.Open(path, _ring.Keys, TestRing.Context(), r => lengths.Add(r.Length)).Dispose();
            Assert.Equal([40_000, 2], lengths);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public void After_kill_9_every_acknowledged_record_is_there()
    {
        var random = Effort.NewRandom();
        var acknowledged = 0;
        for (var kills = 0; kills < Effort.Of(200); kills++)
        {
            using var probe = Probe.Launch("log", LogPath, _ring.Folder["keys"], "1000000");
            Assert.Equal($"{acknowledged + 1}", probe.NextLine());
            SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(random.NextDouble() * 15));
            var last = int.Parse(probe.Kill()[^1]);

            var records = Read("log");
            Assert.InRange(records.Count, last, last + 1);
            for (var i = 0; i < records.Count; i++)
            {
                Assert.Equal(i + 1, BinaryPrimitives.ReadInt32LittleEndian(records[i]));
                Assert.Equal(4 + (i + 1) % 997, records[i].Length);
            }
            acknowledged = records.Count;
        }
    }

    [Theory]
    [InlineData("fdatasync:error=EIO:when=1", 0)]
    [InlineData("fdatasync:error=EIO:when=4", 3)]
    [InlineData("fsync:error=EIO:when=1", 0)]
    [InlineData("fsync:error=EIO:when=2", 0)]
    public void A_failed_sync_ends_the_process_before_it_acknowledges(string fault, int acknowledged)
    {
        using var probe = Probe.StartWithFault(fault, "log", LogPath, _ring.Folder["keys"], "10");
        var (code, lines, error) = probe.End();
        Assert.Equal(74, code);
        Assert.Equal(acknowledged, lines.Count);
        Assert.Contains("failed: Input/output error", error);
        Assert.InRange(Read("log").Count, acknowledged, acknowledged + 1);
    }

    [Fact]
    public void A_short_or_interrupted_write_of_a_record_is_finished()
    {
        using var probe = Probe.StartWithFault(
            "pwrite64:error=EINTR:when=2+2",
            "log",
            LogPath,
            _ring.Folder["keys"],
            "10"
        );
        Assert.Equal(0, probe.End().ExitCode);
        Assert.Equal(10, Read("log").Count);
    }

    private SealedLog Open(Action<byte[]> onRecord, string id = "object") =>
        SealedLog.Open(LogPath, _ring.Keys, TestRing.Context(id), onRecord);

    private void Append(params byte[][] records)
    {
        using var log = Open(_ => { });
        foreach (var record in records)
        {
            log.Append(record);
        }
        log.Sync();
    }

    private List<byte[]> Read() => Read("object");

    private List<byte[]> Read(string id)
    {
        var records = new List<byte[]>();
        Open(records.Add, id).Dispose();
        return records;
    }

    private static byte[] Record(int n) => [.. Enumerable.Repeat((byte)n, n)];

    private static int SealedLength(int record) => 36 + record;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
