using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Hunting;

/// <summary>
/// Files that somebody outside names by fingerprints, found in what was scanned before: equal digests, and pictures
/// of the usual quality within the usual radius. Decides nothing. Erased rows are passed over, and what may not be
/// scanned now is not read.
/// </summary>
internal sealed class FindNamed(
    HistoryStore store,
    BuildSegments build,
    QuietThread quiet,
    JurisdictionGate gate,
    Db db
)
{
    public async Task<KeptSearch> RunAsync(
        TenantId tenant,
        IReadOnlyList<NamedFile> files,
        Func<KeptFile, bool> isNew,
        CancellationToken stopping
    )
    {
        if (await CannotAsync(tenant, stopping) is { } cannot)
        {
            return cannot;
        }
        await build.AllAsync(tenant, stopping);
        var index = HuntIndex.Build([.. files.Select(EntryOf)], Radius.Default);
        var rules = await gate.RulesAsync(tenant, stopping);
        var segments = await ReadAsync(tenant, SegmentTable.ListAsync, stopping);
        var found = new NamedFinds(file =>
            gate.Refuses(rules, file.Surface, file.Jurisdiction) is null && isNew(file)
        );
        var isWhole = true;
        foreach (var segment in segments)
        {
            isWhole &= found.IsOver || await SearchAsync(tenant, segment.Id, index, found, stopping);
        }
        return await CannotAsync(tenant, stopping)
            ?? new KeptSearch(
                isWhole && !found.IsOver ? KeptSearchEnd.Done : KeptSearchEnd.Incomplete,
                found.Files
            );
    }

    /// <summary>Off is what the tenant decided; what this process does not hold now is not off.</summary>
    private async Task<KeptSearch?> CannotAsync(TenantId tenant, CancellationToken stopping) =>
        !(await ReadAsync(tenant, HistorySettings.ReadAsync, stopping)).IsOn ? KeptSearch.Off
        : store.IsElsewhere || !store.SettingsOf(tenant).IsOn ? KeptSearch.NotHere
        : null;

    /// <summary>False: the segment does not open.</summary>
    private async Task<bool> SearchAsync(
        TenantId tenant,
        Guid id,
        HuntIndex index,
        NamedFinds found,
        CancellationToken stopping
    )
    {
        var folder = store.FolderOf(tenant);
        await folder.FilesTurn.WaitAsync(stopping);
        try
        {
            // Read under the turn: it may have been written anew without what was erased, or be gone.
            var (segment, erased) = await ReadAsync(
                tenant,
                async tx =>
                    (
                        await SegmentTable.FindAsync(tx, id),
                        (await ErasureTable.WaitingAsync(tx)).Values.ToHashSet()
                    ),
                stopping
            );
            return segment is null
                || (
                    !segment.IsDamaged
                    && await quiet.RunAsync(() => Read(folder, segment, index, erased, found, stopping))
                );
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            return false;
        }
        finally
        {
            folder.FilesTurn.Release();
        }
    }

    private static bool Read(
        TenantFolder folder,
        StoredSegment segment,
        HuntIndex index,
        HashSet<Erased> erased,
        NamedFinds found,
        CancellationToken stopping
    )
    {
        using var stream = folder.OpenSegment(segment.Name);
        using var batch = new HistoryBatch(Quality.DefaultFloor);
        var (reader, rows) = (new HistoryReader(stream), new List<int>());
        while (!found.IsOver && reader.Read(batch))
        {
            index.Find(batch, rows, stopping);
            foreach (var row in rows)
            {
                var note = HistoryNote.Decode(batch.Row(row).Note);
                // Without both there is nothing that the platform could find it by.
                if (!Erased.IsOf(erased, note) && (note.Account ?? note.ContentRef) is not null)
                {
                    found.Add(new KeptFile(note.Account, note.ContentRef, note.Surface, note.Jurisdiction));
                }
            }
        }
        return true;
    }

    private Task<T> ReadAsync<T>(TenantId tenant, Func<Tx, Task<T>> read, CancellationToken stopping) =>
        db.ReadAsync(HistoryStore.ActorOf(tenant), Permission.HistoryRead, read, stopping);

    private static HuntEntry EntryOf(NamedFile file) =>
        new(
            file.Algorithm == NamedFile.Pdq ? PdqHash.FromBytes(file.Value) : null,
            file.Algorithm == "md5" ? Digest.FromBytesOrNull(DigestAlgorithm.Md5, file.Value) : null,
            file.Algorithm == "sha1" ? Digest.FromBytesOrNull(DigestAlgorithm.Sha1, file.Value) : null,
            file.Algorithm == "sha256" ? Digest.FromBytesOrNull(DigestAlgorithm.Sha256, file.Value) : null
        );
}
