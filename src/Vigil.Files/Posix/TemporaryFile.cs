using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Files.Posix;

/// <summary>
/// The new content of a file that is being replaced: <c>.vigil-{hash of the name}-{random}.tmp</c> beside it,
/// locked while its writer lives. Disposed without <see cref="MoveToTarget"/> it is removed.
/// </summary>
internal sealed class TemporaryFile : IDisposable
{
    private const int OwnerOnly = 0x180; // 0600
    private const string AnyPrefix = ".vigil-";

    private readonly FolderEntry _target;
    private readonly byte[] _name;
    private bool _moved;

    private TemporaryFile(FolderEntry target, byte[] name, SafeFileHandle handle)
    {
        _target = target;
        _name = name;
        Handle = handle;
    }

    public SafeFileHandle Handle { get; }

    public static TemporaryFile Create(FolderEntry target)
    {
        while (true)
        {
            var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            var name = FolderEntry.Encode(Prefix(target) + random + ".tmp");
            var flags = Libc.ReadWrite | Libc.Create | Libc.Exclusive | Libc.NoFollow;
            var handle =
                Libc.OpenAt(target.Folder, name, flags, OwnerOnly, out var errno)
                ?? throw Errno.Failure("Creating a temporary file beside", target.Path, errno);
            // The lock tells RemoveAbandoned in another process or thread that this file has a living writer.
            // That one may come between creation and lock: then the file has lost its name, and another one
            // is made.
            if (
                Libc.Lock(handle, Libc.LockExclusive | Libc.LockNonBlocking) == 0
                && Libc.Status(handle, out var status) == 0
                && status.HasName
            )
            {
                return new TemporaryFile(target, name, handle);
            }
            handle.Dispose();
        }
    }

    /// <summary>Removes what killed writers of the same target left behind.</summary>
    public static void RemoveAbandoned(FolderEntry target)
    {
        foreach (var path in Directory.EnumerateFiles(target.FolderPath, Prefix(target) + "*.tmp"))
        {
            RemoveAbandoned(target, FolderEntry.Encode(Path.GetFileName(path)));
        }
    }

    /// <summary>Removes what killed writers of any target left behind, there and below.</summary>
    public static void RemoveAllAbandoned(string folder)
    {
        foreach (
            var path in Directory.EnumerateFiles(folder, AnyPrefix + "*.tmp", SearchOption.AllDirectories)
        )
        {
            // Null: its folder is gone by now.
            using var entry = FolderEntry.TryOpen(path, out _);
            if (entry is not null)
            {
                RemoveAbandoned(entry, entry.NameBytes);
            }
        }
    }

    /// <summary>Unless its writer lives.</summary>
    private static void RemoveAbandoned(FolderEntry target, byte[] name)
    {
        var flags = Libc.ReadOnly | Libc.NoFollow | Libc.NonBlocking;
        using var handle = Libc.OpenAt(target.Folder, name, flags, 0, out _);
        if (handle is not null && Libc.Lock(handle, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
        {
            _ = Libc.Unlink(target.Folder, name);
        }
    }

    public void MoveToTarget()
    {
        var errno = Libc.Rename(_target.Folder, _name, _target.NameBytes);
        if (errno != 0)
        {
            throw Errno.Failure("Replacing", _target.Path, errno);
        }
        _moved = true;
    }

    public void Dispose()
    {
        if (!_moved)
        {
            _ = Libc.Unlink(_target.Folder, _name);
        }
        // Before closing, for the same reason as any lock: the file may have its final name by now, and a
        // reader of that name must not find it locked.
        FileLock.GiveBack(Handle);
        Handle.Dispose();
    }

    /// <summary>Of fixed length, so that a name of 255 bytes can be replaced too.</summary>
    private static string Prefix(FolderEntry target) =>
        $"{AnyPrefix}{Convert.ToHexStringLower(SHA256.HashData(target.NameBytes).AsSpan(0, 8))}-";
}
