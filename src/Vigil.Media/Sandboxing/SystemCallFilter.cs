using System.Runtime.InteropServices;

namespace Vigil.Media.Sandboxing;

/// <summary>One instruction of a classic BPF program, linux/filter.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

/// <summary>
/// The seccomp program of the worker, assembled by hand: a list of what is allowed, a shorter one of what
/// kills, and "not permitted" for all else. Calls that are allowed in part are judged by their arguments;
/// arguments that are pointers cannot be judged, which is why openat2 and clone3 do not exist here.
/// </summary>
internal static class SystemCallFilter
{
    // linux/bpf_common.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K and so on.
    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;

    // linux/seccomp.h
    public const uint Kill = 0x80000000;
    public const uint Allow = 0x7FFF0000;
    public const uint NotPermitted = 0x00050000 | 1;
    public const uint NotImplemented = 0x00050000 | 38;

    // struct seccomp_data: number, architecture, instruction pointer, six arguments of 8 bytes.
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    /// <summary>CLONE_THREAD: without it a new process would be made.</summary>
    private const uint CloneThread = 0x00010000;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.</summary>
    private const uint CloneNamespaces = 0x7E020000;

    /// <summary>O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND and the bit of O_TMPFILE.</summary>
    private const uint OpenForWriting = 0x00400000 | 1 | 2 | 0x40 | 0x200 | 0x400;

    /// <summary>
    /// PR_GET_DUMPABLE, SET_DUMPABLE, SET_NAME, GET_NAME, GET_SECCOMP, GET_NO_NEW_PRIVS, SET_VMA.
    /// </summary>
    private static readonly uint[] ProcessOptions = [3, 4, 15, 16, 21, 39, 0x53564D41];

    /// <summary>
    /// PR_GET_KEEPCAPS, SET_KEEPCAPS, CAPBSET_READ, CAPBSET_DROP, GET_SECUREBITS, SET_NO_NEW_PRIVS, CAP_AMBIENT:
    /// setpriv's, and only ever less.
    /// </summary>
    private static readonly uint[] GiveUpOptions = [7, 8, 23, 24, 27, 38, 47];

    /// <summary>The keeper and the program, as a process namespace of its own numbers them.</summary>
    private static readonly uint[] OnlyProcessesInside = [1, 2];

    private static uint ArgumentLow(int index) => 16 + 8 * (uint)index;

    private static uint ArgumentHigh(int index) => ArgumentLow(index) + 4;

    /// <param name="calls">The numbers of the processor.</param>
    /// <param name="processId">The only process whose threads may be signalled, as this process sees
    /// itself.</param>
    public static BpfInstruction[] Assemble(SystemCalls calls, int processId) =>
        Assemble(calls, calls.Allowed, calls.Fatal, [(uint)processId], ProcessOptions);

    /// <summary>
    /// For a program that cannot install a filter itself: bubblewrap lays it on before the program starts. So
    /// one call more is let through, execve; what it could start lies under the same filter, in the same
    /// empty sandbox, and cannot be a second process.
    /// </summary>
    public static BpfInstruction[] AssembleForProgram(SystemCalls calls) =>
        Assemble(
            calls,
            [.. calls.Allowed, calls.ExecVe, .. calls.GiveUpRights],
            [.. calls.Fatal.Where(number => number != calls.ExecVe)],
            OnlyProcessesInside,
            [.. ProcessOptions, .. GiveUpOptions]
        );

    private static BpfInstruction[] Assemble(
        SystemCalls calls,
        int[] allowed,
        int[] fatal,
        uint[] signalled,
        uint[] options
    )
    {
        List<BpfInstruction> program =
        [
            new(Load, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 1, 0, calls.Architecture),
            new(Return, 0, 0, Kill),
            new(Load, 0, 0, NumberOffset),
            new(JumpIfAtLeast, 0, 1, calls.ForeignBit),
            new(Return, 0, 0, Kill),
        ];
        foreach (var number in allowed)
        {
            Answer(program, number, Allow);
        }
        foreach (var number in fatal)
        {
            Answer(program, number, Kill);
        }
        // ENOSYS sends the C library back to clone and openat, whose arguments can be judged.
        Answer(program, SystemCalls.Clone3, NotImplemented);
        Answer(program, SystemCalls.OpenAt2, NotImplemented);
        OpenForReading(program, calls.OpenAt, flagsArgument: 2);
        OpenForReading(program, calls.Open, flagsArgument: 1);
        NewThread(program, calls.Clone);
        When(program, calls.ThreadKill, argument: 0, signalled);
        When(program, calls.PrCtl, argument: 0, options);
        ReadLimits(program, calls.PrLimit);
        program.Add(new(Return, 0, 0, NotPermitted));
        return [.. program];
    }

    private static void Answer(List<BpfInstruction> program, int number, uint answer)
    {
        program.Add(new(JumpIfEqual, 0, 1, (uint)number));
        program.Add(new(Return, 0, 0, answer));
    }

    private static void OpenForReading(List<BpfInstruction> program, int number, int flagsArgument)
    {
        if (number < 0)
        {
            return;
        }
        program.Add(new(JumpIfEqual, 0, 4, (uint)number));
        program.Add(new(Load, 0, 0, ArgumentLow(flagsArgument)));
        program.Add(new(JumpIfAnyBit, 0, 1, OpenForWriting));
        program.Add(new(Return, 0, 0, NotPermitted));
        program.Add(new(Return, 0, 0, Allow));
    }

    private static void NewThread(List<BpfInstruction> program, int number)
    {
        program.Add(new(JumpIfEqual, 0, 5, (uint)number));
        program.Add(new(Load, 0, 0, ArgumentLow(0)));
        program.Add(new(JumpIfAnyBit, 0, 2, CloneThread));
        program.Add(new(JumpIfAnyBit, 1, 0, CloneNamespaces));
        program.Add(new(Return, 0, 0, Allow));
        program.Add(new(Return, 0, 0, NotPermitted));
    }

    private static void When(List<BpfInstruction> program, int number, int argument, uint[] values)
    {
        program.Add(new(JumpIfEqual, 0, (byte)(2 + 2 * values.Length), (uint)number));
        program.Add(new(Load, 0, 0, ArgumentLow(argument)));
        foreach (var value in values)
        {
            Answer(program, unchecked((int)value), Allow);
        }
        program.Add(new(Return, 0, 0, NotPermitted));
    }

    /// <summary>prlimit64 with no new limit only: both halves of the pointer are zero.</summary>
    private static void ReadLimits(List<BpfInstruction> program, int number)
    {
        program.Add(new(JumpIfEqual, 0, 6, (uint)number));
        program.Add(new(Load, 0, 0, ArgumentLow(2)));
        program.Add(new(JumpIfEqual, 0, 3, 0));
        program.Add(new(Load, 0, 0, ArgumentHigh(2)));
        program.Add(new(JumpIfEqual, 0, 1, 0));
        program.Add(new(Return, 0, 0, Allow));
        program.Add(new(Return, 0, 0, NotPermitted));
    }
}
