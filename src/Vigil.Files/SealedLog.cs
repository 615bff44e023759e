namespace Vigil.Files;

/// <summary>
/// An append-only file of sealed records, for journals that must survive kill -9: a record is there after
/// <see cref="Sync"/>; a torn last record is dropped at the next open, a damaged earlier one is an error.
/// </summary>
public sealed class SealedLog : IDisposable
{
    /// <summary>Largest record, bytes.</summary>
    public const int MaxRecordBytes = 64 * 1024;

    /// <summary>Opens or creates the log, hands every earlier record to <paramref name="onRecord"/> and stands ready to append.</summary>
    public static SealedLog Open(string path, KeyRing keys, SealContext context, Action<byte[]> onRecord) =>
        throw new NotSupportedException();

    /// <summary>Appends one record, 1 to <see cref="MaxRecordBytes"/> bytes. Not yet durable.</summary>
    public void Append(ReadOnlySpan<byte> record) => throw new NotSupportedException();

    /// <summary>fdatasync: all records appended so far survive power loss.</summary>
    public void Sync() => throw new NotSupportedException();

    public void Dispose() { }
}
