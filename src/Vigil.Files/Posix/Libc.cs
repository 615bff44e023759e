using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Files.Posix;

/// <summary>
/// The few calls of the C library that .NET hides, weakens or does not have. Names are NUL-ended bytes.
/// </summary>
internal static class Libc
{
    private const string Library = "libc";

    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    // asm-generic/fcntl.h swaps these two values against x86 on Arm.
    public static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    public const int LockExclusive = 2;
    public const int LockRelease = 8;
    public const int LockNonBlocking = 4;

    private const int AtWorkingFolder = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint StatxBasic = 0x7ff;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static bool IsArm =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>
    /// The bytes of a name as the system takes them; false when it holds a NUL or a lone surrogate.
    /// </summary>
    public static bool TryEncode(string name, out byte[] bytes)
    {
        bytes = [];
        if (name.Contains('\0'))
        {
            return false;
        }
        try
        {
            bytes = [.. Strict.GetBytes(name), 0];
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Opens relative to the working folder; close-on-exec always.</summary>
    public static SafeFileHandle? Open(byte[] path, int flags, int mode, out int errno) =>
        Wrap(() => openat(AtWorkingFolder, path, flags | CloseOnExec, mode), out errno);

    /// <summary>Opens relative to an open folder; close-on-exec always.</summary>
    public static SafeFileHandle? OpenAt(
        SafeFileHandle folder,
        byte[] name,
        int flags,
        int mode,
        out int errno
    ) => Wrap(() => openat(folder, name, flags | CloseOnExec, mode), out errno);

    public static int MakeFolder(byte[] path, int mode) => Retry(() => mkdir(path, mode));

    public static int Rename(SafeFileHandle folder, byte[] from, byte[] to) =>
        Retry(() => renameat(folder, from, folder, to));

    public static int Unlink(SafeFileHandle folder, byte[] name) => Retry(() => unlinkat(folder, name, 0));

    public static int Lock(SafeFileHandle file, int operation) => Retry(() => flock(file, operation));

    public static int SyncAll(SafeFileHandle file) => Retry(() => fsync(file));

    public static int SyncData(SafeFileHandle file) => Retry(() => fdatasync(file));

    /// <summary>Facts about an open file, by statx: its layout is the same on every architecture.</summary>
    public static int Status(SafeFileHandle file, out FileStatus status)
    {
        // No retry: it waits for nothing, so no signal interrupts it.
        var result = statx(file, [0], AtEmptyPath, StatxBasic, out status);
        return result >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>What the kernel says of its clock (adjtimex(2), changing nothing); less than 0: it does not.</summary>
    public static int ClockState()
    {
        // struct timex has 208 bytes on machines of 64 bits; its first member, the changes asked for, stays 0.
        var none = new byte[512];
        return adjtimex(none);
    }

    /// <summary>
    /// Says why on standard error and ends the process at once, all threads, with no finally block run:
    /// nobody may acknowledge a write any more. Not an abort, whose core file would hold keys.
    /// </summary>
    public static void EndProcess(string reason, int code)
    {
        var line = Encoding.UTF8.GetBytes(reason + "\n");
        _ = write(2, line, line.Length);
        _exit(code);
    }

    /// <summary>0, or the error number; a call interrupted by a signal is made again.</summary>
    private static int Retry(Func<int> call)
    {
        while (true)
        {
            if (call() >= 0)
            {
                return 0;
            }
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.Interrupted)
            {
                return errno;
            }
        }
    }

    private static SafeFileHandle? Wrap(Func<int> open, out int errno)
    {
        var descriptor = -1;
        errno = Retry(() => descriptor = open());
        return errno == 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
    }

#pragma warning disable IDE1006 // the C library's own names
    [DllImport(Library, SetLastError = true)]
    private static extern int openat(int folder, byte[] path, int flags, int mode);

    [DllImport(Library, SetLastError = true)]
    private static extern int openat(SafeFileHandle folder, byte[] path, int flags, int mode);

    [DllImport(Library, SetLastError = true)]
    private static extern int mkdir(byte[] path, int mode);

    [DllImport(Library, SetLastError = true)]
    private static extern int renameat(SafeFileHandle from, byte[] old, SafeFileHandle to, byte[] name);

    [DllImport(Library, SetLastError = true)]
    private static extern int unlinkat(SafeFileHandle folder, byte[] name, int flags);

    [DllImport(Library, SetLastError = true)]
    private static extern int flock(SafeFileHandle file, int operation);

    [DllImport(Library, SetLastError = true)]
    private static extern int fsync(SafeFileHandle file);

    [DllImport(Library, SetLastError = true)]
    private static extern int fdatasync(SafeFileHandle file);

    [DllImport(Library, SetLastError = true)]
    private static extern int statx(
        SafeFileHandle folder,
        byte[] path,
        int flags,
        uint mask,
        out FileStatus status
    );

    [DllImport(Library)]
    private static extern int adjtimex(byte[] buffer);

    [DllImport(Library)]
    private static extern nint write(int descriptor, byte[] bytes, nint count);

    [DllImport(Library)]
    private static extern void _exit(int code);
#pragma warning restore IDE1006
}
