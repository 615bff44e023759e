using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>Some of a hunt's entries, ready to be searched by the rows of a history.</summary>
internal sealed record HuntSlice(
    Guid HuntId,
    int Number,
    HuntIndex Index,
    IReadOnlyDictionary<EntryKey, long> Generations
)
{
    /// <summary>Entries that do not open: they are not hunted, and the hunt says so.</summary>
    public int Unreadable { get; init; }

    /// <summary>Behind it there are no more.</summary>
    public bool IsLast { get; init; }

    public required HuntPlace End { get; init; }

    /// <summary>Floor of quality of the list that has the lowest: no list wants pictures below it.</summary>
    public required Quality Lowest { get; init; }
}

/// <summary>A place in the order of a hunt's entries.</summary>
internal readonly record struct HuntPlace(long Generation, Guid ListId, Guid EntryId)
{
    public static HuntPlace BeginOf(StoredHunt hunt) =>
        new(hunt.SliceGeneration, hunt.SliceList ?? Guid.Empty, hunt.SliceEntry ?? Guid.Empty);
}

/// <summary>Reads entries of lists through the lists' views.</summary>
internal sealed class LoadSlice(HistoryStore store, QuietThread quiet, Db db)
{
    private const int PageRows = 10_000;
    private const int MaxLists = 10_000;

    public async Task<HuntSlice> RunAsync(TenantId tenant, StoredHunt hunt, CancellationToken cancellation)
    {
        var actor = HistoryStore.ActorOf(tenant);
        var (secrets, widest, lowest) = await db.ReadAsync(
            actor,
            Permission.HuntRun,
            ListsAsync,
            cancellation
        );
        var entries = new List<HuntEntry>();
        var generations = new Dictionary<EntryKey, long>();
        var (place, unreadable, isLast) = (HuntPlace.BeginOf(hunt), 0, false);
        while (!isLast && generations.Count < store.Limits.SliceEntries)
        {
            var from = place;
            var most = Math.Min(PageRows, store.Limits.SliceEntries - generations.Count);
            var page = await db.ReadAsync(
                actor,
                Permission.HuntRun,
                tx => PageAsync(tx, hunt, from, most),
                cancellation
            );
            isLast = page.Count < most;
            if (page.Count > 0)
            {
                place = new HuntPlace(page[^1].Generation, page[^1].ListId, page[^1].EntryId);
            }
            unreadable += await quiet.RunAsync(() => Open(secrets, page, entries, generations));
        }
        return new HuntSlice(
            hunt.Id,
            hunt.Slice,
            await quiet.RunAsync(() => HuntIndex.Build(entries, widest)),
            generations
        )
        {
            Unreadable = unreadable,
            IsLast = isLast,
            End = place,
            Lowest = lowest,
        };
    }

    /// <summary>How many entries there are to hunt; beyond a page, all entries of the tenant as a guess.</summary>
    public async Task<long> CountAsync(Tx tx, StoredHunt hunt)
    {
        const long most = PageRows + 1;
        var count = await tx.FindAsync<long>(
            $"""
            select count(*) from (select entry_id from scan_entry where tenant = @tenant and state = 'Active'
                and kind = 'File' and {RangeOf(hunt)} limit @most) as counted
            """,
            new
            {
                from = hunt.FromGeneration,
                to = hunt.ToGeneration,
                only = hunt.ListId ?? Guid.Empty,
                most,
            }
        );
        return count < most
            ? count
            : Math.Max(
                count,
                await tx.FindAsync<long>("select entries from scan_size where tenant = @tenant")
            );
    }

    private static string RangeOf(StoredHunt hunt) =>
        "generation > @from and generation <= @to" + (hunt.ListId is null ? "" : " and list_id = @only");

    private static Task<IReadOnlyList<EntryRow>> PageAsync(
        Tx tx,
        StoredHunt hunt,
        HuntPlace after,
        int most
    ) =>
        tx.QueryAsync<EntryRow>(
            $"""
            select list_id, entry_id, signal_id, sealed, generation from scan_entry
            where tenant = @tenant and state = 'Active' and kind = 'File' and {RangeOf(hunt)}
                and (generation, list_id, entry_id) > (@generation, @list, @entry)
            order by generation, list_id, entry_id limit @most
            """,
            new
            {
                from = hunt.FromGeneration,
                to = hunt.ToGeneration,
                only = hunt.ListId ?? Guid.Empty,
                generation = after.Generation,
                list = after.ListId,
                entry = after.EntryId,
                most,
            }
        );

    /// <summary>The widest radius and the lowest floor of the lists that are searched.</summary>
    private static async Task<(TenantSecrets Secrets, Radius Widest, Quality Lowest)> ListsAsync(Tx tx)
    {
        var reach = await tx.FindAsync<ReachRow>(
            """
            select max(radius) as widest, min(quality_floor) as lowest from scan_list
            where tenant = @tenant and mode <> 'Off'
            """
        );
        return (tx.Secrets, new Radius((int)(reach?.Widest ?? 0)), new Quality((int)(reach?.Lowest ?? 0)));
    }

    /// <summary>Gives how many do not open.</summary>
    private static int Open(
        TenantSecrets secrets,
        IReadOnlyList<EntryRow> page,
        List<HuntEntry> entries,
        Dictionary<EntryKey, long> generations
    )
    {
        var unreadable = 0;
        foreach (var row in page)
        {
            try
            {
                var value = ListSecrets.Open(secrets, row.SignalId, row.Sealed);
                entries.Add(
                    new HuntEntry(
                        value.Pdq is { } pdq ? PdqHash.FromBytes(pdq) : null,
                        Digest.FromBytesOrNull(DigestAlgorithm.Md5, value.Md5),
                        Digest.FromBytesOrNull(DigestAlgorithm.Sha1, value.Sha1),
                        Digest.FromBytesOrNull(DigestAlgorithm.Sha256, value.Sha256)
                    )
                );
            }
            catch (Exception e) when (e is SealBrokenException or FormatException)
            {
                unreadable++;
            }
            // Also of one that does not open: the slice has its place.
            generations[new EntryKey(row.ListId, row.EntryId)] = row.Generation;
        }
        return unreadable;
    }

    private sealed class ReachRow
    {
        public long? Widest { get; init; }
        public long? Lowest { get; init; }
    }

    private sealed class EntryRow
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
        public Guid SignalId { get; init; }
        public byte[] Sealed { get; init; } = [];
        public long Generation { get; init; }
    }
}
