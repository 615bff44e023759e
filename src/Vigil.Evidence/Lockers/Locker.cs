using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Vigil.Files;

namespace Vigil.Evidence;

/// <summary>An object whose bytes are gone and whose key dies with the epoch.</summary>
/// <param name="Id">Of the object.</param>
/// <param name="Epoch">
/// The newest at that time: once it is closed every earlier one is too, so that backups and remains on disk open
/// nothing either. Not what the head says, which may be damaged.
/// </param>
public sealed record LockerDestruction(string Id, int Epoch);

/// <summary>
/// Sealed objects of one tenant in a folder. Each has its own key, wrapped by the newest epoch of a key ring that
/// serves this locker alone. Destroying is two steps: the object's files now, the key of its epoch at the close.
/// </summary>
public sealed partial class Locker : IDisposable
{
    /// <summary>Most bytes of an object.</summary>
    public const long MaxObjectBytes = 64L << 30;

    private const string LockFile = "locker.lock";
    private const string HeadEnd = ".head";
    private const string BodyEnd = ".body";
    private const int MaxHeadBytes = 1024;
    private const int Version = 1;

    private readonly string _folder;
    private readonly KeyRing _keys;
    private readonly string _tenant;
    private readonly FolderLock _lock;

    /// <summary>
    /// The race it prevents: a head wrapped by an epoch that is being closed, stored after the close looked for
    /// survivors. Making a head shares it, beginning an epoch has it alone; nobody holds it while bytes come.
    /// </summary>
    private readonly ReaderWriterLockSlim _closing = new();

    /// <summary>The race it prevents: two closes, each of which destroys the epoch that the other wraps by.</summary>
    private readonly Lock _closeTurn = new();

    /// <summary>The race it prevents: a head written anew while, or after, its object is destroyed.</summary>
    private readonly Lock _heads = new();

    /// <summary>
    /// The races it prevents: two objects stored at once under one name, of which one body is lost; a body taken for
    /// one that nobody stores any more, between it and its head.
    /// </summary>
    private readonly HashSet<string> _storing = new(StringComparer.Ordinal);

    private Locker(string folder, KeyRing keys, string tenant, FolderLock taken) =>
        (_folder, _keys, _tenant, _lock) = (folder, keys, tenant, taken);

    /// <param name="folder">Made, mode 0700, when it is not there.</param>
    /// <param name="keys">For this locker alone: closing an epoch destroys all that was sealed under it.</param>
    /// <param name="tenant">Known to the ring.</param>
    /// <exception cref="FileInUseException">Another process has it.</exception>
    public static Locker Open(string folder, KeyRing keys, string tenant)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Durable.CreateFolder(folder);
        var taken =
            FolderLock.TryTake(folder, LockFile)
            ?? throw new FileInUseException($"'{folder}' is in use by another process: let it end first.");
        return new Locker(folder, keys, tenant, taken);
    }

    /// <summary>
    /// Seals and stores; when it returns the object is durable. However slowly the bytes come, it holds up nothing
    /// else: their key is wrapped at the end, by the epoch that is the newest then.
    /// </summary>
    /// <param name="id">1 to 128 of a-z, 0-9, '-', '_'; never used again.</param>
    /// <returns>Bytes stored.</returns>
    /// <exception cref="LockerException">One is there already, or too many bytes.</exception>
    public long Put(string id, Stream content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = PathOf(id);
        Reserve(id);
        try
        {
            if (Path.Exists(path + HeadEnd))
            {
                throw Exists(id);
            }
            Durable.CreateFolder(Path.GetDirectoryName(path)!);
            using var sealing = new SealedObject(_keys, ContextOf(id));
            long length = 0;
            Durable.Replace(
                path + BodyEnd,
                file =>
                {
                    using var writer = sealing.CreateWriter(file);
                    length = Copy(content, writer);
                    writer.Complete();
                }
            );
            PutHeadOrNothing(path, sealing);
            return length;
        }
        finally
        {
            Release(id);
        }
    }

    /// <summary>A body that gets no head is of no use to anybody.</summary>
    private void PutHeadOrNothing(string path, SealedObject sealing)
    {
        try
        {
            PutHead(path, sealing);
        }
        catch (IOException) when (!Path.Exists(path + HeadEnd))
        {
            try
            {
                Durable.Delete(path + BodyEnd);
            }
            catch (IOException)
            {
                // The next close removes it.
            }
            throw;
        }
    }

    /// <summary>The head comes last: it makes the object, and a body without one opens to nobody.</summary>
    private void PutHead(string path, SealedObject sealing)
    {
        _closing.EnterReadLock();
        try
        {
            Durable.Replace(path + HeadEnd, file => file.Write(sealing.Head()));
        }
        finally
        {
            _closing.ExitReadLock();
        }
    }

    /// <summary>The plain bytes, each chunk verified before it is given out; read to the end before acting
    /// on it.</summary>
    /// <exception cref="LockerException">Not there.</exception>
    /// <exception cref="SealBrokenException">From here or from reading: altered, cut or exchanged.</exception>
    /// <exception cref="KeyRingException">Its epoch was destroyed.</exception>
    public Stream Get(string id)
    {
        for (var head = ReadHead(id); ; )
        {
            var body = OpenBody(id);
            try
            {
                return SealedFile.OpenReader(body, head, _keys, ContextOf(id));
            }
            catch (KeyRingException e) when (e.Problem == KeyRingProblem.EpochDestroyed)
            {
                body.Dispose();
                // A close wrote the head anew, and destroyed the old one's epoch, since it was read.
                var again = ReadHead(id);
                if (again.AsSpan().SequenceEqual(head))
                {
                    throw;
                }
                head = again;
            }
            catch
            {
                body.Dispose();
                throw;
            }
        }
    }

    /// <summary>Reads an object to its end; null when it is whole, else what is wrong.</summary>
    public string? Verify(string id)
    {
        try
        {
            using var content = Get(id);
            var buffer = new byte[64 * 1024];
            while (content.Read(buffer) > 0) { }
            CryptographicOperations.ZeroMemory(buffer);
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    /// <summary>All objects, in no order.</summary>
    public IEnumerable<string> List() =>
        Directory
            .EnumerateFiles(_folder, "*" + HeadEnd, SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path)[..^HeadEnd.Length]);

    /// <summary>
    /// Removes an object's files: the head first, without which nobody here can open it. What lies in backups or on
    /// the disk can be opened until <see cref="CloseEpochs"/>. What is left of a damaged object, or of one whose
    /// destruction was interrupted, is removed as well.
    /// </summary>
    /// <param name="isHeld">Asked last, before anything is removed: true while any hold or clock keeps the
    /// object.</param>
    /// <exception cref="LockerException">Held, or not there.</exception>
    public LockerDestruction Destroy(string id, Func<string, bool> isHeld)
    {
        ArgumentNullException.ThrowIfNull(isHeld);
        var path = PathOf(id);
        Reserve(id);
        try
        {
            lock (_heads)
            {
                if (!Path.Exists(path + HeadEnd) && !Path.Exists(path + BodyEnd))
                {
                    throw Missing(id);
                }
                if (isHeld(id))
                {
                    throw new LockerException(
                        LockerProblem.Held,
                        $"Object '{id}' is under a hold: nothing was destroyed. End the hold first, by who may."
                    );
                }
                var epoch = NewestEpoch();
                Durable.Delete(path + HeadEnd);
                Durable.Delete(path + BodyEnd);
                return new LockerDestruction(id, epoch);
            }
        }
        finally
        {
            Release(id);
        }
    }

    /// <summary>Of the locker's keys: what is destroyed now dies with it and those before.</summary>
    public int NewestEpoch() => _keys.Epochs(_tenant)[^1].Id;

    /// <summary>
    /// Begins an epoch, wraps the keys of all objects by it (contents stay as they are), then destroys the keys of all
    /// epochs before. From then on what was removed opens to nobody, whatever backups hold, except one of the key
    /// ring itself. May be called again after any interruption. Objects can be stored and read meanwhile.
    /// </summary>
    /// <param name="kept">
    /// All objects that must outlive it, as their owner knows them: one whose head is lost could still be opened
    /// with the head from a backup, so its epoch stays.
    /// </param>
    /// <returns>The epochs that were destroyed.</returns>
    /// <exception cref="LockerException">
    /// An object's key is lost or cannot be opened: no epoch is destroyed.
    /// </exception>
    public IReadOnlyList<int> CloseEpochs(IReadOnlyCollection<string> kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        lock (_closeTurn)
        {
            var (closed, next) = BeginEpoch(kept);
            // What is stored from here on has a key of the new epoch.
            foreach (var id in List())
            {
                Rewrap(id, next);
            }
            foreach (var epoch in closed)
            {
                _keys.DestroyEpoch(_tenant, epoch);
            }
            return closed;
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        _lock.Dispose();
    }

    private (IReadOnlyList<int> Closed, int Next) BeginEpoch(IReadOnlyCollection<string> kept)
    {
        _closing.EnterWriteLock();
        try
        {
            RemoveBodiesWithoutHead(kept);
            if (kept.FirstOrDefault(id => !Path.Exists(PathOf(id) + HeadEnd)) is { } lost)
            {
                throw CannotClose(lost, null);
            }
            var closed = _keys
                .Epochs(_tenant)
                .Where(epoch => !epoch.IsDestroyed)
                .Select(epoch => epoch.Id)
                .ToList();
            return (closed, _keys.NewEpoch(_tenant));
        }
        finally
        {
            _closing.ExitWriteLock();
        }
    }

    private void Rewrap(string id, int epoch)
    {
        lock (_heads)
        {
            if (!Path.Exists(PathOf(id) + HeadEnd))
            {
                // Destroyed since the list was made.
                return;
            }
            try
            {
                var head = SealedFile.Rewrap(ReadHead(id), _keys, ContextOf(id));
                Durable.Replace(PathOf(id) + HeadEnd, file => file.Write(head));
                if (SealedFile.EpochOf(ReadHead(id)) == epoch)
                {
                    return;
                }
            }
            catch (Exception e) when (e is SealBrokenException or KeyRingException)
            {
                throw CannotClose(id, e);
            }
            throw CannotClose(id, null);
        }
    }

    private static LockerException CannotClose(string id, Exception? inner) =>
        new(
            LockerProblem.Damaged,
            $"The key of object '{id}' is lost or cannot be opened, so no epoch was destroyed: put its head back from "
                + "a copy, or destroy the object, then close again.",
            inner
        );

    /// <summary>What a killed <see cref="Put"/> left: never acknowledged, its key never stored.</summary>
    private void RemoveBodiesWithoutHead(IReadOnlyCollection<string> kept)
    {
        Durable.RemoveAbandoned(_folder);
        foreach (var body in Directory.EnumerateFiles(_folder, "*" + BodyEnd, SearchOption.AllDirectories))
        {
            var id = Path.GetFileName(body)[..^BodyEnd.Length];
            // In this order: who is not storing it any more has stored its head.
            if (!kept.Contains(id) && !IsStoring(id) && !Path.Exists(body[..^BodyEnd.Length] + HeadEnd))
            {
                Durable.Delete(body);
            }
        }
    }

    private static long Copy(Stream content, SealedWriter writer)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        long length = 0;
        for (int count; (count = content.Read(buffer)) > 0; length += count)
        {
            if (length + count > MaxObjectBytes)
            {
                throw new LockerException(
                    LockerProblem.TooLarge,
                    $"The object has more than {MaxObjectBytes} bytes, the most that is stored: nothing was "
                        + "kept of it."
                );
            }
            writer.Write(buffer.AsSpan(0, count));
        }
        CryptographicOperations.ZeroMemory(buffer);
        return length;
    }

    private byte[] ReadHead(string id)
    {
        try
        {
            using var file = InputFile.OpenRead(PathOf(id) + HeadEnd);
            var head = new byte[MaxHeadBytes];
            return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (InputFileException e) when (e.Problem == InputFileProblem.NotFound)
        {
            throw Missing(id, e);
        }
    }

    private FileStream OpenBody(string id)
    {
        try
        {
            return InputFile.OpenRead(PathOf(id) + BodyEnd);
        }
        catch (InputFileException e) when (e.Problem == InputFileProblem.NotFound)
        {
            throw Missing(id, e);
        }
    }

    private void Reserve(string id)
    {
        lock (_storing)
        {
            if (!_storing.Add(id))
            {
                throw Exists(id);
            }
        }
    }

    private bool IsStoring(string id)
    {
        lock (_storing)
        {
            return _storing.Contains(id);
        }
    }

    private void Release(string id)
    {
        lock (_storing)
        {
            _storing.Remove(id);
        }
    }

    private static LockerException Exists(string id) =>
        new(LockerProblem.Exists, $"Object '{id}' is there already, or is being stored: take another name.");

    private static LockerException Missing(string id, Exception? inner = null) =>
        new(LockerProblem.NotFound, $"The locker has no object '{id}'.", inner);

    /// <summary>In one of 65,536 folders, by a digest of the name: names may begin all alike.</summary>
    private string PathOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!ObjectId().IsMatch(id))
        {
            throw new ArgumentException("An object's name is 1 to 128 of a-z, 0-9, '-', '_'.", nameof(id));
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)).AsSpan(0, 2));
        return Path.Combine(_folder, digest[..2], digest[2..], id);
    }

    private SealContext ContextOf(string id) => new(_tenant, id, Version);

    [GeneratedRegex(@"\A[a-z0-9_-]{1,128}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ObjectId();
}
