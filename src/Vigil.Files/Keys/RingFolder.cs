using System.Security.Cryptography;
using Vigil.Files.Posix;

namespace Vigil.Files.Keys;

/// <summary>
/// The files of a ring: <c>root.key</c> (the 32 bytes of the root key), <c>keys.ring</c> (all other keys,
/// wrapped), <c>keys.lock</c>, <c>root.shares</c> once its shares were written down, and <c>root.drill</c> once a
/// recovery drill has passed. Where both change together the next root key stands in <c>root.key.next</c> until
/// keys.ring is written with it; an interrupted change is finished or undone by whoever opens the ring next.
/// </summary>
internal sealed class RingFolder(string folder)
{
    /// <summary>
    /// A full ring of 10,000 tenants with three years of daily epochs is larger; that many need a KMS.
    /// </summary>
    private const int MaxRingBytes = 256 * 1024 * 1024;

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly string _rootPath = Path.Combine(folder, "root.key");
    private readonly string _nextRootPath = Path.Combine(folder, "root.key.next");
    private readonly string _ringPath = Path.Combine(folder, "keys.ring");

    /// <summary>
    /// The race it prevents: two processes that read, change and replace the ring at once, where the second
    /// would write without the first one's new keys, or two that make a first ring, where one would seal
    /// under lost keys.
    /// </summary>
    public FileLock Lock() => FileLock.Take(Path.Combine(folder, "keys.lock"), LockPatience);

    /// <summary>Changes whenever any process replaces the ring.</summary>
    public (ulong, long, long, uint) Identity()
    {
        using var file = TryOpen(_ringPath) ?? throw RingMissing();
        return Libc.Status(file.SafeFileHandle, out var status) == 0 ? status.Identity : default;
    }

    /// <summary>Null when no ring was ever finished here. Under the lock.</summary>
    public (SecretKey Root, RingState State)? Load()
    {
        FinishInterruptedChange();
        var ring = ReadRing();
        var root = ReadRoot(_rootPath);
        if (root is null)
        {
            return ring is null
                ? null
                : throw new KeyRingException(
                    KeyRingProblem.RootKeyMissing,
                    $"'{_ringPath}' is there, '{_rootPath}' is not: put the root key back from its backup. A new one "
                        + "could read nothing of what was sealed, so none is made."
                );
        }
        try
        {
            return (root, RingState.Read(ring ?? throw RingMissing(), root, _ringPath));
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the wrapped keys. Under the lock.</summary>
    public void Save(SecretKey root, RingState state, bool wipeOld)
    {
        var bytes = state.Write(root);
        if (bytes.Length > MaxRingBytes)
        {
            throw new KeyRingException(
                KeyRingProblem.TooMany,
                $"The keys would fill more than {MaxRingBytes} bytes, the most that is read back: nothing "
                    + "was changed. Begin a new ring in another folder for new tenants."
            );
        }
        Durable.Replace(_ringPath, stream => stream.Write(bytes), wipeOld);
    }

    /// <summary>Puts a new root key in place together with the keys wrapped by it. Under the lock.</summary>
    public void SaveWithRoot(SecretKey newRoot, RingState state)
    {
        Durable.Replace(_nextRootPath, stream => stream.Write(newRoot.Bytes));
        Save(newRoot, state, wipeOld: true);
        Durable.Rename(_nextRootPath, _rootPath);
    }

    /// <summary>Puts a lost root key back. Under the lock.</summary>
    public void RestoreRoot(SecretKey root)
    {
        var ring = ReadRing() ?? throw RingMissing();
        using var found = ReadRoot(_rootPath);
        if (found is not null)
        {
            throw RootShares.Refused(
                $"'{_rootPath}' is there: nothing was restored. Move it away first if "
                    + "it is the wrong one."
            );
        }
        if (!root.Fingerprint().AsSpan().SequenceEqual(RingState.FingerprintIn(ring)))
        {
            throw RootShares.Refused(
                $"The shares are of another root key than '{_ringPath}': take those of "
                    + "this installation."
            );
        }
        Durable.Replace(_rootPath, stream => stream.Write(root.Bytes));
    }

    /// <summary>Keeps beside the keys that it was done with this root key.</summary>
    public void Save(RootDeed deed, SecretKey root, DateTimeOffset at)
    {
        var bytes = RootRecord.Write(deed, root, at);
        Durable.Replace(PathOf(deed), stream => stream.Write(bytes));
    }

    /// <summary>When it was done with this root key; null: never.</summary>
    public DateTimeOffset? Read(RootDeed deed, SecretKey root)
    {
        using var file = TryOpen(PathOf(deed));
        if (file is null)
        {
            return null;
        }
        var bytes = new byte[RootRecord.LengthBytes + 1];
        var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return RootRecord.Read(deed, bytes.AsSpan(0, count), root);
    }

    /// <summary>
    /// Opens the ring as it lies on the disk with this key and nothing else: its seal, every tenant's key and every
    /// epoch's. Under the lock.
    /// </summary>
    /// <exception cref="KeyRingException">It is not there, or damaged.</exception>
    public bool OpensWith(SecretKey root)
    {
        try
        {
            RingState.Read(ReadRing() ?? throw RingMissing(), root, _ringPath).Dispose();
            return true;
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.RootKeyForeign)
        {
            return false;
        }
    }

    private string PathOf(RootDeed deed) =>
        Path.Combine(folder, deed == RootDeed.Shared ? "root.shares" : "root.drill");

    private void FinishInterruptedChange()
    {
        using var next = ReadRoot(_nextRootPath);
        if (next is null)
        {
            return;
        }
        var fingerprint = ReadRing() is { } ring ? RingState.FingerprintIn(ring) : null;
        if (fingerprint is not null && next.Fingerprint().AsSpan().SequenceEqual(fingerprint))
        {
            Durable.Rename(_nextRootPath, _rootPath);
        }
        else
        {
            // keys.ring was not written with it, so nothing was ever sealed under it.
            Durable.Delete(_nextRootPath, wipe: true);
        }
    }

    private SecretKey? ReadRoot(string path)
    {
        using var file = TryOpen(path);
        if (file is null)
        {
            return null;
        }
        if (Libc.Status(file.SafeFileHandle, out var status) != 0 || status.IsOpenToOthers)
        {
            throw new KeyRingException(
                KeyRingProblem.RootKeyExposed,
                $"'{path}' can be read or changed by others than its owner: run chmod 600 on it, find out who could "
                    + "read it, and rotate the root key if anybody did."
            );
        }
        var bytes = GC.AllocateUninitializedArray<byte>(SecretKey.LengthBytes + 1, pinned: true);
        try
        {
            if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != SecretKey.LengthBytes)
            {
                throw new KeyRingException(
                    KeyRingProblem.Damaged,
                    $"'{path}' is not {SecretKey.LengthBytes} bytes long: put the root key back from its backup."
                );
            }
            return SecretKey.Take(bytes.AsSpan(0, SecretKey.LengthBytes));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private byte[]? ReadRing()
    {
        using var file = TryOpen(_ringPath);
        if (file is null)
        {
            return null;
        }
        if (file.Length > MaxRingBytes)
        {
            throw new KeyRingException(
                KeyRingProblem.Damaged,
                $"'{_ringPath}' is larger than {MaxRingBytes} bytes: put the key files back from their backup."
            );
        }
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private KeyRingException RingMissing() =>
        new(
            KeyRingProblem.RingMissing,
            $"'{_rootPath}' is there, '{_ringPath}' is not: put the wrapped keys back from their backup. New ones "
                + "could read nothing of what was sealed, so none are made."
        );

    /// <summary>
    /// Null when there is no such file; unbuffered, so that no copy of a key stays behind in a buffer.
    /// </summary>
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return InputFile.OpenRead(path, bufferBytes: 0);
        }
        catch (InputFileException e) when (e.Problem == InputFileProblem.NotFound)
        {
            return null;
        }
    }
}
