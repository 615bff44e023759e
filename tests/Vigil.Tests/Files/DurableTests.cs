using System.Buffers.Binary;
using System.Diagnostics;
using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class DurableTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_replaced_file_holds_the_new_bytes_is_private_and_nothing_stays_beside_it()
    {
        var path = _folder["list"];
        Durable.Replace(path, s => s.Write("old"u8));
        Durable.Replace(path, s => s.Write("new, and longer"u8));

        Assert.Equal("new, and longer", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(["list"], _folder.Names);
    }

    [Fact]
    public void A_writer_may_close_its_stream()
    {
        Durable.Replace(
            _folder["a"],
            s =>
            {
                using var text = new StreamWriter(s);
                text.Write("closed");
            }
        );
        Assert.Equal("closed", File.ReadAllText(_folder["a"]));
    }

    [Fact]
    public void A_writer_that_throws_leaves_the_old_file_whole()
    {
        var path = _folder["list"];
        Durable.Replace(path, s => s.Write("old"u8));

        var thrown = Assert.Throws<InvalidOperationException>(() =>
            Durable.Replace(
                path,
                s =>
                {
                    s.Write(new byte[200_000]);
                    throw new InvalidOperationException("half-way");
                }
            )
        );

        Assert.Equal("half-way", thrown.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["list"], _folder.Names);
    }

    [Theory]
    [InlineData("missing/list", "Create the folder first")]
    [InlineData("file/list", "Create the folder first")]
    public void A_folder_that_is_not_there_is_named_with_advice(string path, string advice)
    {
        File.WriteAllText(_folder["file"], "");
        var error = Assert.Throws<IOException>(() => Durable.Replace(_folder[path], s => s.Write("x"u8)));
        Assert.Contains(advice, error.Message);
        Assert.Contains(_folder[path], error.Message);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_an_error_and_stays()
    {
        Directory.CreateDirectory(_folder["list"]);
        Assert.Throws<IOException>(() => Durable.Replace(_folder["list"], s => s.Write("x"u8)));
        Assert.Equal(["list"], _folder.Names);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("")]
    [InlineData("/")]
    public void A_name_the_system_cannot_take_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Durable.Replace(name, s => s.Write("x"u8)));

    [Fact]
    public void A_name_that_is_not_valid_Unicode_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            Durable.Replace(_folder["a" + (char)0xd800], s => s.Write("x"u8))
        );

    [Fact]
    public void The_longest_name_can_be_replaced_and_a_longer_one_is_refused()
    {
        var longest = new string('n', 255);
        Durable.Replace(_folder[longest], s => s.Write("1"u8));
        Durable.Replace(_folder[longest], s => s.Write("2"u8));
        Assert.Equal([longest], _folder.Names);

        var error = Assert.Throws<IOException>(() => Durable.Replace(_folder[longest + "n"], _ => { }));
        Assert.Contains("shorter name", error.Message);
        Assert.Equal([longest], _folder.Names);
    }

    [Fact]
    public void A_symbolic_link_is_replaced_and_its_target_is_not_touched()
    {
        File.WriteAllText(_folder["target"], "target");
        File.CreateSymbolicLink(_folder["link"], _folder["target"]);
        Durable.Replace(_folder["link"], s => s.Write("new"u8));
        Assert.Equal("target", File.ReadAllText(_folder["target"]));
        Assert.Null(new FileInfo(_folder["link"]).LinkTarget);
    }

    [Fact]
    public void Two_writers_of_one_file_do_not_disturb_each_other()
    {
        var path = _folder["list"];
        Durable.Replace(
            path,
            outer =>
            {
                outer.Write("outer"u8);
                Durable.Replace(path, inner => inner.Write("inner"u8));
                Assert.Equal("inner", File.ReadAllText(path));
            }
        );
        Assert.Equal("outer", File.ReadAllText(path));
        Assert.Equal(["list"], _folder.Names);
    }

    [Fact]
    public void Deleting_and_creating_folders_may_be_repeated()
    {
        Durable.CreateFolder(_folder["a/b/c"]);
        Durable.CreateFolder(_folder["a/b/c/"]);
        Durable.CreateFolder("/");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_folder["a/b/c"])
        );
        Durable.Replace(_folder["a/f"], s => s.Write("x"u8));
        Durable.Delete(_folder["a/f"]);
        Durable.Delete(_folder["a/f"]);
        Durable.Delete(_folder["nowhere/f"]);
        Assert.Throws<IOException>(() => Durable.Delete(_folder["a/b"]));

        File.WriteAllText(_folder["file"], "");
        Assert.Throws<IOException>(() => Durable.CreateFolder(_folder["file"]));
        Assert.Throws<IOException>(() => Durable.CreateFolder(_folder["file/below"]));
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_whole_and_says_what_to_do()
    {
        if (Environment.UserName != "root")
        {
            Assert.Skip("mounting a small tmpfs needs root");
        }
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "vigil-test", _folder.Path);
        try
        {
            var path = _folder["list"];
            Durable.Replace(path, s => s.Write("old"u8));
            foreach (var size in new[] { 60_000, 70_000, 1_000_000 })
            {
                var error = Assert.Throws<IOException>(() =>
                    Durable.Replace(path, s => s.Write(new byte[size + 4096]))
                );
                Assert.Contains("Free space", error.Message);
                Assert.Equal("old", File.ReadAllText(path));
                Assert.Equal(["list"], _folder.Names);
            }
            Durable.Replace(path, s => s.Write(new byte[40_000]));
            Assert.Equal(40_000, new FileInfo(path).Length);
        }
        finally
        {
            Run("umount", _folder.Path);
        }
    }

    [Fact]
    public void After_kill_9_at_any_moment_the_file_is_the_old_or_the_new_one_whole()
    {
        const int size = 300_000;
        var random = Effort.NewRandom();
        var path = _folder["list"];
        for (var kills = 0; kills < Effort.Of(200); kills++)
        {
            using var probe = Probe.Launch("replace", path, "1000000", $"{size}");
            Assert.Equal("1", probe.NextLine());
            SpinWait.SpinUntil(() => false, TimeSpan.FromMilliseconds(random.NextDouble() * 15));
            var last = int.Parse(probe.Kill()[^1]);

            var bytes = File.ReadAllBytes(path);
            Assert.Equal(size, bytes.Length);
            var value = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            Assert.InRange(value, last, last + 1);
            for (var i = 0; i < size; i += sizeof(int))
            {
                Assert.Equal(value, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i)));
            }
            Assert.InRange(_folder.Names.Length, 1, 2);
        }
        Durable.Replace(path, s => s.Write("clean"u8));
        Assert.Equal(["list"], _folder.Names);
    }

    [Theory]
    [InlineData("fsync:error=EIO:when=1", 0, "fsync of '")]
    [InlineData("fsync:error=EIO:when=2", 0, "fsync of the folder")]
    [InlineData("fsync:error=EIO:when=3", 1, "fsync of '")]
    [InlineData("fsync:error=ENOSPC:when=5", 2, "fsync of '")]
    [InlineData("fsync:error=EDQUOT:when=6", 2, "fsync of the folder")]
    public void A_failed_fsync_ends_the_process_and_what_was_not_synced_is_not_acknowledged(
        string fault,
        int acknowledged,
        string says
    )
    {
        using var probe = Probe.StartWithFault(fault, "replace", _folder["list"], "10", "100000");
        var (code, lines, error) = probe.End();
        Assert.Equal(74, code);
        Assert.Equal(acknowledged, lines.Count);
        Assert.Contains("vigil: " + says, error);
        Assert.Contains("Check the disk", error);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("delete")]
    public void A_failed_sync_of_the_folder_ends_the_process_also_when_creating_and_deleting(string verb)
    {
        using var probe = Probe.StartWithFault("fsync:error=EIO:when=1", verb, _folder["a"]);
        var (code, lines, error) = probe.End();
        Assert.Equal(74, code);
        Assert.Empty(lines);
        Assert.Contains("fsync of the folder", error);
    }

    [Theory]
    [InlineData("fsync:error=EINTR:when=1..5")]
    [InlineData("openat:error=EINTR:when=1+3")]
    [InlineData("renameat:error=EINTR:when=1+2")]
    [InlineData("pwrite64:error=EINTR:when=1+2")]
    public void A_signal_in_the_middle_of_a_call_changes_nothing(string fault)
    {
        using var probe = Probe.StartWithFaultOn(
            _folder.Path,
            fault,
            "replace",
            _folder["list"],
            "10",
            "100000"
        );
        var (code, lines, error) = probe.End();
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.Equal(10, lines.Count);
        Assert.Equal(100_000, new FileInfo(_folder["list"]).Length);
    }

    [Theory]
    [InlineData("renameat:error=EIO:when=2", 1)]
    [InlineData("flock:error=EINTR:when=1", 10)]
    public void A_failed_rename_leaves_the_old_file_and_an_interrupted_lock_is_taken(
        string fault,
        int written
    )
    {
        using var probe = Probe.StartWithFault(fault, "replace", _folder["list"], "10", "40000");
        var (_, lines, error) = probe.End();
        Assert.Equal(written, lines.Count);
        Assert.Equal(written, BinaryPrimitives.ReadInt32LittleEndian(File.ReadAllBytes(_folder["list"])));
        Assert.Equal(["list"], _folder.Names);
        Assert.True(written == 10 || error.Contains("Replacing"), error);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
