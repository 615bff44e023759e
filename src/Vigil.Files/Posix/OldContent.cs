using Microsoft.Win32.SafeHandles;

namespace Vigil.Files.Posix;

/// <summary>
/// The content of a key file that is about to lose its name. Overwriting it helps on file systems that write
/// in place (ext4, XFS) and on plain disks; copy-on-write systems, flash translation and backups keep what
/// they keep.
/// </summary>
internal sealed class OldContent : IDisposable
{
    private const int PieceBytes = 64 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private OldContent(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <summary>Null when there is none.</summary>
    public static OldContent? Open(FolderEntry entry)
    {
        var flags = Libc.ReadWrite | Libc.NoFollow | Libc.NonBlocking;
        var handle = Libc.OpenAt(entry.Folder, entry.NameBytes, flags, 0, out _);
        return handle is null ? null : new OldContent(handle, entry.Path);
    }

    /// <summary>
    /// Overwrites with zeros, unless the content has another name: then it is somebody's copy.
    /// </summary>
    public void Wipe()
    {
        if (Libc.Status(_handle, out var status) != 0 || status.HasName || !status.IsRegular)
        {
            return;
        }
        var zeros = new byte[PieceBytes];
        for (long at = 0; at < status.LengthBytes; at += PieceBytes)
        {
            var count = (int)Math.Min(PieceBytes, status.LengthBytes - at);
            RandomAccess.Write(_handle, zeros.AsSpan(0, count), at);
        }
        Sync.Data(_handle, _path);
    }

    public void Dispose() => _handle.Dispose();
}
