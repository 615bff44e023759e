using System.Runtime.InteropServices;

namespace Vigil.Media.Sandboxing;

/// <summary>
/// System call numbers of the two processors that are supported (Linux:
/// arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; from 424 on the numbers are
/// the same everywhere). -1: the processor has no such call.
/// </summary>
internal sealed class SystemCalls
{
    /// <summary>AUDIT_ARCH_*, linux/audit.h.</summary>
    public required uint Architecture { get; init; }

    /// <summary>
    /// Calls with this bit or above use another calling convention (x32) and would slip past a list of
    /// numbers.
    /// </summary>
    public required uint ForeignBit { get; init; }

    public required int OpenAt { get; init; }
    public required int Open { get; init; }
    public required int Clone { get; init; }
    public required int PrCtl { get; init; }
    public required int PrLimit { get; init; }
    public required int ThreadKill { get; init; }
    public required int Seccomp { get; init; }
    public required int ExecVe { get; init; }
    public required int MemoryFile { get; init; }

    /// <summary>What a running .NET worker and the decoders need, most frequent first.</summary>
    public required int[] Allowed { get; init; }

    /// <summary>
    /// What must be let through where the filter lies on before the program starts: setgroups setresuid
    /// setresgid setuid setgid capget capset getresuid getresgid getgroups, with which setpriv gives root's
    /// rights away, and wait4, with which bubblewrap's keeper reaps. Without capabilities they change nothing.
    /// </summary>
    public required int[] GiveUpRights { get; init; }

    /// <summary>What no decoder ever does: the process is killed and the job reported as crashed.</summary>
    public required int[] Fatal { get; init; }

    public const int Clone3 = 435;
    public const int OpenAt2 = 437;
    public const int PidFdSendSignal = 424;
    public const int PidFdOpen = 434;

    /// <summary>io_uring 425-427, the mount family 428-433 and 442, pidfd_getfd 438.</summary>
    private static readonly int[] FatalEverywhere = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442];

    /// <summary>faccessat2.</summary>
    private static readonly int[] AllowedEverywhere = [439];

    /// <summary>Null on a processor without a table: there the worker refuses to serve.</summary>
    public static SystemCalls? ForThisProcessor =>
        RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => X64,
            System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
            _ => null,
        };

    public static SystemCalls X64 { get; } =
        new()
        {
            Architecture = 0xC000003E,
            ForeignBit = 0x40000000,
            OpenAt = 257,
            Open = 2,
            Clone = 56,
            PrCtl = 157,
            PrLimit = 302,
            ThreadKill = 234,
            Seccomp = 317,
            ExecVe = 59,
            MemoryFile = 319,
            Allowed =
            [
                // futex read write madvise mmap munmap mprotect close
                .. new[] { 202, 0, 1, 28, 9, 11, 10, 3 },
                // sched_yield clock_gettime gettimeofday clock_getres nanosleep clock_nanosleep
                .. new[] { 24, 228, 96, 229, 35, 230 },
                // stat fstat lstat newfstatat statx lseek pread64 readv writev access faccessat readlink
                // readlinkat
                .. new[] { 4, 5, 6, 262, 332, 8, 17, 19, 20, 21, 269, 89, 267 },
                // getdents64 getcwd statfs fstatfs fadvise64 fcntl dup dup2 dup3 pipe2 eventfd2 poll ppoll
                // select pselect6
                .. new[] { 217, 79, 137, 138, 221, 72, 32, 33, 292, 293, 290, 7, 271, 23, 270 },
                // brk mremap msync mincore mlock munlock mlock2 get_mempolicy membarrier
                .. new[] { 12, 25, 26, 27, 149, 150, 325, 239, 324 },
                // rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
                .. new[] { 13, 14, 15, 131, 219 },
                // getpid gettid getppid getuid getgid geteuid getegid uname sysinfo times getrusage getrlimit
                .. new[] { 39, 186, 110, 102, 104, 107, 108, 63, 99, 100, 98, 97 },
                // set_tid_address set_robust_list rseq arch_prctl getcpu getrandom exit exit_group
                .. new[] { 218, 273, 334, 158, 309, 318, 60, 231 },
                // sched_ getparam getscheduler get_priority_max get_priority_min setaffinity getaffinity
                // getattr setattr
                .. new[] { 143, 145, 146, 147, 203, 204, 315, 314 },
                .. AllowedEverywhere,
            ],
            GiveUpRights = [116, 117, 119, 105, 106, 125, 126, 118, 120, 115, 61],
            Fatal =
            [
                // execve execveat ptrace process_vm_readv process_vm_writev
                .. new[] { 59, 322, 101, 310, 311 },
                // mount umount2 pivot_root chroot unshare setns open_by_handle_at
                .. new[] { 165, 166, 155, 161, 272, 308, 304 },
                // bpf perf_event_open userfaultfd add_key request_key keyctl
                .. new[] { 321, 298, 323, 248, 249, 250 },
                // kexec_load kexec_file_load reboot init_module finit_module delete_module
                .. new[] { 246, 320, 169, 175, 313, 176 },
                .. FatalEverywhere,
            ],
        };

    public static SystemCalls Arm64 { get; } =
        new()
        {
            Architecture = 0xC00000B7,
            ForeignBit = 0x80000000,
            OpenAt = 56,
            Open = -1,
            Clone = 220,
            PrCtl = 167,
            PrLimit = 261,
            ThreadKill = 131,
            Seccomp = 277,
            ExecVe = 221,
            MemoryFile = 279,
            // The order of names is the one above; calls that arm64 never had are left out.
            Allowed =
            [
                .. new[] { 98, 63, 64, 233, 222, 215, 226, 57 },
                .. new[] { 124, 113, 169, 114, 101, 115 },
                .. new[] { 80, 79, 291, 62, 67, 65, 66, 48, 78 },
                .. new[] { 61, 17, 43, 44, 223, 25, 23, 24, 59, 19, 73, 72 },
                .. new[] { 214, 216, 227, 232, 228, 229, 284, 236, 283 },
                .. new[] { 134, 135, 139, 132, 128 },
                .. new[] { 172, 178, 173, 174, 176, 175, 177, 160, 179, 153, 165, 163 },
                .. new[] { 96, 99, 293, 168, 278, 93, 94 },
                .. new[] { 121, 120, 125, 126, 122, 123, 275, 274 },
                .. AllowedEverywhere,
            ],
            GiveUpRights = [159, 147, 149, 146, 144, 90, 91, 148, 150, 158, 260],
            Fatal =
            [
                .. new[] { 221, 281, 117, 270, 271 },
                .. new[] { 40, 39, 41, 51, 97, 268, 265 },
                .. new[] { 280, 241, 282, 217, 218, 219 },
                .. new[] { 104, 294, 142, 105, 273, 106 },
                .. FatalEverywhere,
            ],
        };
}
