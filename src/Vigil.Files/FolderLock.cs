using Microsoft.Win32.SafeHandles;
using Vigil.Files.Posix;

namespace Vigil.Files;

/// <summary>
/// Says that one process works in a folder: an exclusive lock on a file in it, held until disposed or until the
/// process dies.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private const int OwnerOnly = 0x180; // 0600

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private FolderLock(SafeFileHandle handle, string path) => (_handle, _path) = (handle, path);

    /// <summary>Null when another process, or another place in this one, holds it.</summary>
    /// <param name="folder">Must exist.</param>
    /// <param name="name">Of the lock file; it stays when the lock goes.</param>
    /// <exception cref="IOException">The file cannot be made; the message says what to do.</exception>
    public static FolderLock? TryTake(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var handle =
            Libc.Open(FolderEntry.Encode(path), Libc.ReadWrite | Libc.Create, OwnerOnly, out var errno)
            ?? throw Errno.Failure("Opening the lock file", path, errno);
        if (FileLock.TryTake(handle))
        {
            return new FolderLock(handle, path);
        }
        handle.Dispose();
        return null;
    }

    /// <summary>
    /// False when the file at this path is no longer the one that is locked: the folder was removed, replaced or
    /// unmounted under the process, which then writes where nobody will look.
    /// </summary>
    public bool IsStillThere()
    {
        using var there = Libc.Open(FolderEntry.Encode(_path), Libc.ReadOnly, 0, out _);
        return there is not null
            && Libc.Status(there, out var now) == 0
            && Libc.Status(_handle, out var held) == 0
            && now.IsSameFile(held);
    }

    public void Dispose()
    {
        if (_handle.IsClosed)
        {
            return;
        }
        FileLock.GiveBack(_handle);
        _handle.Dispose();
    }
}
