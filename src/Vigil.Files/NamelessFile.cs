using System.Security.Cryptography;

namespace Vigil.Files;

/// <summary>Temporary files that no crash leaves behind.</summary>
public static class NamelessFile
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Only its owner reads it; its name is taken away at once, its bytes go when it is closed.</summary>
    /// <param name="folder">On the disk that is to hold it.</param>
    /// <exception cref="IOException">It cannot be made there.</exception>
    public static FileStream Open(string folder)
    {
        var path = Path.Combine(folder, $".vigil-{RandomNumberGenerator.GetHexString(32)}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferBytes,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        var file = new FileStream(path, options);
        new FileInfo(path).Delete();
        return file;
    }
}
