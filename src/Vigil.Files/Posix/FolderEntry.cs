using Microsoft.Win32.SafeHandles;

namespace Vigil.Files.Posix;

/// <summary>
/// An open folder and the name of one entry in it, so that all steps of a change speak of the same folder.
/// </summary>
internal sealed class FolderEntry : IDisposable
{
    private FolderEntry(string path, string folderPath, SafeFileHandle folder)
    {
        Path = path;
        FolderPath = folderPath;
        Folder = folder;
        NameBytes = Encode(System.IO.Path.GetFileName(path));
    }

    public string Path { get; }

    public string FolderPath { get; }

    public SafeFileHandle Folder { get; }

    public byte[] NameBytes { get; }

    /// <exception cref="ArgumentException">The path names no file.</exception>
    /// <exception cref="IOException">The folder cannot be opened.</exception>
    public static FolderEntry Open(string path)
    {
        var entry = TryOpen(path, out var errno);
        return entry ?? throw Errno.Failure("Opening the folder of", path, errno);
    }

    /// <summary>Null when the folder cannot be opened.</summary>
    public static FolderEntry? TryOpen(string path, out int errno)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = Encode(path);
        var full = System.IO.Path.GetFullPath(path);
        var folderPath = System.IO.Path.GetDirectoryName(full);
        if (folderPath is null || System.IO.Path.GetFileName(full).Length == 0)
        {
            throw new ArgumentException($"'{path}' names a folder: give the path of a file.", nameof(path));
        }
        var folder = Libc.Open(Encode(folderPath), Libc.ReadOnly | Libc.Directory, 0, out errno);
        return folder is null ? null : new FolderEntry(full, folderPath, folder);
    }

    public static byte[] Encode(string name) =>
        Libc.TryEncode(name, out var bytes)
            ? bytes
            : throw new ArgumentException(
                "The name holds a NUL or is not valid Unicode: choose another.",
                nameof(name)
            );

    public void Dispose() => Folder.Dispose();
}
