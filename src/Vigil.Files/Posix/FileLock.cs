using Microsoft.Win32.SafeHandles;

namespace Vigil.Files.Posix;

/// <summary>
/// An exclusive flock on a file of its own, given back when disposed or when the process dies.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private const int OwnerOnly = 0x180; // 0600

    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <exception cref="FileInUseException">Somebody holds it for longer than <paramref
    /// name="patience"/>.</exception>
    public static FileLock Take(string path, TimeSpan patience)
    {
        var handle =
            Libc.Open(FolderEntry.Encode(path), Libc.ReadWrite | Libc.Create, OwnerOnly, out var errno)
            ?? throw Errno.Failure("Opening the lock file", path, errno);
        if (!SpinWait.SpinUntil(() => TryTake(handle), patience))
        {
            handle.Dispose();
            throw new FileInUseException(
                $"'{path}' has been locked for over {patience.TotalSeconds:0} s: another process is changing these "
                    + "keys or hangs. Find it (fuser), let it end, and try again."
            );
        }
        return new FileLock(handle);
    }

    /// <summary>False when another open file holds the lock.</summary>
    public static bool TryTake(SafeFileHandle handle) =>
        Libc.Lock(handle, Libc.LockExclusive | Libc.LockNonBlocking) == 0;

    /// <summary>
    /// To be called before closing: a child process that is just being started shares the open file until it
    /// has become another program, and closing alone would leave the lock with it for that moment.
    /// </summary>
    public static void GiveBack(SafeFileHandle handle) => Libc.Lock(handle, Libc.LockRelease);

    public void Dispose()
    {
        GiveBack(_handle);
        _handle.Dispose();
    }
}
