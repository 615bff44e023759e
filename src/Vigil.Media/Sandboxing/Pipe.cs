using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Media.Sandboxing;

/// <summary>A pipe whose ends no started program inherits by accident.</summary>
internal readonly record struct Pipe(SafeFileHandle Reading, SafeFileHandle Writing) : IDisposable
{
    private const int LargestBytes = 16 * 1024 * 1024;
    private const int UsersLimitBytes = 1024 * 1024;

    /// <exception cref="IOException">Too many open files.</exception>
    public static unsafe Pipe Open()
    {
        var ends = stackalloc int[2];
        // SAFETY: pipe2 writes two descriptors.
        if (LibC.Pipe2(ends, LibC.CloseOnExec) != 0)
        {
            var why = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new IOException($"No pipe for a media process: {why}.");
        }
        return new Pipe(
            new SafeFileHandle(ends[0], ownsHandle: true),
            new SafeFileHandle(ends[1], ownsHandle: true)
        );
    }

    /// <summary>
    /// Room for a whole frame, so that one is decoded while another is hashed; what the kernel allows
    /// otherwise.
    /// </summary>
    public void MakeRoom(long bytes)
    {
        var descriptor = (int)Reading.DangerousGetHandle();
        var wanted = (nint)Math.Min(bytes, LargestBytes);
        if (LibC.Fcntl(descriptor, LibC.SetPipeSize, wanted) < 0)
        {
            _ = LibC.Fcntl(descriptor, LibC.SetPipeSize, UsersLimitBytes);
        }
    }

    public void Dispose()
    {
        Reading.Dispose();
        Writing.Dispose();
    }
}
