using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigil.Files.Posix;
using Vigil.Files.Sealing;

namespace Vigil.Files;

/// <summary>
/// An append-only file of sealed records, for journals that must survive kill -9: a record is there after
/// <see cref="Sync"/>; a torn last record is dropped at the next open, a damaged earlier one is an error.
/// Whole records cut off at the end cannot be noticed here: who must notice that keeps a count elsewhere.
/// </summary>
public sealed class SealedLog : IDisposable
{
    /// <summary>Largest record, bytes.</summary>
    public const int MaxRecordBytes = 64 * 1024;

    private const int OwnerOnly = 0x180; // 0600
    private const int LeadBytes = 8;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int OverheadBytes = LeadBytes + NonceBytes + TagBytes;

    private readonly SafeFileHandle _handle;
    private readonly string _path;

    /// <summary>
    /// The race it prevents: two threads that give two records one sequence number or one place.
    /// </summary>
    private readonly Lock _gate = new();

    private readonly byte[] _record = new byte[OverheadBytes + MaxRecordBytes];
    private SealHeader? _header;
    private byte[] _boundTo = [];
    private long _endOffset;
    private uint _sequence;
    private uint _durable;

    /// <summary>Records that were in it at the last <see cref="Sync"/>: they survive power loss.</summary>
    public long DurableCount
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <summary>Bytes of a torn last record that were there when it was opened, and are dropped; 0: none.</summary>
    public long TornBytes { get; private set; }

    /// <summary>Somebody cut it off while it is open here: what was appended is not all there any more.</summary>
    public bool IsCut
    {
        get
        {
            lock (_gate)
            {
                return IsShort;
            }
        }
    }

    /// <summary>Under the gate.</summary>
    private bool IsShort => RandomAccess.GetLength(_handle) < _endOffset;

    private SealedLog(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <summary>
    /// Opens or creates the log, hands every earlier record to <paramref name="onRecord"/> and stands ready
    /// to append.
    /// </summary>
    /// <exception cref="SealBrokenException">A record is damaged, missing, doubled or out of
    /// order.</exception>
    /// <exception cref="FileInUseException">The log is open already, here or in another process.</exception>
    /// <exception cref="KeyRingException">Its epoch is destroyed, or the tenant is unknown.</exception>
    /// <param name="path">Of the log; its folder must exist.</param>
    /// <param name="keys">Of the installation.</param>
    /// <param name="context">What it is bound to.</param>
    /// <param name="onRecord">Gets each record, in order.</param>
    /// <param name="epoch">Whose key a new log dies with; null: the tenant's newest.</param>
    public static SealedLog Open(
        string path,
        KeyRing keys,
        SealContext context,
        Action<byte[]> onRecord,
        int? epoch = null
    )
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(onRecord);
        using var entry = FolderEntry.Open(path);
        var flags = Libc.ReadWrite | Libc.Create | Libc.NoFollow;
        var handle =
            Libc.OpenAt(entry.Folder, entry.NameBytes, flags, OwnerOnly, out var errno)
            ?? throw Errno.Failure("Opening the log", path, errno);
        var log = new SealedLog(handle, entry.Path);
        try
        {
            // The race it prevents: two writers whose records would overwrite each other's.
            if (!FileLock.TryTake(handle))
            {
                throw new FileInUseException(
                    $"'{path}' is open in another process or twice in this one: let the other end first."
                );
            }
            log.ReadAll(entry, keys, context, onRecord, epoch);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Appends one record, 1 to <see cref="MaxRecordBytes"/> bytes. Not yet durable.</summary>
    /// <exception cref="IOException">
    /// Not appended: the disk is full, and the log can be used on; or somebody cut it off, and it cannot.
    /// </exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfZero(record.Length, nameof(record));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Length, MaxRecordBytes, nameof(record));
        lock (_gate)
        {
            var bytes = Seal(record);
            if (IsShort)
            {
                throw new IOException(
                    $"'{_path}' was cut off by somebody else while it is open: open it anew."
                );
            }
            try
            {
                RandomAccess.Write(_handle, bytes, _endOffset);
            }
            catch (IOException e)
            {
                RandomAccess.SetLength(_handle, _endOffset);
                throw Errno.Failure("Appending to", _path, e.HResult, e);
            }
            _endOffset += bytes.Length;
            _sequence = checked(_sequence + 1);
        }
    }

    /// <summary>fdatasync: all records appended so far survive power loss.</summary>
    public void Sync()
    {
        uint appended;
        lock (_gate)
        {
            appended = _sequence;
        }
        Posix.Sync.Data(_handle, _path);
        lock (_gate)
        {
            _durable = Math.Max(_durable, appended);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_record);
        _header?.Dispose();
        if (!_handle.IsClosed)
        {
            FileLock.GiveBack(_handle);
        }
        _handle.Dispose();
    }

    private Span<byte> Seal(ReadOnlySpan<byte> plain)
    {
        var bytes = _record.AsSpan(0, OverheadBytes + plain.Length);
        WriteLead(bytes, plain.Length);
        // Random, not the sequence number: the place of a dropped torn record is used again with other
        // content.
        var nonce = bytes.Slice(LeadBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var body = bytes.Slice(LeadBytes + NonceBytes, plain.Length);
        _header!.Cipher.Encrypt(nonce, plain, body, bytes[^TagBytes..], RecordBoundTo());
        return bytes;
    }

    private void ReadAll(
        FolderEntry entry,
        KeyRing keys,
        SealContext context,
        Action<byte[]> onRecord,
        int? epoch
    )
    {
        using var borrowed = new SafeFileHandle(_handle.DangerousGetHandle(), ownsHandle: false);
        using var file = new FileStream(borrowed, FileAccess.Read, MaxRecordBytes);
        _header = SealHeader.TryRead(SealHeader.LogKind, file, keys, context);
        if (_header is null)
        {
            if (file.Length >= SealHeader.LengthFor(context))
            {
                throw Broken();
            }
            // New, or its making was cut: the head is durable before the first record is taken.
            _header = SealHeader.New(SealHeader.LogKind, keys, context, epoch);
            RandomAccess.SetLength(_handle, 0);
            RandomAccess.Write(_handle, _header.Bytes, 0);
            Posix.Sync.All(_handle, _path);
            Posix.Sync.Folder(entry.Folder, entry.FolderPath);
        }
        _boundTo = [.. _header.BoundTo, .. new byte[sizeof(uint)]];
        _endOffset = _header.Bytes.Length;
        file.Position = _endOffset;
        while (ReadRecord(file) is { } record)
        {
            _endOffset += OverheadBytes + record.Length;
            _sequence++;
            onRecord(record);
        }
        if (file.Length > _endOffset)
        {
            TornBytes = file.Length - _endOffset;
            RandomAccess.SetLength(_handle, _endOffset);
            Posix.Sync.All(_handle, _path);
        }
    }

    /// <summary>Null at the end and at a torn last record.</summary>
    private byte[]? ReadRecord(FileStream file)
    {
        var lead = _record.AsSpan(0, LeadBytes);
        if (
            file.ReadAtLeast(lead, LeadBytes, throwOnEndOfStream: false) < LeadBytes
            || IsZeroToEnd(lead, file)
        )
        {
            return null;
        }
        var length = BinaryPrimitives.ReadInt32LittleEndian(lead);
        Span<byte> expected = stackalloc byte[LeadBytes];
        WriteLead(expected, length);
        if (length is < 1 or > MaxRecordBytes || !lead.SequenceEqual(expected))
        {
            throw Broken();
        }
        var rest = _record.AsSpan(LeadBytes, NonceBytes + length + TagBytes);
        if (file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) < rest.Length)
        {
            return null;
        }
        var plain = new byte[length];
        try
        {
            _header!.Cipher.Decrypt(
                rest[..NonceBytes],
                rest.Slice(NonceBytes, length),
                rest[^TagBytes..],
                plain,
                RecordBoundTo()
            );
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Broken(e);
        }
        return plain;
    }

    /// <summary>
    /// Length, and a check of length and sequence number: without it one flipped bit could make a record in
    /// the middle look like a torn last one, and all after it would be dropped.
    /// </summary>
    private void WriteLead(Span<byte> lead, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(lead, length);
        var check = BitOperations.Crc32C(~_sequence, (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(lead[sizeof(int)..], check);
    }

    private byte[] RecordBoundTo()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_boundTo.AsSpan(_boundTo.Length - sizeof(uint)), _sequence);
        return _boundTo;
    }

    /// <summary>
    /// After power loss a file system may show a grown file whose last pages were never written: zeros.
    /// </summary>
    private static bool IsZeroToEnd(ReadOnlySpan<byte> lead, FileStream file)
    {
        if (lead.ContainsAnyExcept((byte)0))
        {
            return false;
        }
        var start = file.Position;
        var piece = new byte[MaxRecordBytes];
        for (var count = 1; count > 0; )
        {
            count = file.Read(piece);
            if (piece.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                file.Position = start;
                return false;
            }
        }
        return true;
    }

    private SealBrokenException Broken(Exception? inner = null) =>
        new(
            $"'{_path}' is damaged at record {_sequence + 1}: put the log back from a backup, or move it away to begin "
                + "a new one.",
            inner
        );
}
