using System.Runtime.InteropServices;

namespace Vigil.Media.Sandboxing;

/// <summary>
/// What the worker takes away from itself before it reads the first byte of a file. None of it can be undone.
/// </summary>
internal static unsafe class SelfProtection
{
    private const int SetParentDeathSignal = 1;
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;

    /// <summary>
    /// SECCOMP_SET_MODE_FILTER and SECCOMP_FILTER_FLAG_TSYNC: all threads of the process at once.
    /// </summary>
    private const int FilterMode = 1;
    private const int AllThreads = 1;

    // MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT
    private const int LockCurrent = 1;
    private const int LockFuture = 2;
    private const int LockOnFault = 4;

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public BpfInstruction* Instructions;
    }

    /// <summary>False when one step failed: the caller must not serve files then.</summary>
    public static bool Apply()
    {
        // Where bubblewrap is, it sees to this by itself; a plain worker must not outlive its pool either.
        var dies = LibC.PrCtl(SetParentDeathSignal, LibC.SigKill, 0, 0, 0) == 0;
        var undumpable = LibC.PrCtl(SetDumpable, 0, 0, 0, 0) == 0;
        var noPrivileges = LibC.PrCtl(SetNoNewPrivileges, 1, 0, 0, 0) == 0;
        return dies && undumpable && noPrivileges && InstallFilter();
    }

    private static bool InstallFilter()
    {
        if (SystemCalls.ForThisProcessor is not { } calls)
        {
            return false;
        }
        var instructions = SystemCallFilter.Assemble(calls, LibC.GetPid());
        // SAFETY: the kernel copies the program during the call; the array is pinned until it returns.
        fixed (BpfInstruction* first = instructions)
        {
            var program = new Program { Length = (ushort)instructions.Length, Instructions = first };
            var installed = LibC.SysCall(calls.Seccomp, FilterMode, AllThreads, (nint)(&program), 0) == 0;
            return installed && LibC.Socket(1, 1, 0) < 0;
        }
    }

    /// <summary>
    /// Keeps all memory of the process, now and later, out of swap: pages are locked when they are first
    /// touched. Only where locked memory has no limit; under one, the next allocation beyond it would fail.
    /// </summary>
    public static void LockMemory()
    {
        if (ResourceLimit.Of(ResourceLimit.LockedMemory).Soft == ResourceLimit.None)
        {
            _ = LibC.MLockAll(LockCurrent | LockFuture | LockOnFault);
        }
    }
}
