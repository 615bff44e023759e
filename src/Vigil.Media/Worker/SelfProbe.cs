using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Worker;

/// <summary>Tries from inside what the sandbox promises to prevent, and reports what worked.</summary>
internal static unsafe class SelfProbe
{
    private const int GetDumpable = 3;
    private const int GetNoNewPrivileges = 39;

    public static void Answer(WorkerPipe pipe, in FrameHeader request)
    {
        Span<byte> answer = stackalloc byte[FrameHeader.ByteLength + SandboxFacts.ByteLength];
        new FrameHeader(FrameKind.SelfTestAnswer, request.Job, SandboxFacts.ByteLength).WriteTo(answer);
        Look().WriteTo(answer[FrameHeader.ByteLength..]);
        pipe.Write(answer);
    }

    private static SandboxFacts Look()
    {
        var status = ProcessStatus.Read();
        return new SandboxFacts
        {
            Holes = Network() | Files() | Processes(),
            UserId = LibC.GetUid(),
            GroupId = LibC.GetGid(),
            VisibleProcesses = (uint)
                Directory.EnumerateDirectories("/proc").Count(d => char.IsAsciiDigit(d[^1])),
            SeccompMode = (uint)status.Seccomp,
            StrayFiles = (uint)Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(IsStray),
            EffectiveCapabilities = status.EffectiveCapabilities,
            BoundingCapabilities = status.BoundingCapabilities,
            AddressSpaceLimit = ResourceLimit.Of(ResourceLimit.AddressSpace).Hard,
            FileSizeLimit = ResourceLimit.Of(ResourceLimit.FileSize).Hard,
            OpenFilesLimit = ResourceLimit.Of(ResourceLimit.OpenFiles).Hard,
            CoreLimit = ResourceLimit.Of(ResourceLimit.Core).Hard,
            WritableMounts = OwnView.WritableMounts(),
            NetworkNamespace = OwnView.NetworkNamespace(),
        };
    }

    private static SandboxHoles Network()
    {
        var holes = SandboxHoles.None;
        foreach (var domain in (int[])[1, 2, 10, 16])
        {
            var descriptor = LibC.Socket(domain, domain == 16 ? 3 : 1, 0);
            if (descriptor < 0)
            {
                continue;
            }
            holes |= SandboxHoles.CreateSocket;
            // struct sockaddr_in: AF_INET, port 9 (big-endian), 127.0.0.1. Refused is reached: there is a
            // loopback.
            ReadOnlySpan<byte> address = [2, 0, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
            // SAFETY: the address is 16 bytes long.
            fixed (byte* first = address)
            {
                var refused = 111;
                var reached =
                    domain == 2
                    && (
                        LibC.Connect(descriptor, first, 16) == 0
                        || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == refused
                    );
                holes |= reached ? SandboxHoles.ConnectToLoopback : SandboxHoles.None;
            }
            _ = LibC.Close(descriptor);
        }
        return holes;
    }

    private static SandboxHoles Files() =>
        Opens("/etc/passwd", LibC.ReadOnly, SandboxHoles.ReadPasswd)
        | Writes("/tmp", SandboxHoles.WriteTmp)
        | Writes("/usr/lib", SandboxHoles.WriteUsr)
        | Writes(AppContext.BaseDirectory, SandboxHoles.WriteOwnFolder)
        | Writes("/dev/shm", SandboxHoles.WriteSharedMemory)
        | Writes("/", SandboxHoles.WriteRoot);

    private static SandboxHoles Writes(string folder, SandboxHoles hole)
    {
        var path = Path.Combine(folder, "vigil-sandbox-probe");
        var found = Opens(path, LibC.WriteOnly | LibC.Create, hole);
        if (found != SandboxHoles.None)
        {
            _ = LibC.Unlink(path);
        }
        return found;
    }

    private static SandboxHoles Opens(string path, int flags, SandboxHoles hole)
    {
        var descriptor = LibC.Open(path, flags | LibC.CloseOnExec, 0b110_000_000);
        if (descriptor < 0)
        {
            return SandboxHoles.None;
        }
        _ = LibC.Close(descriptor);
        return hole;
    }

    private static SandboxHoles Processes()
    {
        var holes = SandboxHoles.None;
        if (SystemCalls.ForThisProcessor is { } calls)
        {
            const int ChildSignal = 17;
            var child = LibC.SysCall(calls.Clone, ChildSignal, 0, 0, 0);
            if (child == 0)
            {
                WorkerPipe.End(0);
            }
            holes |= child > 0 ? SandboxHoles.Fork : SandboxHoles.None;
            // SAFETY: a zero-ended name.
            fixed (byte* name = "probe\0"u8)
            {
                holes |=
                    LibC.SysCall(calls.MemoryFile, (nint)name, 0, 0, 0) >= 0
                        ? SandboxHoles.MemoryFile
                        : SandboxHoles.None;
            }
        }
        var files = ResourceLimit.Of(ResourceLimit.OpenFiles);
        var limit = stackalloc ulong[] { Math.Min(files.Soft, files.Hard), files.Hard };
        // SAFETY: struct rlimit is two 64-bit numbers, soft and hard.
        holes |=
            LibC.SetRLimit(ResourceLimit.OpenFiles, limit) == 0
                ? SandboxHoles.RaiseLimits
                : SandboxHoles.None;
        // Signal 0 asks whether a signal could be sent. The parent's number is 0 or bubblewrap's own inside.
        holes |= LibC.Kill(LibC.GetParentPid(), 0) == 0 ? SandboxHoles.SignalPool : SandboxHoles.None;
        holes |= LibC.PrCtl(GetDumpable, 0, 0, 0, 0) != 0 ? SandboxHoles.Dumpable : SandboxHoles.None;
        return holes
            | (
                LibC.PrCtl(GetNoNewPrivileges, 0, 0, 0, 0) != 1
                    ? SandboxHoles.NewPrivileges
                    : SandboxHoles.None
            );
    }

    private static bool IsStray(string descriptor)
    {
        var target = new FileInfo(descriptor).LinkTarget ?? "";
        string[] own = ["/dotnet/", "/worker/", "/usr/lib", "/dev/null", "/proc/", "/memfd:"];
        return target.StartsWith("socket:", StringComparison.Ordinal)
            || (target.StartsWith('/') && !own.Any(o => target.StartsWith(o, StringComparison.Ordinal)));
    }
}
