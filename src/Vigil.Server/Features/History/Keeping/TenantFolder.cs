using Vigil.Files;
using Vigil.Matching.Hunting;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>
/// The files of one tenant's history: a log that grows, and segments that logs become. No method knows of the
/// database. Who calls holds <see cref="LogTurn"/> for logs, <see cref="FilesTurn"/> for segments; of both, the
/// files' first.
/// </summary>
internal sealed class TenantFolder(
    string folder,
    TenantId tenant,
    DayVault vault,
    HistoryLimits limits,
    Func<Guid> newId
) : IDisposable
{
    private const long Unknown = -1;

    private readonly byte[] _record = new byte[SealedLog.MaxRecordBytes];
    private SealedLog? _log;
    private HistoryName? _name;
    private int _logRows;
    private long _logBytes;
    private DateTimeOffset _logSince;
    private bool _isDirty;
    private volatile bool _mayHaveClosedLogs = true;
    private long _bytes = Unknown;

    /// <summary>The race it prevents: rows that are appended to a log while it is closed.</summary>
    public SemaphoreSlim LogTurn { get; } = new(1, 1);

    /// <summary>The race it prevents: a segment that is hunted while it is erased.</summary>
    public SemaphoreSlim FilesTurn { get; } = new(1, 1);

    public TenantId Tenant => tenant;

    /// <summary>On the disk, logs among it.</summary>
    public long Bytes
    {
        get
        {
            if (Interlocked.Read(ref _bytes) == Unknown)
            {
                var bytes = Directory.Exists(folder) ? Files().Sum(file => file.Length) : 0;
                Interlocked.Exchange(ref _bytes, bytes);
            }
            return Interlocked.Read(ref _bytes);
        }
    }

    /// <summary>Adds rows to the log of the day; they are on the disk after <see cref="Sync"/>.</summary>
    /// <exception cref="IOException">Not all were added; a next call begins a log of its own.</exception>
    public void Append(IEnumerable<byte[]> rows, DateTimeOffset now)
    {
        var day = HistoryRules.DayOf(now);
        try
        {
            var filled = 0;
            foreach (var row in rows)
            {
                if (_name?.Day != day)
                {
                    Write(ref filled);
                    Begin(day, now);
                }
                for (var at = 0; at < row.Length; )
                {
                    var piece = Math.Min(row.Length - at, _record.Length - filled);
                    row.AsSpan(at, piece).CopyTo(_record.AsSpan(filled));
                    (at, filled) = (at + piece, filled + piece);
                    if (filled == _record.Length)
                    {
                        Write(ref filled);
                    }
                }
                _logRows++;
                _logBytes += row.Length;
                if (_logRows >= limits.SegmentRows || _logBytes >= limits.SegmentBytes)
                {
                    Write(ref filled);
                    CloseLog();
                }
            }
            Write(ref filled);
        }
        catch
        {
            // Half a row may stand at its end: nothing comes behind it.
            CloseLog();
            throw;
        }
        finally
        {
            Array.Clear(_record);
        }
    }

    public void Sync()
    {
        if (_isDirty)
        {
            _log?.Sync();
            _isDirty = false;
        }
    }

    /// <summary>It becomes a segment next; the next row begins another.</summary>
    public void CloseLog()
    {
        Sync();
        _mayHaveClosedLogs |= _log is not null;
        _log?.Dispose();
        (_log, _name, _logRows, _logBytes) = (null, null, 0, 0);
    }

    /// <summary>Closes the log of another day, and one that is old.</summary>
    public void CloseOldLog(DateTimeOffset now)
    {
        if (
            _name is not null
            && (_name.Day != HistoryRules.DayOf(now) || now - _logSince >= limits.SegmentAge)
        )
        {
            CloseLog();
        }
    }

    public IReadOnlyList<HistoryName> Names() =>
        Directory.Exists(folder)
            ? [.. Files().Select(file => HistoryName.Parse(file.Name)).OfType<HistoryName>()]
            : [];

    /// <summary>Logs that are not written to any more.</summary>
    public IReadOnlyList<HistoryName> ClosedLogs() =>
        _mayHaveClosedLogs
            ? [.. Names().Where(name => name.IsLog && name != _name).OrderBy(name => name.Day)]
            : [];

    /// <summary>Whoever took the closed logs makes segments of them: no more until the next is closed.</summary>
    public void AreBuilt() => _mayHaveClosedLogs = false;

    /// <summary>It failed: they are looked for again.</summary>
    public void AreNotBuilt() => _mayHaveClosedLogs = true;

    /// <summary>The whole rows of a closed log; half of one at its end was never acknowledged.</summary>
    /// <exception cref="IOException">Damaged.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReadLog(HistoryName name)
    {
        using var bytes = new MemoryStream();
        using (vault.OpenLog(PathOf(name), tenant, name.ObjectId, name.Epoch, record => bytes.Write(record)))
        {
            // All is read at the open.
        }
        return [.. HistoryFile.RowsOf(bytes.ToArray())];
    }

    /// <summary>Gives the bytes on the disk.</summary>
    public long WriteSegment(HistoryName name, IEnumerable<ReadOnlyMemory<byte>> rows)
    {
        vault.Write(
            PathOf(name),
            tenant,
            name.ObjectId,
            name.Version!.Value,
            name.Epoch,
            stream => HistoryFile.Write(stream, rows)
        );
        Interlocked.Exchange(ref _bytes, Unknown);
        return new FileInfo(PathOf(name)).Length;
    }

    /// <summary>To be read by a <see cref="HistoryReader"/>.</summary>
    public Stream OpenSegment(HistoryName name) =>
        vault.OpenRead(PathOf(name), tenant, name.ObjectId, name.Version!.Value);

    /// <summary>All rows of a segment, as they stand in it.</summary>
    /// <exception cref="IOException">Damaged, or not there.</exception>
    public List<ReadOnlyMemory<byte>> ReadSegment(HistoryName name)
    {
        var rows = new List<ReadOnlyMemory<byte>>();
        using var stream = OpenSegment(name);
        using var batch = new HistoryBatch();
        for (var reader = new HistoryReader(stream); reader.Read(batch); )
        {
            rows.AddRange(
                Enumerable.Range(0, batch.Count).Select(row => (ReadOnlyMemory<byte>)batch.Encoded(row))
            );
        }
        return rows;
    }

    /// <summary>Overwritten, and gone.</summary>
    public void Erase(HistoryName name)
    {
        Durable.Erase(PathOf(name));
        Interlocked.Exchange(ref _bytes, Unknown);
    }

    /// <summary>First the keys of the days that nothing else is of, then the files.</summary>
    public void Erase(IReadOnlyList<HistoryName> names)
    {
        foreach (
            var epoch in names.Select(name => name.Epoch).Except(Names().Except(names).Select(n => n.Epoch))
        )
        {
            vault.Destroy(tenant, epoch);
        }
        foreach (var name in names)
        {
            Erase(name);
        }
    }

    /// <summary>Keys of days of which no file is left.</summary>
    public void DestroyUnusedKeys()
    {
        var used = Names().Select(name => name.Epoch).ToHashSet();
        foreach (var epoch in vault.Live(tenant).Where(epoch => !used.Contains(epoch)))
        {
            vault.Destroy(tenant, epoch);
        }
    }

    /// <summary>All of it: the keys, then the files.</summary>
    public void EraseAll()
    {
        CloseLog();
        vault.DestroyAll(tenant);
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (var file in Files())
        {
            Durable.Erase(file.FullName);
        }
        Directory.Delete(folder, recursive: true);
        Interlocked.Exchange(ref _bytes, Unknown);
    }

    private void Begin(int day, DateTimeOffset now)
    {
        CloseLog();
        Durable.CreateFolder(folder);
        var live = vault.Live(tenant);
        var epoch =
            Names().FirstOrDefault(name => name.Day == day && live.Contains(name.Epoch))?.Epoch
            ?? vault.Begin(tenant);
        var name = new HistoryName(day, epoch, newId(), null);
        _log = vault.OpenLog(PathOf(name), tenant, name.ObjectId, epoch, _ => { });
        (_name, _logSince) = (name, now);
        Interlocked.Exchange(ref _bytes, Unknown);
    }

    private void Write(ref int filled)
    {
        if (filled == 0)
        {
            return;
        }
        _log!.Append(_record.AsSpan(0, filled));
        if (Interlocked.Read(ref _bytes) != Unknown)
        {
            Interlocked.Add(ref _bytes, filled);
        }
        (filled, _isDirty) = (0, true);
    }

    private string PathOf(HistoryName name) => Path.Combine(folder, name.FileName);

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(folder).EnumerateFiles();

    public void Dispose()
    {
        CloseLog();
        LogTurn.Dispose();
        FilesTurn.Dispose();
    }
}
