using System.Text;
using Vigil.Media;
using Vigil.Media.Metadata;
using Vigil.Media.Pool;
using Vigil.Media.Sandboxing;
using Vigil.Tests.Files;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Metadata;

/// <summary>
/// The promises of exiftool's sandbox, tried from inside by a program in its place: perl, which runs there anyway
/// and can try everything.
/// </summary>
public class ExifToolSandboxTests
{
    private const string Tries = """
        my @planted = @ARGV;
        sub told { my ($what, $worked) = @_; print "$what=", ($worked ? "worked" : "refused"), "\n"; }
        for my $name ("/proc/self/status", "/etc/passwd", "/root", "/home", "/var/log/dpkg.log", @planted) {
            my ($in, $byte);
            told("read $name", open($in, "<", $name) && read($in, $byte, 1));
        }
        for my $name ("/tmp/x", "/dev/shm/x", "/x", "/usr/lib/x", "/usr/share/perl5/Image/x", "/proc/self/fd/0") {
            told("write $name", open(my $out, ">>", $name));
        }
        told("write $planted[0]", open(my $out, ">>", $planted[0]));
        my $child = fork();
        exit(0) if defined($child) && $child == 0;
        told("fork", defined($child));
        told("system", system("/usr/bin/perl", "-e", "1") == 0);
        told("internet socket", socket(my $internet, 2, 1, 0));
        told("local socket", socket(my $local, 1, 1, 0));
        told("signal", kill(0, 1));
        my $memory = "x";
        told("memory file", syscall(319, $memory, 0) >= 0);
        told("descriptor $_", open(my $fd, "<", "/proc/self/fd/$_")) for 3 .. 9;
        print "environment=", join(",", sort keys %ENV), "\n";
        for my $name ("status", "limits", "mountinfo") {
            open(my $in, "<", "/proc/self/$name") or die;
            print "[$name]\n", <$in>;
        }
        """;

    [Fact(Timeout = 60_000)]
    public void It_reads_nothing_writes_nothing_starts_nothing_and_reaches_nobody()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder["secret"], "planted");
        var said = Run(Tries, folder["secret"], Environment.CurrentDirectory);

        Assert.Contains("read /proc/self/status=worked\n", said, StringComparison.Ordinal);
        var tries = said[..said.IndexOf("environment=", StringComparison.Ordinal)]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.True(tries.Length > 20, said);
        Assert.All(tries, one => Assert.EndsWith("=refused", one, StringComparison.Ordinal));
        Assert.Equal("planted", File.ReadAllText(folder["secret"]));
        Assert.Contains("environment=LANG,PATH,PWD\n", said, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public void It_is_another_user_without_rights_under_a_filter_and_sees_nothing_that_can_be_written()
    {
        var said = Run(Tries, "/nowhere");
        foreach (var line in (string[])["Seccomp:\t2", "NoNewPrivs:\t1", "CapEff:\t0000000000000000"])
        {
            Assert.Contains($"\n{line}\n", said, StringComparison.Ordinal);
        }
        Assert.Matches("Uid:\t65534\t65534\t65534\t65534", said);
        Assert.Matches("Gid:\t65534\t65534\t65534\t65534", said);
        Assert.Matches(@"Max file size\s+0\s+0", said);
        Assert.Matches(@"Max core file size\s+0\s+0", said);
        Assert.Matches(@"Max cpu time\s+21\s+21", said);
        Assert.Matches(@"Max address space\s+4000000000\s+4000000000", said);
        Pools.AssertNothingWritable(said[said.IndexOf("[mountinfo]\n", StringComparison.Ordinal)..][12..]);
    }

    [Fact(Timeout = 60_000)]
    public void A_configuration_file_is_never_read()
    {
        // It would be a program. Without the option the same exiftool looks for one where it stands and at home.
        Assert.Equal(["-config", ""], ExifToolArguments.Read.Take(2));
        Assert.DoesNotContain(
            ExifToolArguments.Read.Skip(2),
            argument => argument is "-b" or "-ee" or "-@" or "-if" or "-p" or "-execute" or "-stay_open"
        );
    }

    private static string Run(string script, params string[] arguments)
    {
        Pools.RequireBubblewrap();
        using var watchdog = new Watchdog();
        var program = SandboxedProgram.ExifTool with { Command = [SandboxPrograms.Perl] };
        var job = new MetadataJob(
            new ProgramLauncher(MediaSandbox.Required, program),
            watchdog,
            new MetadataLimits { MaxCpuTime = TimeSpan.FromSeconds(20) },
            TestContext.Current.CancellationToken
        );
        using var input = InheritedFile.Take(new MemoryStream([1]), 1, digests: false);
        var (outcome, output, bytes) = job.Collect(input!.Handle, ["-e", script, .. arguments]);
        Assert.Null(outcome);
        return Encoding.UTF8.GetString(output, 0, bytes);
    }
}
