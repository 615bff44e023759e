using System.Runtime.InteropServices;

namespace Vigil.Files.Posix;

/// <summary>
/// Error numbers (the same on every Linux architecture .NET runs on) and the exceptions made of them.
/// </summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int DiskFailed = 5;
    public const int NoSuchDevice = 6;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotDevice = 19;
    public const int NotFolder = 20;
    public const int NoSpace = 28;
    public const int ReadOnlySystem = 30;
    public const int NameTooLong = 36;
    public const int LinkLoop = 40;
    public const int QuotaExceeded = 122;

    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>
    /// An exception that names the path, the system's reason and what to do; its HResult is the number.
    /// </summary>
    public static IOException Failure(string doing, string path, int errno, Exception? inner = null) =>
        new($"{doing} '{path}' failed: {Text(errno)}. {Advice(errno)}", inner) { HResult = errno };

    public static string Advice(int errno) =>
        errno switch
        {
            NoSpace => "Free space on that disk and try again; what stood there before is unchanged.",
            QuotaExceeded =>
                "Raise the quota or free space and try again; what stood there before is unchanged.",
            NotPermitted or AccessDenied =>
                "Give this user the right to write in that folder, or choose another.",
            ReadOnlySystem => "The disk is mounted read-only: remount it, or choose another folder.",
            NotFound or NotFolder => "Create the folder first, or correct the path.",
            NameTooLong => "Choose a shorter name (255 bytes at most).",
            _ => "Check the disk and the path, then try again.",
        };
}
