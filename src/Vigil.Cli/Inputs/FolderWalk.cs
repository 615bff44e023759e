using System.IO.Enumeration;
using Vigil.Cli.Output;

namespace Vigil.Cli.Inputs;

/// <summary>One thing found on the way: a file to read, or a place that could not be read.</summary>
internal readonly record struct WalkItem(string Path, Failure? Failure);

/// <summary>
/// The files below a folder, as a stream. Symbolic links are not followed, so there are no loops and nothing
/// outside the folder is read; what they point at is found where it lies.
/// </summary>
internal sealed class FolderWalk
{
    /// <summary>
    /// Folders deeper than this are reported, not entered: the system cannot name much more (PATH_MAX, 4096
    /// bytes).
    /// </summary>
    private const int MaxDepth = 1000;

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    private readonly record struct Found(string Path, bool IsFolder, bool IsLink);

    /// <summary>Symbolic links that were met and not followed.</summary>
    public long LinksNotFollowed { get; private set; }

    public IEnumerable<WalkItem> Files(string folder)
    {
        var waiting = new Stack<(string Path, int Depth)>([(folder, 0)]);
        while (waiting.TryPop(out var next))
        {
            using var entries = new Listing(next.Path);
            while (entries.MoveNext(out var found))
            {
                if (found.IsLink)
                {
                    LinksNotFollowed++;
                }
                else if (!found.IsFolder)
                {
                    yield return new WalkItem(found.Path, null);
                }
                else if (next.Depth < MaxDepth)
                {
                    waiting.Push((found.Path, next.Depth + 1));
                }
                else
                {
                    yield return new WalkItem(
                        found.Path,
                        new Failure("too-deep", "Move this folder up and run again.")
                    );
                }
            }
            if (entries.Failure is not null)
            {
                yield return new WalkItem(next.Path, entries.Failure);
            }
        }
    }

    /// <summary>The same in ordinal order of the paths; holds them all in memory.</summary>
    public IEnumerable<WalkItem> FilesInOrder(string folder) =>
        Files(folder).OrderBy(item => item.Path, StringComparer.Ordinal);

    /// <summary>One folder's entries; an error ends it and stands in <see cref="Failure"/>.</summary>
    private sealed class Listing(string folder) : IDisposable
    {
        private IEnumerator<Found>? _entries;

        public Failure? Failure { get; private set; }

        public bool MoveNext(out Found found)
        {
            found = default;
            try
            {
                _entries ??= new FileSystemEnumerable<Found>(folder, Describe, Everything).GetEnumerator();
                if (!_entries.MoveNext())
                {
                    return false;
                }

                found = _entries.Current;
                return true;
            }
            catch (UnauthorizedAccessException)
            {
                Failure = new Failure("folder-not-permitted", "Run as a user that may read this folder.");
            }
            catch (IOException e)
            {
                Failure = folder.Contains('\uFFFD')
                    ? new Failure(
                        "bad-name",
                        "The folder's name is not valid UTF-8: rename it, with convmv for example."
                    )
                    : new Failure(
                        "folder-unreadable",
                        $"{Printable.Of(e.Message)} Run again when it can be read."
                    );
            }
            return false;
        }

        public void Dispose() => _entries?.Dispose();

        private static Found Describe(ref FileSystemEntry entry)
        {
            var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
            return new Found(entry.ToSpecifiedFullPath(), entry.IsDirectory && !isLink, isLink);
        }
    }
}
