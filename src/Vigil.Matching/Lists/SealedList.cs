using Vigil.Files;

namespace Vigil.Matching.Lists;

/// <summary>
/// A list on disk (<c>.vlist</c>): sealed with the installation's key ring under its file name, replaced as a
/// whole. A file that is copied over another list's, or renamed, does not open.
/// </summary>
public static class SealedList
{
    /// <summary>Raised when the bytes change; older ones are then read by their own number.</summary>
    private const int Version = 1;

    /// <summary>Writes by way of <see cref="Durable.Replace(string, Action{Stream})"/>.</summary>
    public static void Save(string path, KeyRing keys, SignalList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        Save(path, keys, list.Info, list.Entries);
    }

    /// <summary>
    /// As the other overload, of entries that need not be in memory. When they fail, the old file stays.
    /// </summary>
    public static void Save(string path, KeyRing keys, ListInfo info, IEnumerable<ListEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(entries);
        Durable.Replace(
            path,
            file =>
            {
                using var sealing = SealedFile.CreateWriter(file, keys, ContextOf(path));
                ListCodec.Write(sealing, info, entries);
                sealing.Complete();
            }
        );
    }

    /// <exception cref="SealBrokenException">Altered, cut, renamed, or another installation's.</exception>
    /// <exception cref="ListFormatException">Sealed here, but not a list of this version.</exception>
    /// <exception cref="InputFileException">It cannot be opened.</exception>
    public static SignalList Load(string path, KeyRing keys)
    {
        using var plain = SealedFile.OpenReader(InputFile.OpenRead(path), keys, ContextOf(path));
        return ListCodec.Read(plain);
    }

    private static SealContext ContextOf(string path) =>
        new(KeyRing.DefaultTenant, $"list/{Path.GetFileName(path)}", Version)
        {
            // A copy: its source still has it.
            BeforeDrill = true,
        };
}
