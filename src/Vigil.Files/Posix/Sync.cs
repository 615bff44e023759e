using Microsoft.Win32.SafeHandles;

namespace Vigil.Files.Posix;

/// <summary>
/// Syncs that end the process when they fail. After a failed fsync the kernel marks the lost pages clean, so
/// a second fsync succeeds although the data is gone (Rebello et al., "Can Applications Recover from fsync
/// Failures?", 2020).
/// </summary>
internal static class Sync
{
    /// <summary>EX_IOERR of sysexits.h.</summary>
    public const int ExitCode = 74;

    public static void All(SafeFileHandle file, string path) => Check("fsync", path, Libc.SyncAll(file));

    public static void Data(SafeFileHandle file, string path) =>
        Check("fdatasync", path, Libc.SyncData(file));

    public static void Folder(SafeFileHandle folder, string path) =>
        Check("fsync of the folder", path, Libc.SyncAll(folder));

    private static void Check(string call, string path, int errno)
    {
        if (errno != 0)
        {
            Libc.EndProcess(
                $"vigil: {call} of '{path}' failed: {Errno.Text(errno)}. Data may be lost that the system had taken, "
                    + "so the process ends here. Check the disk (dmesg), then start again.",
                ExitCode
            );
        }
    }
}
