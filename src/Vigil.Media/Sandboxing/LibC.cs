using System.Runtime.InteropServices;

namespace Vigil.Media.Sandboxing;

/// <summary>
/// The calls to the C library. Variadic ones are called with fixed arguments: the Linux ABIs of x86-64 and
/// arm64 pass both alike.
/// </summary>
internal static unsafe class LibC
{
    private const string Name = SandboxPrograms.LibC;

    public const int StdIn = 0;
    public const int StdOut = 1;
    public const int StdErr = 2;

    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int CloseOnExec = 0x80000;

    public const int DupFdCloseOnExec = 1030;
    public const int SetPipeSize = 1031;

    /// <summary>FIONREAD.</summary>
    public const nuint BytesWaiting = 0x541B;

    public const int SigKill = 9;
    public const int Interrupted = 4;

    public const int ProtNone = 0;
    public const int ProtReadWrite = 3;
    public const int MapPrivateAnonymous = 0x22;
    public const int AdviseDontDump = 16;

    [DllImport(Name, SetLastError = true, EntryPoint = "read")]
    public static extern nint Read(int fd, void* buffer, nint count);

    [DllImport(Name, SetLastError = true, EntryPoint = "write")]
    public static extern nint Write(int fd, void* buffer, nint count);

    [DllImport(Name, SetLastError = true, EntryPoint = "open")]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport(Name, SetLastError = true, EntryPoint = "close")]
    public static extern int Close(int fd);

    [DllImport(Name, SetLastError = true, EntryPoint = "dup2")]
    public static extern int Dup2(int from, int to);

    [DllImport(Name, SetLastError = true, EntryPoint = "fcntl")]
    public static extern int Fcntl(int fd, int command, nint argument);

    [DllImport(Name, SetLastError = true, EntryPoint = "ioctl")]
    public static extern int Ioctl(int fd, nuint request, int* argument);

    [DllImport(Name, SetLastError = true, EntryPoint = "mmap")]
    public static extern nint MMap(
        nint address,
        nuint length,
        int protection,
        int flags,
        int fd,
        nint offset
    );

    [DllImport(Name, SetLastError = true, EntryPoint = "munmap")]
    public static extern int MUnmap(nint address, nuint length);

    [DllImport(Name, SetLastError = true, EntryPoint = "madvise")]
    public static extern int MAdvise(nint address, nuint length, int advice);

    [DllImport(Name, SetLastError = true, EntryPoint = "mlock")]
    public static extern int MLock(nint address, nuint length);

    [DllImport(Name, SetLastError = true, EntryPoint = "mlockall")]
    public static extern int MLockAll(int flags);

    [DllImport(Name, SetLastError = true, EntryPoint = "prctl")]
    public static extern int PrCtl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport(Name, SetLastError = true, EntryPoint = "syscall")]
    public static extern nint SysCall(nint number, nint a, nint b, nint c, nint d);

    [DllImport(Name, SetLastError = true, EntryPoint = "getrlimit")]
    public static extern int GetRLimit(int resource, ulong* softAndHard);

    [DllImport(Name, SetLastError = true, EntryPoint = "setrlimit")]
    public static extern int SetRLimit(int resource, ulong* softAndHard);

    [DllImport(Name, SetLastError = true, EntryPoint = "kill")]
    public static extern int Kill(int processId, int signal);

    [DllImport(Name, SetLastError = true, EntryPoint = "unlink")]
    public static extern int Unlink([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport(Name, SetLastError = true, EntryPoint = "socket")]
    public static extern int Socket(int domain, int type, int protocol);

    [DllImport(Name, SetLastError = true, EntryPoint = "connect")]
    public static extern int Connect(int fd, void* address, int length);

    [DllImport(Name, SetLastError = true, EntryPoint = "pipe2")]
    public static extern int Pipe2(int* ends, int flags);

    [DllImport(Name, EntryPoint = "posix_spawn")]
    public static extern int PosixSpawn(
        int* processId,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        byte* fileActions,
        byte* attributes,
        byte** arguments,
        byte** environment
    );

    [DllImport(Name, EntryPoint = "posix_spawn_file_actions_init")]
    public static extern int FileActionsInit(byte* actions);

    [DllImport(Name, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static extern int FileActionsAddDup2(byte* actions, int from, int to);

    [DllImport(Name, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static extern int FileActionsDestroy(byte* actions);

    [DllImport(Name, EntryPoint = "posix_spawnattr_init")]
    public static extern int SpawnAttributesInit(byte* attributes);

    [DllImport(Name, EntryPoint = "posix_spawnattr_setflags")]
    public static extern int SpawnAttributesSetFlags(byte* attributes, short flags);

    [DllImport(Name, EntryPoint = "posix_spawnattr_setsigmask")]
    public static extern int SpawnAttributesSetMask(byte* attributes, byte* signals);

    [DllImport(Name, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static extern int SpawnAttributesSetDefaults(byte* attributes, byte* signals);

    [DllImport(Name, EntryPoint = "posix_spawnattr_destroy")]
    public static extern int SpawnAttributesDestroy(byte* attributes);

    [DllImport(Name, SetLastError = true, EntryPoint = "waitid")]
    public static extern int WaitId(int kind, int id, byte* info, int options);

    [DllImport(Name, SetLastError = true, EntryPoint = "waitpid")]
    public static extern int WaitPid(int processId, int* status, int options);

    /// <summary>Flags of memfd_create, linux/memfd.h; the second is known from Linux 6.3 on.</summary>
    public const uint MemoryFileCloseOnExec = 1;
    public const uint MemoryFileNoExecSeal = 8;

    public const int InvalidArgument = 22;

    [DllImport(Name, SetLastError = true, EntryPoint = "memfd_create")]
    public static extern int MemoryFileCreate([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);

    [DllImport(Name, EntryPoint = "getuid")]
    public static extern uint GetUid();

    [DllImport(Name, EntryPoint = "geteuid")]
    public static extern uint GetEffectiveUid();

    [DllImport(Name, EntryPoint = "getgid")]
    public static extern uint GetGid();

    [DllImport(Name, EntryPoint = "getpid")]
    public static extern int GetPid();

    [DllImport(Name, EntryPoint = "getppid")]
    public static extern int GetParentPid();

    [DllImport(Name, EntryPoint = "abort")]
    public static extern void Abort();

    [DllImport(Name, EntryPoint = "_exit")]
    public static extern void ExitNow(int code);
}
