using System.Security.Cryptography;
using Vigil.Files.Keys;

namespace Vigil.Files;

/// <summary>
/// Root key, tenant keys, epoch keys: each wrapped by the one above; object keys are wrapped by an epoch's.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>The tenant of the command line and of installations that have one.</summary>
    public const string DefaultTenant = "default";

    /// <summary>Why nothing is sealed yet, and what to do.</summary>
    public const string DrillFirst =
        "Nothing is sealed before a recovery drill of the root keys has passed: two people with a share each run "
        + "'vigil keys drill' on the server's machine. 'vigil keys status' says where the shares are.";

    private readonly RingFolder _folder;
    private readonly DerivedKeys _derived = new();

    /// <summary>The race it prevents: a key zeroed by one thread while another seals with it.</summary>
    private readonly Lock _gate = new();

    private SecretKey _root;
    private RingState _state;
    private (ulong, long, long, uint) _identity;
    private bool _disposed;

    private KeyRing(RingFolder folder, SecretKey root, RingState state)
    {
        _folder = folder;
        _root = root;
        _state = state;
        _identity = folder.Identity();
    }

    /// <summary>
    /// Opens the ring in a folder (created 0700, root key file 0600), or makes a new one with the first epoch
    /// of <see cref="DefaultTenant"/>. Two processes may do so at once: the second opens what the first made.
    /// </summary>
    /// <exception cref="KeyRingException">Key files are missing, damaged, foreign or open to
    /// others.</exception>
    /// <exception cref="FileInUseException">Another process holds the ring's lock for long.</exception>
    public static KeyRing OpenOrCreate(string folder)
    {
        Durable.CreateFolder(folder);
        var files = new RingFolder(folder);
        using var taken = files.Lock();
        if (files.Load() is { } found)
        {
            return new KeyRing(files, found.Root, found.State);
        }
        var root = SecretKey.Random();
        var state = RingState.New();
        state.Tenant(DefaultTenant, create: true).AddEpoch();
        files.SaveWithRoot(root, state);
        return new KeyRing(files, root, state);
    }

    /// <summary>The tenant's epochs, oldest first.</summary>
    public IReadOnlyList<KeyEpoch> Epochs(string tenant)
    {
        lock (_gate)
        {
            Refresh();
            return [.. _state.Tenant(tenant).Epochs.Select(e => new KeyEpoch(e.Key, e.Value is null))];
        }
    }

    /// <summary>
    /// Begins an epoch, with the tenant's key where the tenant is new; new objects are sealed under it.
    /// </summary>
    /// <param name="tenant">
    /// 1 to 64 of a-z, 0-9, '-', '_', '.'; with a slash and a word behind it, keys of the tenant's that are destroyed
    /// apart from its others.
    /// </param>
    public int NewEpoch(string tenant)
    {
        var id = 0;
        Change(state => id = state.Tenant(tenant, create: true).AddEpoch(), wipeOld: false);
        return id;
    }

    /// <summary>
    /// Destroys the epoch's key, here and in keys.ring: what was sealed under it can never be read again,
    /// except where a backup of keys.ring holds the key. No error when it is destroyed already.
    /// </summary>
    public void DestroyEpoch(string tenant, int epoch) =>
        Change(
            state =>
            {
                var epochs = state.Tenant(tenant).Epochs;
                if (!epochs.TryGetValue(epoch, out var key))
                {
                    throw UnknownEpoch(tenant, epoch);
                }
                epochs[epoch] = null;
                key?.Dispose();
            },
            wipeOld: true
        );

    /// <summary>
    /// Destroys all keys of a tenant, its own and its epochs': whatever was sealed for it can never be read
    /// again, and no digest of it made again, except where a backup of keys.ring holds the keys. A tenant of
    /// the same name begun later has other keys. No error when it is destroyed already.
    /// </summary>
    public void DestroyTenant(string tenant)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        Change(
            state =>
            {
                if (state.Tenants.Remove(tenant, out var keys))
                {
                    keys.Dispose();
                }
            },
            wipeOld: true
        );
    }

    /// <summary>Makes a new root key and wraps the tenant keys with it; no sealed object changes.</summary>
    public void RotateRoot()
    {
        lock (_gate)
        {
            using var taken = LockAndReload();
            var next = SecretKey.Random();
            _folder.SaveWithRoot(next, _state);
            _root.Dispose();
            _root = next;
            _identity = _folder.Identity();
        }
    }

    /// <summary>
    /// Splits the root key for three people: any two shares give it back, one alone says nothing. Shares of earlier
    /// splits of the same key keep working, each with those of its own split.
    /// </summary>
    public IReadOnlyList<KeyShare> SplitRoot()
    {
        lock (_gate)
        {
            Refresh();
            return RootShares.Split(_root);
        }
    }

    /// <summary>
    /// Has the root keys of some rings written down as shares, and keeps beside each that it was: first the shares,
    /// then the record. A process that ends in between leaves no record, and the next one shares them anew, as a whole.
    /// </summary>
    /// <param name="rings">Of one installation. Their locks are held meanwhile, so that two processes do not mix
    /// sheets.</param>
    /// <param name="at">Now.</param>
    /// <param name="again">Also where they were shared before, or a drill of them passed.</param>
    /// <param name="keep">Gets the three shares of each ring; when it returns they are durable.</param>
    /// <returns>False: they were shared before.</returns>
    public static bool Share(
        IReadOnlyList<KeyRing> rings,
        DateTimeOffset at,
        bool again,
        Action<IReadOnlyList<IReadOnlyList<KeyShare>>> keep
    )
    {
        ArgumentNullException.ThrowIfNull(rings);
        ArgumentNullException.ThrowIfNull(keep);
        return UnderLocks(
            rings,
            0,
            () =>
            {
                if (
                    !again
                    && rings.All(ring =>
                        (ring.Read(RootDeed.Shared) ?? ring.Read(RootDeed.Drilled)) is not null
                    )
                )
                {
                    return false;
                }
                keep([.. rings.Select(ring => RootShares.Split(ring._root))]);
                foreach (var ring in rings)
                {
                    ring._folder.Save(RootDeed.Shared, ring._root, at);
                }
                return true;
            }
        );
    }

    private static bool UnderLocks(IReadOnlyList<KeyRing> rings, int from, Func<bool> work)
    {
        if (from == rings.Count)
        {
            return work();
        }
        lock (rings[from]._gate)
        {
            using var taken = rings[from].LockAndReload();
            return UnderLocks(rings, from + 1, work);
        }
    }

    /// <summary>
    /// The recovery drill: whether these two shares give a root key that opens the ring as it lies in the folder, as
    /// after a loss: <c>root.key</c> is not read, and may be gone. That it passed is kept beside the keys. The key is
    /// zeroed, and shown to nobody. False after the root key was rotated: split it again.
    /// </summary>
    /// <param name="folder">Of the ring.</param>
    /// <param name="at">Now.</param>
    /// <exception cref="KeyRingException">The same share twice, or of two splits; no ring, or a damaged
    /// one.</exception>
    public static bool Drill(string folder, KeyShare one, KeyShare other, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        using var joined = RootShares.Join(one, other);
        Durable.CreateFolder(folder);
        var files = new RingFolder(folder);
        using var taken = files.Lock();
        if (!files.OpensWith(joined))
        {
            return false;
        }
        files.Save(RootDeed.Drilled, joined, at);
        return true;
    }

    /// <summary>When the root key as it is now was written down as shares; null: never, or rotated since.</summary>
    public DateTimeOffset? SharedAt => Done(RootDeed.Shared);

    /// <summary>When a drill of the root key as it is now passed; null: never, or it was rotated since.</summary>
    public DateTimeOffset? DrilledAt => Done(RootDeed.Drilled);

    /// <summary>What is sealed for good begins here, and nothing of it before a drill has passed.</summary>
    /// <exception cref="KeyRingException">None has passed with the root key as it is now.</exception>
    public void RequireDrill()
    {
        if (DrilledAt is null)
        {
            throw new KeyRingException(KeyRingProblem.NotDrilled, DrillFirst);
        }
    }

    /// <summary>Puts a lost <c>root.key</c> back from two shares. Nothing is written unless they are of
    /// this ring.</summary>
    /// <param name="folder">Holds <c>keys.ring</c>, and no <c>root.key</c>.</param>
    /// <exception cref="KeyRingException">A key is there, the ring is not, or the shares are of another
    /// key.</exception>
    public static void RestoreRoot(string folder, KeyShare one, KeyShare other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        using var joined = RootShares.Join(one, other);
        Durable.CreateFolder(folder);
        var files = new RingFolder(folder);
        using var taken = files.Lock();
        files.RestoreRoot(joined);
    }

    internal byte[] Id => _state.Id;

    /// <summary>A key of the tenant's own for one purpose; the same for as long as the tenant exists.</summary>
    internal byte[] Derive(string tenant, string purpose)
    {
        lock (_gate)
        {
            Refresh();
            return _derived.Of(_state.Tenant(tenant).Key, tenant, purpose, epoch: 0);
        }
    }

    /// <summary>A key for one purpose that dies with the epoch.</summary>
    internal byte[] Derive(string tenant, string purpose, int epoch)
    {
        lock (_gate)
        {
            Refresh();
            return _derived.Of(EpochKey(tenant, epoch), tenant, purpose, epoch);
        }
    }

    /// <summary>As the other overload, of the tenant's newest live epoch.</summary>
    internal (int Epoch, byte[] Key) DeriveNewest(string tenant, string purpose)
    {
        lock (_gate)
        {
            Refresh();
            var (epoch, key) = NewestEpoch(tenant);
            return (epoch, _derived.Of(key, tenant, purpose, epoch));
        }
    }

    /// <summary>A new key for one object, and the same wrapped by the epoch; null: the tenant's newest.</summary>
    internal (SecretKey Key, int Epoch, byte[] Wrapped) NewObjectKey(
        string kind,
        SealContext context,
        int? ofEpoch = null
    )
    {
        lock (_gate)
        {
            Refresh();
            var (epoch, epochKey) = ofEpoch is { } chosen
                ? (chosen, EpochKey(context.Tenant, chosen))
                : NewestEpoch(context.Tenant);
            var key = SecretKey.Random();
            return (key, epoch, epochKey.Wrap(key, BoundTo.ObjectKey(kind, context, epoch)));
        }
    }

    /// <summary>Null when the wrapped key is not authentic for this object.</summary>
    internal SecretKey? OpenObjectKey(string kind, SealContext context, int epoch, ReadOnlySpan<byte> wrapped)
    {
        lock (_gate)
        {
            Refresh();
            return EpochKey(context.Tenant, epoch)
                .TryUnwrap(wrapped, BoundTo.ObjectKey(kind, context, epoch));
        }
    }

    /// <summary>Wraps a key that exists by the tenant's newest epoch.</summary>
    internal (int Epoch, byte[] Wrapped) WrapObjectKey(string kind, SealContext context, SecretKey key)
    {
        lock (_gate)
        {
            Refresh();
            var (epoch, epochKey) = NewestEpoch(context.Tenant);
            return (epoch, epochKey.Wrap(key, BoundTo.ObjectKey(kind, context, epoch)));
        }
    }

    private DateTimeOffset? Done(RootDeed deed)
    {
        lock (_gate)
        {
            Refresh();
            return Read(deed);
        }
    }

    private DateTimeOffset? Read(RootDeed deed) => _folder.Read(deed, _root);

    private (int Epoch, SecretKey Key) NewestEpoch(string tenant)
    {
        var (epoch, key) = _state.Tenant(tenant).Epochs.LastOrDefault(e => e.Value is not null);
        return key is null
            ? throw new KeyRingException(
                KeyRingProblem.NoLiveEpoch,
                $"All epochs of tenant '{tenant}' are destroyed: begin a new one (KeyRing.NewEpoch)."
            )
            : (epoch, key);
    }

    private SecretKey EpochKey(string tenant, int epoch)
    {
        if (!_state.Tenant(tenant).Epochs.TryGetValue(epoch, out var key))
        {
            throw UnknownEpoch(tenant, epoch);
        }
        return key
            ?? throw new KeyRingException(
                KeyRingProblem.EpochDestroyed,
                $"The key of epoch {epoch} of tenant '{tenant}' was destroyed, and with it all that was "
                    + "sealed in that epoch. This cannot be undone."
            );
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _derived.Clear();
            _root.Dispose();
            _state.Dispose();
        }
    }

    private void Change(Action<RingState> change, bool wipeOld)
    {
        lock (_gate)
        {
            using var taken = LockAndReload();
            try
            {
                change(_state);
                _derived.Clear();
                _folder.Save(_root, _state, wipeOld);
            }
            catch
            {
                // What was not written is not there: the next use reads the ring again.
                _identity = default;
                throw;
            }
            _identity = _folder.Identity();
        }
    }

    /// <summary>
    /// Follows what another process did: an epoch it destroyed must not live on in this one's memory.
    /// </summary>
    private void Refresh()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_folder.Identity() != _identity)
        {
            using var taken = LockAndReload();
        }
    }

    private Posix.FileLock LockAndReload()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var taken = _folder.Lock();
        try
        {
            var (root, state) =
                _folder.Load()
                ?? throw new KeyRingException(
                    KeyRingProblem.RingMissing,
                    "The key files are gone while in use: put them back from their backup."
                );
            _derived.Clear();
            _root.Dispose();
            _state.Dispose();
            (_root, _state, _identity) = (root, state, _folder.Identity());
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private static KeyRingException UnknownEpoch(string tenant, int epoch) =>
        new(
            KeyRingProblem.UnknownEpoch,
            $"Tenant '{tenant}' has no epoch {epoch} in this key ring: the ring is older than the object (an old "
                + "backup?) or another installation's."
        );
}
