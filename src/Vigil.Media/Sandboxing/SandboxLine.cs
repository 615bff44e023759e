using System.Globalization;
using System.Runtime.InteropServices;

namespace Vigil.Media.Sandboxing;

/// <summary>What the user that runs Vigil may do when it starts a worker.</summary>
/// <param name="BecomeNobody">Root: the worker becomes another user. Others get a user namespace.</param>
/// <param name="DisableUserns">bubblewrap can forbid the worker namespaces of its own (with a user namespace
/// only).</param>
/// <param name="RaiseLimits">CAP_SYS_RESOURCE.</param>
internal readonly record struct StartAbilities(bool BecomeNobody, bool DisableUserns, bool RaiseLimits);

/// <summary>
/// The command line that starts a worker: prlimit, then bubblewrap, then (as root) setpriv, then the runtime.
/// Only what the worker reads is visible inside, nothing there is writable, and paths inside do not tell
/// those outside.
/// </summary>
internal static class SandboxLine
{
    private const string RuntimeInside = "/dotnet";
    private const string FrameworksInside = $"{RuntimeInside}/shared/Microsoft.NETCore.App";
    private const string WorkerInside = "/worker";
    private const string Nobody = "65534";

    /// <summary>
    /// Address space. Under it the runtime does not start; the resident limit is the one that bites.
    /// </summary>
    private const long AddressSpaceBytes = 4_000_000_000;

    /// <summary>
    /// Size of any file written, the runtime's own memory files included; 0 would kill the runtime.
    /// </summary>
    private const long FileSizeBytes = 64 * 1024 * 1024;

    private const int OpenFiles = 128;

    /// <summary>What the managed heap of a worker may hold.</summary>
    private const string ManagedHeapBytesHex = "0x18000000";

    /// <summary>Tells the worker that it must not serve unless its own protection stands.</summary>
    public const string SandboxVariable = "VIGIL_MEDIA_SANDBOX";

    public static IReadOnlyDictionary<string, string> Environment(MediaSandbox sandbox) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SandboxVariable] = sandbox.ToString(),
            ["PATH"] = "/usr/bin",
            ["LANG"] = "C.UTF-8",
            ["HOME"] = "/",
            // No diagnostic socket, no perf map, no dump: the worker leaves nothing behind.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_DbgEnableMiniDump"] = "0",
            ["DOTNET_EnableEventPipe"] = "0",
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_GCHeapHardLimit"] = ManagedHeapBytesHex,
            // A worker lives for a few hundred files: compiled well once, not twice (docs/decisions, 10).
            ["DOTNET_TieredCompilation"] = "0",
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
            ["VIPS_CONCURRENCY"] = "1",
            ["VIPS_BLOCK_UNTRUSTED"] = "1",
            ["MALLOC_ARENA_MAX"] = "1",
        };

    public static List<string> Build(MediaSandbox sandbox, WorkerFiles files, StartAbilities can)
    {
        List<string> line = [.. Limits(can.RaiseLimits)];
        if (sandbox == MediaSandbox.None)
        {
            line.AddRange(Run(files.Muxer, files.RuntimeConfig, files.Assembly));
            return line;
        }
        line.Add(SandboxPrograms.Bubblewrap);
        line.AddRange(Namespaces(can));
        line.AddRange(FileSystem(files, can.BecomeNobody));
        line.Add("--clearenv");
        foreach (var (name, value) in Environment(sandbox))
        {
            line.AddRange(["--setenv", name, value]);
        }
        line.Add("--");
        line.AddRange(AsNobody(can));
        line.AddRange(Run($"{RuntimeInside}/dotnet", Inside(files.RuntimeConfig), Inside(files.Assembly)));
        return line;
    }

    private static string[] AsNobody(StartAbilities can) =>
        can.BecomeNobody
            ?
            [
                SandboxPrograms.SetPriv,
                "--reuid",
                Nobody,
                "--regid",
                Nobody,
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
                "--no-new-privs",
            ]
            : [];

    private static string[] Run(string muxer, string runtimeConfig, string assembly) =>
        [muxer, "exec", "--runtimeconfig", runtimeConfig, assembly, MediaWorker.Verb];

    private static string Inside(string workerPart) => $"{WorkerInside}/{Path.GetFileName(workerPart)}";

    /// <summary>
    /// The line that starts a program: the same sandbox, without the runtime and with nothing of Vigil in it. No
    /// file can be written at all, and the filter of system calls is laid by bubblewrap.
    /// </summary>
    /// <param name="seconds">Processor time; the second line behind the watchdog.</param>
    public static List<string> BuildProgram(
        MediaSandbox sandbox,
        StartAbilities can,
        SandboxedProgram program,
        long seconds,
        IEnumerable<string> arguments
    )
    {
        List<string> line = [SandboxPrograms.PrLimit];
        line.Add(string.Create(CultureInfo.InvariantCulture, $"--as={AddressSpaceBytes}"));
        line.Add(string.Create(CultureInfo.InvariantCulture, $"--cpu={seconds}"));
        line.AddRange(["--fsize=0", "--nofile=64", "--core=0"]);
        if (sandbox == MediaSandbox.Required)
        {
            line.Add(SandboxPrograms.Bubblewrap);
            line.AddRange(Namespaces(can));
            line.AddRange(["--seccomp", ChildDescriptors.Filter.ToString(CultureInfo.InvariantCulture)]);
            // Named before what lies in them, as above.
            string[] folders = ["/etc", .. program.Folders];
            line.AddRange(folders.SelectMany(folder => (string[])["--dir", folder]));
            AddSystem(line, can.BecomeNobody);
            foreach (var file in program.Files)
            {
                ReadOnly(line, file, file);
            }
            Close(line);
            line.AddRange([
                "--clearenv",
                "--setenv",
                "PATH",
                "/usr/bin",
                "--setenv",
                "LANG",
                "C.UTF-8",
                "--",
            ]);
            line.AddRange(AsNobody(can));
        }
        line.AddRange(program.Command);
        line.AddRange(arguments);
        return line;
    }

    /// <summary>
    /// No limit on processor time: it would count over all files of a warm worker. The watchdog counts per
    /// file.
    /// </summary>
    private static IEnumerable<string> Limits(bool canRaise)
    {
        yield return SandboxPrograms.PrLimit;
        yield return string.Create(CultureInfo.InvariantCulture, $"--as={AddressSpaceBytes}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--fsize={FileSizeBytes}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--nofile={OpenFiles}");
        yield return "--core=0";
        if (canRaise)
        {
            // So that the worker can keep its memory out of swap; others keep the limit they have.
            yield return "--memlock=unlimited";
        }
    }

    private static IEnumerable<string> Namespaces(StartAbilities can)
    {
        string[] common =
        [
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--die-with-parent",
            "--new-session",
            "--hostname",
            "worker",
            "--cap-drop",
            "ALL",
        ];
        // Root becomes another user for good; what that takes is given up by setpriv right after. bubblewrap,
        // without capabilities then, could not signal that user when the pool dies, so its own process stays
        // the first inside and takes the worker along. Others need none: it would only be left to init as a
        // zombie.
        string[] user = can.BecomeNobody
            ? ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]
            : ["--as-pid-1", "--unshare-user", "--uid", Nobody, "--gid", Nobody];
        return [.. common, .. user, .. can.DisableUserns ? (string[])["--disable-userns"] : []];
    }

    private static List<string> FileSystem(WorkerFiles files, bool asRoot)
    {
        // Named before what lies in them: bubblewrap makes the folders around a bound file for their owner
        // only.
        string[] folders =
        [
            "/usr",
            "/usr/bin",
            RuntimeInside,
            $"{RuntimeInside}/shared",
            FrameworksInside,
            WorkerInside,
        ];
        List<string> line = [.. folders.SelectMany(folder => (string[])["--dir", folder])];
        AddSystem(line, asRoot);
        ReadOnly(line, files.Muxer, $"{RuntimeInside}/dotnet");
        ReadOnly(line, Path.Combine(files.RuntimeRoot, "host"), $"{RuntimeInside}/host");
        ReadOnly(line, files.Framework, $"{FrameworksInside}/{files.FrameworkVersion}");
        foreach (var file in files.WorkerParts)
        {
            ReadOnly(line, file, Inside(file));
        }
        Close(line);
        return line;
    }

    /// <summary>The libraries, and what makes root another user.</summary>
    private static void AddSystem(List<string> line, bool asRoot)
    {
        ReadOnly(line, "/usr/lib", "/usr/lib");
        if (Directory.Exists("/usr/lib64"))
        {
            ReadOnly(line, "/usr/lib64", "/usr/lib64");
        }
        line.AddRange(["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"]);
        // Debian resolves some libraries (BLAS) through these two.
        line.AddRange(["--ro-bind-try", "/etc/alternatives", "/etc/alternatives"]);
        line.AddRange(["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]);
        if (asRoot)
        {
            ReadOnly(line, SandboxPrograms.SetPriv, SandboxPrograms.SetPriv);
        }
    }

    /// <summary>After this nothing more is put in, and nothing can be written.</summary>
    private static void Close(List<string> line)
    {
        line.AddRange(["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp"]);
        line.AddRange(["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]);
    }

    private static void ReadOnly(List<string> line, string outside, string inside) =>
        line.AddRange(["--ro-bind", outside, inside]);
}
