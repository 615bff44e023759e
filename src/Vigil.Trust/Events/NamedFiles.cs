namespace Vigil.Trust;

/// <summary>A fingerprint by which somebody outside names a file. A secret: shows nothing as text.</summary>
public sealed class NamedFile
{
    public const string Pdq = "pdq";

    /// <summary>"md5", "sha1", "sha256" or "pdq".</summary>
    public required string Algorithm { get; init; }

    /// <summary>16, 20, 32 or 32 bytes; of PDQ the highest bits first.</summary>
    public required byte[] Value { get; init; }
}

/// <summary>
/// Raised by who was told of files by their fingerprints; each who keeps records adds what it knows of them, ids only.
/// </summary>
public sealed class FilesNamed(IReadOnlyList<NamedFile> files)
{
    public IReadOnlyList<NamedFile> Files => files;

    /// <summary>Entries of lists that have one of them.</summary>
    public HashSet<NamedEntry> Entries { get; } = [];

    /// <summary>Decisions of scans about one of these very files.</summary>
    public HashSet<Guid> Decisions { get; } = [];

    /// <summary>A history is kept, and must be read to the end: ask <see cref="KeptFiles"/> after the commit.</summary>
    public bool IsInHistory { get; set; }
}

/// <param name="IsByPicture">By the picture's fingerprint: what is like it is meant too, not the file alone.</param>
public readonly record struct NamedEntry(EntryKey Entry, bool IsByPicture);

/// <summary>A content that was scanned before, as the history has it; its members are the platform's.</summary>
public sealed record KeptFile(string? Account, string? ContentRef, Surface Surface, string Jurisdiction)
{
    /// <summary>What it is once: the content, or where it has no reference its account.</summary>
    public (string? ContentRef, string? Account) About => (ContentRef, ContentRef is null ? Account : null);

    public override string ToString() => "kept file";
}

public enum KeptSearchEnd
{
    /// <summary>All of the history was read.</summary>
    Done,

    /// <summary>A part of it does not open, or there were more than may be found at once.</summary>
    Incomplete,

    /// <summary>The tenant keeps none.</summary>
    Off,

    /// <summary>One is kept, and not by this process now: nothing was read, ask again.</summary>
    NotHere,
}

public sealed record KeptSearch(KeptSearchEnd End, IReadOnlyList<KeptFile> Files)
{
    public static readonly KeptSearch Off = new(KeptSearchEnd.Off, []);
    public static readonly KeptSearch NotHere = new(KeptSearchEnd.NotHere, []);
}

/// <summary>
/// How files are looked for in histories: outside any transaction, because a history is read from its first day to
/// its last. Who keeps histories says how.
/// </summary>
public sealed class KeptFiles
{
    private Search _search = (_, _, _, _) => Task.FromResult(KeptSearch.Off);

    public delegate Task<KeptSearch> Search(
        TenantId tenant,
        IReadOnlyList<NamedFile> files,
        Func<KeptFile, bool> isNew,
        CancellationToken cancellation
    );

    /// <summary>Said while the server is built, never later.</summary>
    public void SearchBy(Search search) => _search = search;

    /// <summary>
    /// Reads the whole history of the tenant, on a thread of low priority; what <paramref name="isNew"/> refuses is
    /// passed over and not counted.
    /// </summary>
    public Task<KeptSearch> SearchAsync(
        TenantId tenant,
        IReadOnlyList<NamedFile> files,
        Func<KeptFile, bool> isNew,
        CancellationToken cancellation
    ) => _search(tenant, files, isNew, cancellation);
}
