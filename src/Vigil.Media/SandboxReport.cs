using Vigil.Media.Protocol;

namespace Vigil.Media;

/// <summary>
/// One promise of the sandbox and what a worker found when it tried to break it from inside.
/// </summary>
public sealed record SandboxCheck(string Promise, bool Holds, string Found);

/// <summary>What a worker reports about its own confinement.</summary>
public sealed record SandboxReport(IReadOnlyList<SandboxCheck> Checks)
{
    /// <summary>Every promise holds.</summary>
    public bool IsSound => Checks.All(check => check.Holds);

    /// <summary>
    /// Itself, and as root bubblewrap's keeper, which is another user and cannot be signalled.
    /// </summary>
    private const int MaxVisibleProcesses = 2;

    /// <param name="poolNetwork">The network namespace of the process that asks.</param>
    internal static SandboxReport From(in SandboxFacts facts, ulong poolNetwork)
    {
        var holes = facts.Holes;
        SandboxCheck Closed(string promise, SandboxHoles hole) =>
            new(promise, !holes.HasFlag(hole), holes.HasFlag(hole) ? "it worked" : "refused");
        SandboxCheck Value(string promise, bool holds, string found) => new(promise, holds, found);
        return new SandboxReport([
            Closed("no socket of any kind", SandboxHoles.CreateSocket),
            Closed("no connection to this machine", SandboxHoles.ConnectToLoopback),
            Closed("/etc/passwd is not there", SandboxHoles.ReadPasswd),
            Closed("nothing is written to /tmp", SandboxHoles.WriteTmp),
            Closed("nothing is written to /usr", SandboxHoles.WriteUsr),
            Closed("nothing is written to its own folder", SandboxHoles.WriteOwnFolder),
            Closed("nothing is written to /dev/shm", SandboxHoles.WriteSharedMemory),
            Closed("nothing is written to /", SandboxHoles.WriteRoot),
            Closed("no new process", SandboxHoles.Fork),
            Closed("no memory file", SandboxHoles.MemoryFile),
            Closed("limits cannot be set", SandboxHoles.RaiseLimits),
            Closed("its parent cannot be signalled", SandboxHoles.SignalPool),
            Closed("no core dump, no tracing", SandboxHoles.Dumpable),
            Closed("no new privileges", SandboxHoles.NewPrivileges),
            Value(
                "another user: nobody",
                facts is { UserId: 65534, GroupId: 65534 },
                $"{facts.UserId}:{facts.GroupId}"
            ),
            Value(
                "no capability",
                facts.EffectiveCapabilities == 0,
                $"effective {facts.EffectiveCapabilities:x}"
            ),
            Value(
                "none to be had",
                facts.BoundingCapabilities == 0,
                $"bounding {facts.BoundingCapabilities:x}"
            ),
            Value("every mount is read-only", facts.WritableMounts == 0, $"{facts.WritableMounts} writable"),
            Value(
                "a network of its own",
                facts.NetworkNamespace != 0 && facts.NetworkNamespace != poolNetwork,
                $"namespace {facts.NetworkNamespace}"
            ),
            Value("system calls are filtered", facts.SeccompMode == 2, $"seccomp mode {facts.SeccompMode}"),
            Value(
                "no other process is seen",
                facts.VisibleProcesses <= MaxVisibleProcesses,
                $"{facts.VisibleProcesses} processes"
            ),
            Value("no file of the pool is open", facts.StrayFiles == 0, $"{facts.StrayFiles} files"),
            Value(
                "address space is limited",
                facts.AddressSpaceLimit < ulong.MaxValue,
                $"{facts.AddressSpaceLimit} bytes"
            ),
            Value(
                "file size is limited",
                facts.FileSizeLimit < ulong.MaxValue,
                $"{facts.FileSizeLimit} bytes"
            ),
            Value("open files are limited", facts.OpenFilesLimit <= 128, $"{facts.OpenFilesLimit} files"),
            Value("no core file", facts.CoreLimit == 0, $"{facts.CoreLimit} bytes"),
        ]);
    }
}
