using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vigil.Media;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;
using Vigil.Media.Video;
using Vigil.Tests.Files;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Video;

/// <summary>
/// The promises of ffmpeg's sandbox, tried from inside by ffmpeg itself: it can read and write files and open
/// connections by its arguments alone, so it is told to do what it must not be able to do.
/// </summary>
public class FfmpegSandboxTests
{
    /// <summary>Copies whatever lies under a name to the pixels' pipe.</summary>
    private static string[] Copy(string name) =>
        [
            "-nostdin",
            "-v",
            "error",
            "-f",
            "data",
            "-i",
            name,
            "-map",
            "0",
            "-c",
            "copy",
            "-f",
            "data",
            "pipe:1",
        ];

    [Fact(Timeout = 60_000)]
    public void It_has_no_rights_no_file_to_write_and_a_filter()
    {
        var status = Lines(Copy("file:/proc/self/status"));
        Assert.Equal("2", status["Seccomp"]);
        Assert.Equal("1", status["NoNewPrivs"]);
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
        {
            var mine = Environment.IsPrivilegedProcess || set != "CapBnd";
            Assert.True(!mine || ulong.Parse(status[set], NumberStyles.HexNumber) == 0, set);
        }
        Assert.Equal("65534\t65534\t65534\t65534", status["Uid"]);
        Assert.Equal("65534\t65534\t65534\t65534", status["Gid"]);

        var limits = Text(Copy("file:/proc/self/limits"));
        Assert.Matches(@"Max file size\s+0\s+0", limits);
        Assert.Matches(@"Max core file size\s+0\s+0", limits);
        Assert.Matches(@"Max open files\s+64\s+64", limits);
        Assert.Matches(@"Max address space\s+4000000000\s+4000000000", limits);
        Assert.Matches(@"Max cpu time\s+\d+\s+\d+", limits);

        Pools.AssertNothingWritable(Text(Copy("file:/proc/self/mountinfo")));
    }

    [Fact(Timeout = 60_000)]
    public void Nothing_of_this_machine_is_there_to_be_read_or_written()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["secret"], "planted");
        foreach (var name in (string[])["/etc/passwd", folder["secret"], "/root", "/home", "/var/log"])
        {
            Assert.Empty(Text(Copy($"file:{name}")));
        }
        // The same arguments do copy what is there.
        Assert.NotEmpty(Text(Copy("file:/proc/self/status")));
        foreach (var name in (string[])["/tmp/x", "/dev/shm/x", "/x", "/usr/lib/x", folder["x"]])
        {
            string[] write = [.. Copy("file:/proc/self/status")[..^1], "-y", $"file:{name}"];
            var (_, outcome) = Run(write);
            Assert.NotEqual(MediaOutcome.Done, outcome);
            Assert.False(File.Exists(name), name);
        }
    }

    [Fact(Timeout = 60_000)]
    public void It_reaches_no_network()
    {
        using var listener = new Listener();
        foreach (var name in listener.Names)
        {
            Assert.Empty(Text(Copy(name)));
        }
        Assert.Equal(0, listener.Connections);
        // There is a network without an interface: the kernel's table of it has its two lines of headings alone.
        var interfaces = Text(Copy("file:/proc/self/net/dev"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(interfaces.Length, 2, 3);
        Assert.All(interfaces[2..], line => Assert.Contains("lo:", line, StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nURL\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nconcat:URL|file:SECRET\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile 'URL'\n")]
    [InlineData("ffconcat version 1.0\nfile 'SECRET'\n")]
    [InlineData("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video PORT RTP/AVP 96\n")]
    [InlineData(
        "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><AdaptationSet><BaseURL>URL</BaseURL></AdaptationSet></Period></MPD>"
    )]
    [InlineData("[playlist]\nFile1=URL\n")]
    [InlineData("WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n")]
    public async Task A_playlist_in_the_place_of_a_video_is_not_followed(string playlist)
    {
        using var listener = new Listener();
        using var folder = new TestFolder();
        File.WriteAllText(folder["secret"], "planted");
        var text = playlist
            .Replace("URL", listener.Names[0], StringComparison.Ordinal)
            .Replace("PORT", listener.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("SECRET", folder["secret"], StringComparison.Ordinal);
        // Past the sniffer, with the product's own arguments, and without a sandbox: the lists alone hold.
        var arguments = FfmpegArguments.ForTmk(new VideoOptions());
        var (pixels, outcome) = Run(arguments, Encoding.ASCII.GetBytes(text), MediaSandbox.None);
        Assert.Empty(pixels);
        Assert.Contains(outcome, (MediaOutcome[])[MediaOutcome.Unsupported, MediaOutcome.Damaged]);
        await Task.Yield();
        Assert.Equal(0, listener.Connections);
    }

    [Fact(Timeout = 60_000)]
    public void Without_the_lists_such_a_playlist_would_be_followed()
    {
        using var listener = new Listener();
        var playlist = $"ffconcat version 1.0\nfile '{listener.Names[0]}'\n";
        string[] arguments =
        [
            "-nostdin",
            "-v",
            "error",
            "-f",
            "concat",
            "-safe",
            "0",
            "-protocol_whitelist",
            "file,http,tcp",
            "-i",
            "file:/proc/self/fd/0",
            "-f",
            "rawvideo",
            "pipe:1",
        ];
        Run(arguments, Encoding.ASCII.GetBytes(playlist), MediaSandbox.None);
        Assert.NotEqual(0, listener.Connections);
    }

    [Fact(Timeout = 60_000)]
    public void It_sees_no_descriptor_but_its_own_and_no_other_process()
    {
        // Numbers 5 to 9 are open nowhere inside: the filter's was read and closed.
        for (var descriptor = 5; descriptor < 10; descriptor++)
        {
            Assert.Empty(Text(Copy($"file:/proc/self/fd/{descriptor}")));
        }
        Assert.NotEmpty(Text(Copy("file:/proc/1/stat")));
        Assert.Empty(Text(Copy($"file:/proc/{Environment.ProcessId}/stat")));
    }

    private static string Text(string[] arguments) => Encoding.ASCII.GetString(Run(arguments).Pixels);

    private static Dictionary<string, string> Lines(string[] arguments) =>
        Text(arguments)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());

    private static (byte[] Pixels, MediaOutcome Outcome) Run(
        IReadOnlyList<string> arguments,
        byte[]? video = null,
        MediaSandbox sandbox = MediaSandbox.Required
    )
    {
        Pools.RequireBubblewrap();
        using var watchdog = new Watchdog();
        using var input = InheritedFile.Take(
            new MemoryStream(video ?? [1]),
            video?.Length ?? 1,
            digests: false
        );
        var limits = new VideoLimits { MaxWallTime = TimeSpan.FromSeconds(20) };
        using var run = FfmpegRun.Start(
            new ProgramLauncher(sandbox, SandboxedProgram.Ffmpeg),
            watchdog,
            limits,
            arguments,
            input!.Handle,
            [],
            TestContext.Current.CancellationToken
        );
        using var pixels = new MemoryStream();
        run.Pixels.CopyTo(pixels);
        return (pixels.ToArray(), run.Finish(pixels.Length > 0 ? 1 : 0, broken: false).Outcome);
    }

    /// <summary>Counts who connects.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private int _connections;

        public Listener()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public string[] Names => [$"http://127.0.0.1:{Port}/x.mp4", $"tcp://127.0.0.1:{Port}"];

        public int Connections => Volatile.Read(ref _connections);

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _connections);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The end of the test.
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
