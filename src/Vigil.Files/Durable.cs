namespace Vigil.Files;

/// <summary>Writes that survive power loss, by P/Invoke: .NET on Linux hides a failed fsync. A failed sync ends the process.</summary>
public static class Durable
{
    /// <summary>
    /// Replaces or creates <paramref name="path"/> atomically: temporary file beside it, fsync, rename, fsync of the
    /// folder. Readers see the old file or the new one, whole. When <paramref name="write"/> throws, or the disk is
    /// full, the old file is untouched and the temporary one is gone.
    /// </summary>
    public static void Replace(string path, Action<Stream> write) => throw new NotSupportedException();

    /// <summary>Creates a folder, mode 0700, and syncs its parent. No error when it is there.</summary>
    public static void CreateFolder(string path) => throw new NotSupportedException();

    /// <summary>Removes a file and syncs its folder. No error when it is not there.</summary>
    public static void Delete(string path) => throw new NotSupportedException();
}
