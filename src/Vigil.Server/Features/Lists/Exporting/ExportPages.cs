using Vigil.Hashing;
using Vigil.Matching.Lists;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Exporting;

/// <summary>A list's active entries with their values, some thousand at a time, in the order of their ids.</summary>
internal sealed class ExportPages(Db db, Actor actor, Guid listId)
{
    private Guid _after = Guid.Empty;
    private long _row;

    /// <summary>Entries of the last page that are URLs or domains.</summary>
    public long Unwritable { get; private set; }

    /// <summary>Null: that was all. Pages may be empty.</summary>
    public async Task<IReadOnlyList<ListEntry>?> NextAsync(CancellationToken cancellation)
    {
        var rows = await db.ReadAsync(
            actor,
            Permission.ListExport,
            async tx =>
            {
                var found = await tx.QueryAsync<Stored>(
                    """
                    select e.id, e.signal_id, e.source_ref, e.category, s.kind, s.sealed
                    from list_entry e join signal s on s.tenant = e.tenant and s.id = e.signal_id
                    where e.tenant = @tenant and e.list_id = @listId and e.id > @after and e.state = 'Active'
                    order by e.id limit @most
                    """,
                    new
                    {
                        listId,
                        after = _after,
                        most = ListsLimits.ExportPage,
                    }
                );
                var values = ListSecrets.OpenMany(
                    tx.Secrets,
                    [.. found.Select(row => (row.SignalId, row.Sealed))]
                );
                return found.Zip(values, (row, value) => (row, value)).ToList();
            },
            cancellation
        );
        if (rows.Count == 0)
        {
            return null;
        }
        _after = rows[^1].row.Id;
        var files = rows.Where(row => row.row.Kind == SignalKind.File).ToList();
        Unwritable = rows.Count - files.Count;
        return [.. files.Select(row => EntryOf(row.row, row.value, ++_row))];
    }

    private static ListEntry EntryOf(Stored stored, SignalValue value, long number) =>
        new()
        {
            Id =
                stored.SourceRef.Length > 0
                    ? stored.SourceRef
                    : number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            IsIdFromRow = stored.SourceRef.Length == 0,
            Md5 = Digest.FromBytesOrNull(DigestAlgorithm.Md5, value.Md5),
            Sha1 = Digest.FromBytesOrNull(DigestAlgorithm.Sha1, value.Sha1),
            Sha256 = Digest.FromBytesOrNull(DigestAlgorithm.Sha256, value.Sha256),
            Pdq = value.Pdq is { } pdq ? PdqHash.FromBytes(pdq) : null,
            PdqQuality = value.PdqQuality is { } quality ? new Quality(quality) : null,
            Category = stored.Category.Length > 0 ? stored.Category : null,
        };

    private sealed class Stored
    {
        public Guid Id { get; init; }
        public Guid SignalId { get; init; }
        public string SourceRef { get; init; } = "";
        public string Category { get; init; } = "";
        public SignalKind Kind { get; init; }
        public byte[] Sealed { get; init; } = [];
    }
}
