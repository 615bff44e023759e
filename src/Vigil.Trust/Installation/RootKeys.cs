using Vigil.Files;

namespace Vigil.Trust;

/// <summary>How the root keys stand.</summary>
/// <param name="SharesFolder">Where the sheets are written to.</param>
/// <param name="SharedAt">When both were split as they are now; null: one was not.</param>
/// <param name="SheetsHere">Names of the sheets that still lie in that folder.</param>
/// <param name="SheetsSince">Of the oldest of them; null: there is none.</param>
/// <param name="DrilledAt">When both passed a recovery drill as they are now; null: nothing is sealed yet.</param>
public sealed record RootKeyStanding(
    string SharesFolder,
    DateTimeOffset? SharedAt,
    IReadOnlyList<string> SheetsHere,
    DateTimeOffset? SheetsSince,
    DateTimeOffset? DrilledAt
);

/// <summary>
/// The two root keys of an installation, of its records and of its contents: made and split in one step at the first
/// start. Nothing that only lies here is sealed before a recovery drill of both has passed.
/// </summary>
public sealed class RootKeys : IDisposable
{
    private readonly string _keysFolder;
    private readonly string _dataFolder;
    private readonly TimeProvider _time;

    private RootKeys(string keysFolder, string? sharesFolder, TimeProvider time)
    {
        _keysFolder = keysFolder;
        _dataFolder = Path.GetDirectoryName(Path.GetFullPath(keysFolder))!;
        SharesFolder = sharesFolder ?? SharesFolderOf(keysFolder);
        _time = time;
        var folders = Rings(keysFolder);
        Records = KeyRing.OpenOrCreate(folders[0].Folder);
        try
        {
            Contents = KeyRing.OpenOrCreate(folders[1].Folder);
        }
        catch
        {
            Records.Dispose();
            throw;
        }
    }

    public string SharesFolder { get; }

    internal KeyRing Records { get; }

    internal KeyRing Contents { get; }

    /// <summary>Where sheets are written to when no setting says otherwise: `shares` beside the keys.</summary>
    public static string SharesFolderOf(string keysFolder) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(keysFolder))!, "shares");

    /// <summary>The key rings of an installation by what they open, each with a root key of its own.</summary>
    public static IReadOnlyList<(string Name, string Folder)> Rings(string keysFolder) =>
        [("records", keysFolder), ("contents", Path.Combine(keysFolder, "locker"))];

    /// <summary>Opens the rings, or makes them; no shares yet.</summary>
    /// <param name="keysFolder">Of the installation.</param>
    /// <param name="sharesFolder">Null: beside the keys.</param>
    /// <param name="time">Of the records.</param>
    /// <exception cref="KeyRingException">Key files are missing, damaged or foreign.</exception>
    public static RootKeys Open(string keysFolder, string? sharesFolder, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(keysFolder);
        ArgumentNullException.ThrowIfNull(time);
        return new RootKeys(keysFolder, sharesFolder, time);
    }

    /// <summary>When both root keys passed a recovery drill; null: one of them did not, as it is now.</summary>
    public DateTimeOffset? DrilledAt => OfBoth(ring => ring.DrilledAt);

    /// <summary>As it is now; looks at the disk.</summary>
    public RootKeyStanding Standing()
    {
        var sheets = RecoverySheets.In(SharesFolder);
        return new RootKeyStanding(
            SharesFolder,
            OfBoth(ring => ring.SharedAt),
            [.. sheets.Select(sheet => sheet.Name)],
            sheets.Count == 0 ? null : new DateTimeOffset(sheets.Min(sheet => sheet.LastWriteTimeUtc)),
            DrilledAt
        );
    }

    /// <exception cref="KeyRingException">No drill of both has passed.</exception>
    public void RequireDrill()
    {
        Records.RequireDrill();
        Contents.RequireDrill();
    }

    /// <summary>
    /// Where the root keys were never shared as they are now: splits them, and writes three sheets for three people.
    /// What was cut off before is done anew, as a whole. Root keys of which a drill passed are left as they are.
    /// </summary>
    /// <returns>Whether sheets were written.</returns>
    public bool ShareFirst() => Share(again: false, sheets => RecoverySheets.Keep(SharesFolder, sheets));

    /// <summary>Splits the root keys again; sheets of before keep working, each with those of its own split.</summary>
    /// <param name="take">Gets the three sheets; when it returns they are where they belong.</param>
    public void ShareAgain(Action<IReadOnlyList<string>> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        Share(again: true, take);
    }

    /// <summary>Of a demonstration, whose SAMPLE contents nobody needs back: it passes its own drill, keeps no
    /// sheets, and says so.</summary>
    internal void DrillItself()
    {
        if (DrilledAt is not null)
        {
            return;
        }
        var at = _time.GetUtcNow();
        IReadOnlyList<IReadOnlyList<KeyShare>> split = [];
        KeyRing.Share([Records, Contents], at, again: true, shares => split = shares);
        foreach (var ((_, folder), shares) in Rings(_keysFolder).Zip(split))
        {
            KeyRing.Drill(folder, shares[0], shares[2], at);
        }
        foreach (var sheet in RecoverySheets.In(SharesFolder))
        {
            Durable.Erase(sheet.FullName);
        }
    }

    public void Dispose()
    {
        Records.Dispose();
        Contents.Dispose();
    }

    private bool Share(bool again, Action<IReadOnlyList<string>> take)
    {
        var at = _time.GetUtcNow();
        var names = Rings(_keysFolder).Select(ring => ring.Name);
        return KeyRing.Share(
            [Records, Contents],
            at,
            again,
            shares => take(RecoverySheets.Write([.. names.Zip(shares)], _dataFolder, at))
        );
    }

    private DateTimeOffset? OfBoth(Func<KeyRing, DateTimeOffset?> when) =>
        when(Records) is { } one && when(Contents) is { } other ? (one < other ? one : other) : null;
}
