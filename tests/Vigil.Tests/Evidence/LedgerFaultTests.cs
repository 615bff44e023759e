using System.Diagnostics;
using Vigil.Evidence;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>A ledger whose writer is killed, whose disk is full or fails.</summary>
public sealed class LedgerFaultTests : IDisposable
{
    private readonly TestLedger _ledger = new("probe.example/ledger");

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void Kill_9_at_any_moment_loses_nothing_that_was_acknowledged()
    {
        var random = Effort.NewRandom();
        long acknowledged = 0;
        for (var kill = 0; kill < Effort.Of(100); kill++)
        {
            using var probe = Probe.Launch("ledger", _ledger.Folder, _ledger.KeyPath, "1000000");
            for (var lines = random.Next(1, 12); lines > 0; lines--)
            {
                Assert.NotNull(probe.NextLine());
            }
            SpinWait.SpinUntil(() => false, random.Next(25));
            var sizes = probe.Kill().Where(line => line.StartsWith("size ", StringComparison.Ordinal));
            acknowledged = sizes.Select(line => long.Parse(line[5..])).Append(acknowledged).Max();

            Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
            using var ledger = _ledger.Open();
            Assert.InRange(ledger.Checkpoint.Size, acknowledged, long.MaxValue);
        }
        var checkpoint = _ledger.Reader.ReadCheckpoint();
        for (long index = 0; index < checkpoint.Size; index += 1 + checkpoint.Size / 500)
        {
            Assert.Equal(
                TestLedger.Entry(index).ToArray(),
                _ledger.Reader.ReadEntry(checkpoint, index).ToArray()
            );
        }
    }

    [Theory]
    [InlineData("fsync:error=EIO:when=9+")]
    [InlineData("fsync:error=EIO:when=31+")]
    [InlineData("fsync:error=ENOSPC:when=60+")]
    public void A_failed_sync_ends_the_process_and_what_was_acknowledged_stands(string fault)
    {
        using var probe = Probe.StartWithFault(fault, "ledger", _ledger.Folder, _ledger.KeyPath, "100");
        var (code, lines, error) = probe.End();
        Assert.Equal(74, code);
        Assert.Contains("fsync of", error, StringComparison.Ordinal);
        AssertStands(lines);
    }

    [Theory]
    [InlineData("write:error=EIO:when=40+3")]
    [InlineData("renameat:error=EIO:when=12")]
    public void A_failed_write_adds_nothing_and_what_was_acknowledged_stands(string fault)
    {
        using var probe = Probe.StartWithFault(fault, "ledger", _ledger.Folder, _ledger.KeyPath, "100");
        var (_, lines, _) = probe.End();
        AssertStands(lines);
    }

    [Fact]
    public void A_full_disk_adds_nothing_says_so_and_the_ledger_goes_on_once_there_is_space()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("mounting a small tmpfs needs root");
        }
        Directory.CreateDirectory(_ledger.Folder);
        Assert.SkipUnless(
            Run("mount", "-t", "tmpfs", "-o", "size=256k", "vigil-test", _ledger.Folder) == 0,
            "this machine lets nobody mount"
        );
        try
        {
            var ballast = _ledger["ballast"];
            using var ledger = _ledger.Open();
            ledger.Append(TestLedger.Entries(0, 100));
            File.WriteAllBytes(ballast, new byte[200 * 1024]);
            var before = ledger.Checkpoint;
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var full = Assert.Throws<IOException>(() => ledger.Append(TestLedger.Entries(100, 2000)));
                Assert.Contains("Free space", full.Message, StringComparison.Ordinal);
                Assert.Same(before, ledger.Checkpoint);
                Assert.True(_ledger.Reader.Verify().IsWhole);
            }
            File.Delete(ballast);
            Assert.Equal(2100, ledger.Append(TestLedger.Entries(100, 2000)).Size);
            Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
        }
        finally
        {
            Run("umount", "-l", _ledger.Folder);
        }
    }

    [Fact]
    public void Unacknowledged_leftovers_of_another_history_do_no_harm()
    {
        _ledger.Grow(250);
        _ledger.CopyTo(_ledger.Root["copy"]);
        using (var ledger = _ledger.Open())
        {
            ledger.Append(TestLedger.Entries(900, 60));
        }
        // As after a kill before the checkpoint: the tiles are there, full ones too, and the checkpoint is the old one.
        foreach (var file in new[] { "checkpoint", "tile/0/000.p/250", "tile/entries/000.p/250" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_ledger[file])!);
            File.Copy(Path.Combine(_ledger.Root["copy"], file), _ledger[file], overwrite: true);
        }
        Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
        Assert.Equal(310, _ledger.Grow(60).Size);
        Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
        var checkpoint = _ledger.Reader.ReadCheckpoint();
        Assert.Equal(TestLedger.Entry(255).ToArray(), _ledger.Reader.ReadEntry(checkpoint, 255).ToArray());
    }

    private void AssertStands(IEnumerable<string> lines)
    {
        var acknowledged = lines.Where(line => line.StartsWith("size ", StringComparison.Ordinal));
        using var ledger = _ledger.Open();
        Assert.InRange(
            ledger.Checkpoint.Size,
            acknowledged.Select(line => long.Parse(line[5..])).LastOrDefault(),
            long.MaxValue
        );
        Assert.Empty(SecondVerifier.Errors(_ledger.Folder, _ledger.Vkey));
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
