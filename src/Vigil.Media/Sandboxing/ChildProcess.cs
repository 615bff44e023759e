using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Media.Sandboxing;

/// <summary>
/// A program started with chosen descriptors (posix_spawn), which the framework's own class cannot do. The
/// descriptors are put in place in the child alone: no other program that starts meanwhile inherits them.
/// </summary>
internal sealed unsafe class ChildProcess
{
    // glibc: posix_spawn_file_actions_t has 80 bytes, posix_spawnattr_t 336, sigset_t 128.
    private const int ActionsBytes = 256;
    private const int AttributesBytes = 1024;
    private const int SignalSetBytes = 128;

    // spawn.h
    private const short SetProcessGroup = 2;
    private const short SetSignalDefaults = 4;
    private const short SetSignalMask = 8;

    // sys/wait.h
    private const int ByProcessId = 1;
    private const int HasExited = 4;
    private const int LeaveWaitable = 0x01000000;

    /// <summary>Descriptors are first moved to here and above, out of the way of the child's numbers.</summary>
    private const int AwayFrom = 64;

    /// <summary>
    /// Guards <see cref="_exitCode"/>: once the process is reaped its number may belong to another, and
    /// nobody may signal it.
    /// </summary>
    private readonly Lock _lock = new();
    private int? _exitCode;

    private ChildProcess(int id) => Id = id;

    public int Id { get; }

    /// <param name="line">The program by its path, then its arguments.</param>
    /// <param name="descriptors">Number i of the child; null where it has none.</param>
    /// <exception cref="MediaSandboxException">The program could not be started.</exception>
    public static ChildProcess Start(IReadOnlyList<string> line, ReadOnlySpan<SafeFileHandle?> descriptors)
    {
        Span<int> moved = stackalloc int[descriptors.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = descriptors[i] is { } handle
                ? LibC.Fcntl((int)handle.DangerousGetHandle(), LibC.DupFdCloseOnExec, AwayFrom)
                : -1;
        }
        try
        {
            return new ChildProcess(Spawn(line, moved));
        }
        finally
        {
            foreach (var descriptor in moved)
            {
                _ = LibC.Close(descriptor);
            }
        }
    }

    /// <summary>Runs <paramref name="act"/> while the process's number is certainly its own.</summary>
    public void WhileAlive(Action<int> act)
    {
        lock (_lock)
        {
            if (_exitCode is null)
            {
                act(Id);
            }
        }
    }

    /// <summary>
    /// Waits for its end, for one thread. 0 to 255 as the program said; 128 + n when signal n ended it; -1 when
    /// that is not told.
    /// </summary>
    public int WaitForExit()
    {
        if (_exitCode is { } known)
        {
            return known;
        }
        var info = stackalloc byte[SignalSetBytes];
        // SAFETY: siginfo_t has 128 bytes. The process stays waitable, and its number its own, until the lock.
        while (
            LibC.WaitId(ByProcessId, Id, info, HasExited | LeaveWaitable) != 0
            && Marshal.GetLastPInvokeError() == LibC.Interrupted
        ) { }
        lock (_lock)
        {
            int status;
            var reaped = LibC.WaitPid(Id, &status, 0) == Id;
            var signal = status & 0x7F;
            var code = signal == 0 ? status >> 8 & 0xFF : 128 + signal;
            _exitCode = reaped ? code : -1;
            return _exitCode.Value;
        }
    }

    private static int Spawn(IReadOnlyList<string> line, ReadOnlySpan<int> descriptors)
    {
        var actions = stackalloc byte[ActionsBytes];
        var attributes = stackalloc byte[AttributesBytes];
        var signals = stackalloc byte[SignalSetBytes];
        using var arguments = new TextArray(line);
        // Nothing of this process's environment is the program's business.
        using var environment = new TextArray(["PATH=/usr/bin", "LANG=C.UTF-8"]);
        // SAFETY: the three structures are larger than the C library's; the arrays live until the end of the
        // call, before which the child has left this process's memory.
        _ = LibC.FileActionsInit(actions);
        _ = LibC.SpawnAttributesInit(attributes);
        try
        {
            for (var i = 0; i < descriptors.Length; i++)
            {
                if (descriptors[i] >= 0)
                {
                    _ = LibC.FileActionsAddDup2(actions, descriptors[i], i);
                }
            }
            new Span<byte>(signals, SignalSetBytes).Clear();
            _ = LibC.SpawnAttributesSetMask(attributes, signals);
            new Span<byte>(signals, SignalSetBytes).Fill(0xFF);
            _ = LibC.SpawnAttributesSetDefaults(attributes, signals);
            // A group of its own: it is ended whole, and a terminal's Ctrl-C reaches it through this process alone.
            _ = LibC.SpawnAttributesSetFlags(attributes, SetProcessGroup | SetSignalDefaults | SetSignalMask);
            int id;
            var error = LibC.PosixSpawn(
                &id,
                line[0],
                actions,
                attributes,
                arguments.Start,
                environment.Start
            );
            return error == 0
                ? id
                : throw new MediaSandboxException(
                    $"{line[0]} could not be started: {Marshal.GetPInvokeErrorMessage(error)}."
                );
        }
        finally
        {
            _ = LibC.FileActionsDestroy(actions);
            _ = LibC.SpawnAttributesDestroy(attributes);
        }
    }

    /// <summary>Zero-ended texts and a zero-ended list of them.</summary>
    private sealed class TextArray : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public TextArray(IReadOnlyList<string> texts)
        {
            // SAFETY: the list has one place more than there are texts, for the zero at its end.
            var list = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
            for (var i = 0; i < texts.Count; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(texts[i] + "\0");
                list[i] = (byte*)Allocate(bytes.Length);
                bytes.CopyTo(new Span<byte>(list[i], bytes.Length));
            }
            list[texts.Count] = null;
            Start = list;
        }

        public byte** Start { get; }

        private nint Allocate(int bytes)
        {
            var block = (nint)NativeMemory.Alloc((nuint)bytes);
            _blocks.Add(block);
            return block;
        }

        public void Dispose()
        {
            foreach (var block in _blocks)
            {
                // SAFETY: each block was allocated here and is freed once.
                NativeMemory.Free((void*)block);
            }
            _blocks.Clear();
        }
    }
}
