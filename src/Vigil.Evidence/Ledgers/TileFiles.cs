using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>Reads tiles and bundles from a folder, each whole and of its right size.</summary>
internal sealed class TileFiles(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>Hashes of a tile; those of a partial one also from the full one that may have replaced it.</summary>
    /// <exception cref="LedgerException">Missing or not of its size; names the file.</exception>
    public TreeHash[] Tile(int level, long index, int width)
    {
        var (bytes, path, isFull) = Read(level, index, width, OpenTree.TileWidth * TreeHash.LengthBytes);
        if (bytes.Length != (isFull ? OpenTree.TileWidth : width) * TreeHash.LengthBytes)
        {
            throw Damaged(path, "is not of its size");
        }
        var hashes = new TreeHash[width];
        for (var i = 0; i < width; i++)
        {
            hashes[i] = TreeHash.FromBytes(bytes.AsSpan(i * TreeHash.LengthBytes, TreeHash.LengthBytes));
        }
        return hashes;
    }

    /// <summary>The first entries of a bundle.</summary>
    /// <exception cref="LedgerException">Missing, cut, or not of that many entries; names the file.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Bundle(long index, int count)
    {
        var (bytes, path, isFull) = Read(TilePath.Entries, index, count, EntryBundle.MaxBytes);
        return EntryBundle.TryRead(bytes, count, isFull) ?? throw Damaged(path, "does not hold its entries");
    }

    /// <summary>Null when it is not there.</summary>
    public byte[]? TryRead(string path, int maxBytes)
    {
        try
        {
            using var file = InputFile.OpenRead(Path.Combine(Folder, path));
            if (file.Length > maxBytes)
            {
                throw Damaged(path, $"has more than {maxBytes} bytes");
            }
            var bytes = new byte[file.Length];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..count];
        }
        catch (InputFileException e) when (e.Problem == InputFileProblem.NotFound)
        {
            return null;
        }
    }

    public static LedgerException Damaged(string path, string how) =>
        new(
            LedgerProblem.Damaged,
            $"{path} {how}: keep the folder as it is for whoever finds out why, and put that file back from a copy."
        );

    private (byte[] Bytes, string Path, bool IsFull) Read(int level, long index, int width, int maxBytes)
    {
        var path = TilePath.Of(level, index, width);
        var isFull = width == OpenTree.TileWidth;
        var bytes = TryRead(path, maxBytes);
        if (bytes is null && !isFull)
        {
            (path, isFull) = (TilePath.Full(level, index), true);
            bytes = TryRead(path, maxBytes);
        }
        return (bytes ?? throw Damaged(TilePath.Of(level, index, width), "is missing"), path, isFull);
    }
}
