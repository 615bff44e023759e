using Microsoft.Win32.SafeHandles;
using Vigil.Files.Posix;

namespace Vigil.Files;

/// <summary>
/// Writes that survive power loss, by P/Invoke: .NET on Linux hides a failed fsync. A failed sync ends the
/// process.
/// </summary>
public static class Durable
{
    private const int BufferBytes = 64 * 1024;
    private const int OwnerOnlyFolder = 0x1c0; // 0700

    /// <summary>
    /// Replaces or creates <paramref name="path"/> atomically: temporary file beside it, fsync, rename, fsync
    /// of the folder. Readers see the old file or the new one, whole. When <paramref name="write"/> throws,
    /// or the disk is full, the old file is untouched and the temporary one is gone. The new file has mode
    /// 0600. A symbolic link is replaced, not followed.
    /// </summary>
    /// <param name="path">The folder must exist.</param>
    /// <param name="write">Gets a stream; whether it disposes it makes no difference.</param>
    /// <exception cref="IOException">Not written; the message says what to do, HResult is the error
    /// number.</exception>
    public static void Replace(string path, Action<Stream> write) => Replace(path, write, wipeOld: false);

    /// <summary>
    /// As <see cref="Replace(string, Action{Stream})"/>; with <paramref name="wipeOld"/> the old content is
    /// also overwritten on disk, as far as a file system that writes in place allows.
    /// </summary>
    internal static void Replace(string path, Action<Stream> write, bool wipeOld)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var target = FolderEntry.Open(path);
        TemporaryFile.RemoveAbandoned(target);
        using var temporary = TemporaryFile.Create(target);
        Fill(temporary.Handle, target.Path, write);
        Sync.All(temporary.Handle, target.Path);
        using var old = wipeOld ? OldContent.Open(target) : null;
        temporary.MoveToTarget();
        Sync.Folder(target.Folder, target.FolderPath);
        old?.Wipe();
    }

    /// <summary>
    /// Creates a folder, mode 0700, with those above it, and syncs its parent. No error when it is there.
    /// </summary>
    public static void CreateFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = FolderEntry.Encode(path);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parentPath)
        {
            return;
        }
        if (!Directory.Exists(parentPath))
        {
            CreateFolder(parentPath);
        }
        var errno = Libc.MakeFolder(FolderEntry.Encode(full), OwnerOnlyFolder);
        if (errno != 0 && !(errno == Errno.Exists && Directory.Exists(full)))
        {
            throw Errno.Failure("Creating the folder", full, errno);
        }
        // Also when it was there: its maker may have died before this sync. A parent that may not be read is
        // one that somebody else has made.
        using var entry = FolderEntry.TryOpen(full, out _);
        if (entry is not null)
        {
            Sync.Folder(entry.Folder, parentPath);
        }
    }

    /// <summary>
    /// Removes what writers that were killed left beside their files, in a folder and all below: for folders in which
    /// no name is written a second time. What somebody writes right now stays.
    /// </summary>
    public static void RemoveAbandoned(string folder) => TemporaryFile.RemoveAllAbandoned(folder);

    /// <summary>Removes a file and syncs its folder. No error when it is not there.</summary>
    /// <exception cref="IOException">It is still there; the message says what to do.</exception>
    public static void Delete(string path) => Delete(path, wipe: false);

    /// <summary>
    /// As <see cref="Delete(string)"/>, and overwrites the content, as far as a file system that writes in place
    /// allows: the wrapped key of a sealed file goes with it.
    /// </summary>
    /// <exception cref="IOException">It is still there; the message says what to do.</exception>
    public static void Erase(string path) => Delete(path, wipe: true);

    internal static void Delete(string path, bool wipe)
    {
        using var target = FolderEntry.TryOpen(path, out var errno);
        if (target is null)
        {
            if (errno is Errno.NotFound or Errno.NotFolder)
            {
                return;
            }
            throw Errno.Failure("Opening the folder of", path, errno);
        }
        using var old = wipe ? OldContent.Open(target) : null;
        errno = Libc.Unlink(target.Folder, target.NameBytes);
        if (errno is not (0 or Errno.NotFound))
        {
            throw Errno.Failure("Removing", target.Path, errno);
        }
        Sync.Folder(target.Folder, target.FolderPath);
        old?.Wipe();
    }

    /// <summary>Gives a file the name of another in the same folder, whose content is wiped.</summary>
    internal static void Rename(string from, string to)
    {
        using var target = FolderEntry.Open(to);
        using var old = OldContent.Open(target);
        var errno = Libc.Rename(target.Folder, FolderEntry.Encode(Path.GetFileName(from)), target.NameBytes);
        if (errno != 0)
        {
            throw Errno.Failure("Renaming to", target.Path, errno);
        }
        Sync.Folder(target.Folder, target.FolderPath);
        old?.Wipe();
    }

    private static void Fill(SafeFileHandle handle, string path, Action<Stream> write)
    {
        // The stream gets the descriptor without owning it: the writer may close the stream, the sync comes
        // after.
        using var borrowed = new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false);
        try
        {
            using var file = new FileStream(borrowed, FileAccess.Write, bufferSize: 0);
            using var buffered = new BufferedStream(file, BufferBytes);
            write(buffered);
        }
        catch (IOException e) when (e.HResult is Errno.NoSpace or Errno.QuotaExceeded or Errno.DiskFailed)
        {
            throw Errno.Failure("Writing", path, e.HResult, e);
        }
    }
}
