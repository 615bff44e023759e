using System.Globalization;
using Vigil.Files;

namespace Vigil.Matching.Search;

/// <summary>
/// A <see cref="PdqIndex"/> in a folder. <see cref="Save"/> writes what is new as segments, then a manifest that names
/// them all: a generation. The one before it stays until the next, and serves where the newest is damaged; that is
/// never silent (<see cref="Problems"/>).
/// </summary>
public sealed class PdqStore : IDisposable
{
    private const string LockName = "index.lock";
    private const string GenerationPrefix = "generation-";
    private const string SegmentPrefix = "segment-";

    /// <summary>There since a scrub found damage: until one finds none, nothing is taken unverified.</summary>
    private const string DamagedName = "damaged";

    private readonly string _folder;
    private readonly KeyRing _keys;
    private readonly PdqStoreOptions _options;
    private readonly FolderLock _lock;

    /// <summary>The race it prevents: two saves that give two states one number.</summary>
    private readonly Lock _saving = new();

    private readonly List<string> _problems = [];
    private readonly Dictionary<PdqSegment, (SegmentId Id, uint Checksum)> _files = new(
        ReferenceEqualityComparer.Instance
    );
    private StoreManifest _manifest = new(0, IsPlain: false, [], []);
    private StoreManifest? _before;
    private PdqSnapshot? _saved;

    /// <summary>The highest number that was ever given, also to a generation that is broken.</summary>
    private long _highest;

    private PdqStore(string folder, KeyRing keys, PdqStoreOptions options, FolderLock folderLock) =>
        (_folder, _keys, _options, _lock) = (folder, keys, options, folderLock);

    public PdqIndex Index { get; private set; } = new();

    /// <summary>Number of the last saved state; 0: nothing was saved yet. Only rises.</summary>
    public long Generation => _manifest.Generation;

    /// <summary>
    /// What could not be used at the open. Not empty: an older generation may serve, without what was added since.
    /// </summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <param name="folder">Is made where it is not there.</param>
    /// <param name="keys">Stays open as long as this is used.</param>
    /// <exception cref="FileInUseException">Another process has it open.</exception>
    /// <exception cref="IndexBrokenException">No generation can be used, or only too old ones.</exception>
    public static PdqStore OpenOrCreate(string folder, KeyRing keys, PdqStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Durable.CreateFolder(folder);
        var folderLock =
            FolderLock.TryTake(folder, LockName)
            ?? throw new FileInUseException(
                $"The index in '{folder}' is open in another process: let it end first."
            );
        var store = new PdqStore(folder, keys, options ?? new PdqStoreOptions(), folderLock);
        try
        {
            store.Open();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes the present state durable: it is on the disk when this returns. Costs what is new or was merged since.
    /// </summary>
    /// <returns>Its generation.</returns>
    public long Save()
    {
        lock (_saving)
        {
            var now = Index.Current;
            if (ReferenceEquals(now, _saved))
            {
                return Generation;
            }
            // Also of a save that fails: what it wrote keeps its names.
            var generation = ++_highest;
            var number = 0;
            var segments = new List<(SegmentId, uint)>();
            foreach (var segment in now.Segments)
            {
                if (!_files.TryGetValue(segment, out var file))
                {
                    file = Write(segment, new SegmentId(generation, number++));
                    _files.Add(segment, file);
                }
                segments.Add(file);
            }
            var dead = now.Dead;
            if (now.SealDeltas(out var dropped) is { } recent)
            {
                segments.Add(Write(recent, new SegmentId(generation, number)));
            }
            dead = dead.Except(dropped);
            var manifest = new StoreManifest(generation, _options.IsPlain, segments, dead);
            manifest.Save(_folder, _keys, _options.Tenant);
            StoreManifest.SaveNewest(_folder, _keys, _options.Tenant, generation);
            (_before, _manifest, _saved) = (_manifest, manifest, now);
            Forget(now);
            return generation;
        }
    }

    /// <summary>
    /// Reads every file of the last generation again and verifies it. What it finds damaged is in the exception; then
    /// close and open, which serves the generation before, or save a new state where this one is whole in memory. From
    /// then on every open verifies, whatever the options say, until a scrub finds the newest generation whole.
    /// </summary>
    /// <exception cref="IOException">A file is cut, altered, exchanged or gone.</exception>
    public void Scrub(CancellationToken cancellation = default)
    {
        long generation;
        try
        {
            generation = Verify(cancellation);
        }
        catch (IOException damage)
        {
            Mark(damage);
            throw;
        }
        // A newer one that is damaged is still there, and would be the next to be opened.
        if (IsMarked && Names(GenerationPrefix).Select(NumberOf).DefaultIfEmpty().Max() == generation)
        {
            Durable.Delete(MarkPath);
        }
    }

    private string MarkPath => Path.Combine(_folder, DamagedName);

    private bool IsMarked => Names(DamagedName).Contains(DamagedName);

    /// <summary>Gives the number of what it verified; 0: nothing was saved yet.</summary>
    private long Verify(CancellationToken cancellation)
    {
        StoreManifest manifest;
        lock (_saving)
        {
            if (Generation == 0)
            {
                return 0;
            }
            manifest = StoreManifest.Load(_folder, _keys, _options.Tenant, Generation);
        }
        foreach (var (id, checksum) in manifest.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            _ = Load(manifest, id, checksum, isVerified: true);
        }
        return manifest.Generation;
    }

    private void Mark(IOException damage)
    {
        try
        {
            Durable.Replace(MarkPath, static _ => { });
        }
        catch (IOException e)
        {
            throw new IndexBrokenException(
                $"{damage.Message} This could not be noted, so an open that does not verify serves it: {e.Message}",
                damage
            );
        }
    }

    public void Dispose() => _lock.Dispose();

    private void Open()
    {
        var generations = Names(GenerationPrefix)
            .Select(NumberOf)
            .Where(n => n > 0)
            .OrderDescending()
            .ToList();
        _highest = Math.Max(
            generations.FirstOrDefault(),
            Names(SegmentPrefix).Select(NumberOf).DefaultIfEmpty().Max()
        );
        foreach (var generation in generations)
        {
            try
            {
                Load(generation);
                break;
            }
            catch (IOException e)
            {
                _problems.Add($"generation {generation}: {e.Message}");
            }
        }
        if (generations.Count > 0 && Generation == 0)
        {
            throw new IndexBrokenException(
                $"No generation of the index in '{_folder}' can be used: {string.Join(" ", _problems)}"
            );
        }
        LookForNewest(generations.Count);
        if (Generation < _options.MinGeneration)
        {
            throw new IndexBrokenException(
                $"The index in '{_folder}' is of generation {Generation}, and {_options.MinGeneration} was saved: it "
                    + $"was put back, or is damaged. {string.Join(" ", _problems)} Build it again."
            );
        }
    }

    private void LookForNewest(int generations)
    {
        try
        {
            var newest = StoreManifest.LoadNewest(_folder, _keys, _options.Tenant);
            if (newest > Generation)
            {
                _problems.Add($"generation {newest} was saved, {Generation} is the newest that can be used.");
            }
        }
        // The very first save may have been ended before it noted itself.
        catch (InputFileException e) when (generations <= 1 && e.Problem == InputFileProblem.NotFound) { }
        catch (IOException e)
        {
            _problems.Add($"which generation is the newest cannot be told: {e.Message}");
        }
    }

    private void Load(long generation)
    {
        var manifest = StoreManifest.Load(_folder, _keys, _options.Tenant, generation);
        var isVerified = _options.VerifiesAtOpen || IsMarked;
        var segments = manifest
            .Segments.Select(file => Load(manifest, file.Id, file.Checksum, isVerified))
            .ToArray();
        Index = new PdqIndex(segments, manifest.Dead);
        _manifest = manifest;
        _saved = Index.Current;
        for (var i = 0; i < segments.Length; i++)
        {
            _files.Add(segments[i], manifest.Segments[i]);
        }
    }

    private PdqSegment Load(StoreManifest manifest, SegmentId id, uint checksum, bool isVerified)
    {
        var path = Path.Combine(_folder, id.Name);
        if (manifest.IsPlain)
        {
            return SegmentFile.Map(path, id, checksum, isVerified);
        }
        using var plain = SealedFile.OpenReader(InputFile.OpenRead(path), _keys, ContextOf(id));
        return SegmentFile.Read(plain, id, checksum);
    }

    private (SegmentId, uint) Write(PdqSegment segment, SegmentId id)
    {
        var checksum = 0u;
        Durable.Replace(
            Path.Combine(_folder, id.Name),
            file =>
            {
                if (_options.IsPlain)
                {
                    checksum = SegmentFile.Write(file, segment, id);
                    return;
                }
                using var sealing = SealedFile.CreateWriter(file, _keys, ContextOf(id));
                checksum = SegmentFile.Write(sealing, segment, id);
                sealing.Complete();
            }
        );
        return (id, checksum);
    }

    /// <summary>Removes the files that neither this generation nor the one before it names.</summary>
    private void Forget(PdqSnapshot now)
    {
        foreach (var segment in _files.Keys.Except(now.Segments).ToList())
        {
            _files.Remove(segment);
        }
        var kept = new[] { _manifest, _before! }
            .SelectMany(manifest =>
                manifest
                    .Segments.Select(file => file.Id.Name)
                    .Append(StoreManifest.NameOf(manifest.Generation))
            )
            .ToHashSet(StringComparer.Ordinal);
        foreach (
            var name in Names(GenerationPrefix).Concat(Names(SegmentPrefix)).Where(n => !kept.Contains(n))
        )
        {
            Durable.Delete(Path.Combine(_folder, name));
        }
    }

    private SealContext ContextOf(SegmentId id) =>
        new(_options.Tenant, $"pdq-index/{id.Name}", 1) { BeforeDrill = true };

    private List<string> Names(string prefix) =>
        [.. Directory.EnumerateFiles(_folder, prefix + "*").Select(path => Path.GetFileName(path))];

    /// <summary>Generation in the name of a file; 0: the name is none of this store's.</summary>
    private static long NumberOf(string name) =>
        long.TryParse(
            name.Split('-')[1],
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;
}
