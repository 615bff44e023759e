using System.Buffers.Binary;
using System.Text.Json;
using Vigil.Files;

namespace Vigil.Trust.Custody;

/// <summary>
/// What is held, why, and what was destroyed, a second time outside the database: each changed row as it then
/// stood, in a sealed log. A database that is put back to an older state is brought up to date from it: what was
/// destroyed stays destroyed, and holds placed since hold. A record is the row's number (8 bytes), one letter and
/// JSON.
/// </summary>
internal sealed class CustodyJournal : IDisposable
{
    private const int HeadBytes = sizeof(long) + 1;
    private const string Name = "custody journal";

    private readonly Func<Action<byte[]>, SealedLog> _open;

    /// <summary>The race it prevents: a reader that closes the log under a writer.</summary>
    private readonly Lock _gate = new();

    private SealedLog _log;

    public CustodyJournal(string path, KeyRing keys, TenantId tenant)
    {
        _open = read =>
            SealedLog.Open(path, keys, new SealContext(tenant.Value, Name, 1) { BeforeDrill = true }, read);
        _log = _open(record => Last = Math.Max(Last, SeqOf(record)));
    }

    /// <summary>The highest number that was written.</summary>
    public long Last { get; private set; }

    /// <summary>Durable when it returns.</summary>
    public void Append(IReadOnlyList<CustodyRow> rows)
    {
        lock (_gate)
        {
            foreach (var row in rows)
            {
                _log.Append(Write(row));
            }
            if (rows.Count > 0)
            {
                _log.Sync();
                Last = Math.Max(Last, rows.Max(row => row.Seq));
            }
        }
    }

    /// <summary>The last state of each row that changed after a number, in order.</summary>
    public IReadOnlyList<CustodyRow> Since(long seq)
    {
        lock (_gate)
        {
            var found = new Dictionary<(Type, Guid), CustodyRow>();
            _log.Dispose();
            _log = _open(record =>
            {
                if (SeqOf(record) > seq)
                {
                    var row = Read(record);
                    found[(row.GetType(), row.Id)] = row;
                }
            });
            return [.. found.Values.OrderBy(row => row.Seq)];
        }
    }

    public void Dispose() => _log.Dispose();

    private static long SeqOf(byte[] record) => BinaryPrimitives.ReadInt64LittleEndian(record);

    private static byte[] Write(CustodyRow row)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(row, row.GetType());
        var record = new byte[HeadBytes + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(record, row.Seq);
        record[sizeof(long)] = row switch
        {
            ContentRow => (byte)'C',
            HoldRow => (byte)'H',
            _ => (byte)'R',
        };
        json.CopyTo(record, HeadBytes);
        return record;
    }

    private static CustodyRow Read(byte[] record)
    {
        var json = record.AsSpan(HeadBytes);
        return (char)record[sizeof(long)] switch
        {
            'C' => JsonSerializer.Deserialize<ContentRow>(json)!,
            'H' => JsonSerializer.Deserialize<HoldRow>(json)!,
            _ => JsonSerializer.Deserialize<ClockRow>(json)!,
        };
    }
}
