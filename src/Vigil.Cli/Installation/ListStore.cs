using System.Buffers;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Matching.Lists;

namespace Vigil.Cli.Installation;

/// <summary>The imported lists: one sealed file a list in the data folder.</summary>
internal sealed class ListStore(DataFolder data)
{
    public const string Extension = ".vlist";
    private const int MaxNameLength = 64;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-_."
    );

    /// <summary>
    /// Whether a list could be called so: 1 to 64 of a-z, 0-9, '-', '_', '.', the first a letter or digit.
    /// </summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength
        && char.IsAsciiLetterOrDigit(text[0])
        && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    public static string RequireName(string text) =>
        IsName(text)
            ? text
            : throw new UsageException(
                $"'{Printable.Of(text)}' cannot name a list: use 1 to {MaxNameLength} of a-z, 0-9, '-', '_', '.', "
                    + "the first a letter or digit."
            );

    public IEnumerable<string> Names() =>
        Directory.Exists(data.ListsFolder)
            ? Directory
                .EnumerateFiles(data.ListsFolder, "*" + Extension)
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(IsName)
                .Order(StringComparer.Ordinal)
            : [];

    /// <summary>Null when there is no list of this name.</summary>
    public SignalList? Find(string name) =>
        Path.Exists(FileOf(name)) ? SealedList.Load(FileOf(name), data.Keys) : null;

    public SignalList Get(string name) =>
        Find(RequireName(name))
        ?? throw new UsageException($"There is no list '{name}'. 'vigil list show' names those there are.");

    /// <summary>
    /// Changes a list under a lock: two imports at once would each save over the other's rows.
    /// </summary>
    public ListMergeResult Update(string name, Func<SignalList?, ListMergeResult> change)
    {
        var keys = data.Keys;
        Durable.CreateFolder(data.ListsFolder);
        using var held = Lock(name);
        var existing = Find(name);
        var result = change(existing);
        if (existing is null || result.Added + result.Updated > 0 || result.List.Info != existing.Info)
        {
            SealedList.Save(FileOf(name), keys, result.List);
        }

        return result;
    }

    public string FileOf(string name) => Path.Combine(data.ListsFolder, name + Extension);

    private FileStream Lock(string name)
    {
        try
        {
            var path = Path.Combine(data.ListsFolder, $".{name}.lock");
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new IOException(
                $"Another process is changing the list '{name}': wait for it and run again.",
                e
            );
        }
    }
}
