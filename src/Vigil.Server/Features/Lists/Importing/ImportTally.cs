using System.Collections.Concurrent;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>Counts of one import, as its row keeps them; batches add theirs when they are committed.</summary>
internal sealed class ImportTally
{
    /// <summary>Concurrent, as the heartbeat saves it while rows are read.</summary>
    private readonly ConcurrentDictionary<string, RejectView> _rejects = new(StringComparer.Ordinal);

    public long Rows { get; set; }
    public long Added { get; private set; }
    public long AlreadyThere { get; private set; }
    public long Updated { get; private set; }
    public long Tombstoned { get; private set; }
    public long Rejected { get; private set; }

    public void Count(RejectedRow row)
    {
        Rejected++;
        _rejects[row.Code] = _rejects.TryGetValue(row.Code, out var known)
            ? known with
            {
                Count = known.Count + 1,
            }
            : new RejectView(row.Code, 1, row.Row, row.Advice);
    }

    public void Count(IEnumerable<EntryOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            switch (outcome)
            {
                case EntryOutcome.Added:
                    Added++;
                    break;
                case EntryOutcome.AlreadyThere:
                    AlreadyThere++;
                    break;
                case EntryOutcome.Tombstoned:
                    Tombstoned++;
                    break;
                default:
                    Updated++;
                    break;
            }
        }
    }

    /// <summary>These counts and a batch's, to be written in the batch's own transaction.</summary>
    public ImportTally With(IEnumerable<EntryOutcome> outcomes)
    {
        var sum = (ImportTally)MemberwiseClone();
        sum.Count(outcomes);
        return sum;
    }

    /// <summary>
    /// Writes the counts, which only grow: a heartbeat may come after the batch it was overtaken by. True:
    /// somebody wants it to stop.
    /// </summary>
    public async Task<bool> SaveAsync(Tx tx, RunningImport import)
    {
        await SaveRejectsAsync(tx, import.Id);
        return await tx.FindAsync<bool>(
            """
            update list_import set
                rows = case when rows > @rows then rows else @rows end,
                added = case when added > @added then added else @added end,
                already_there = case when already_there > @alreadyThere then already_there else @alreadyThere end,
                updated = case when updated > @updated then updated else @updated end,
                tombstoned = case when tombstoned > @tombstoned then tombstoned else @tombstoned end,
                rejected = case when rejected > @rejected then rejected else @rejected end,
                bytes_read = case when bytes_read > @bytesRead then bytes_read else @bytesRead end,
                seen_at = @at
            where tenant = @tenant and list_id = @listId and id = @id
            returning is_cancel_wanted
            """,
            new
            {
                id = import.Id,
                listId = import.ListId,
                rows = Rows,
                added = Added,
                alreadyThere = AlreadyThere,
                updated = Updated,
                tombstoned = Tombstoned,
                rejected = Rejected,
                bytesRead = import.Body.BytesRead,
                at = tx.Now,
            }
        );
    }

    private async Task SaveRejectsAsync(Tx tx, Guid importId)
    {
        foreach (var reject in _rejects.Values)
        {
            await tx.ExecuteAsync(
                """
                insert into list_import_reject (tenant, import_id, code, count, first_row, advice)
                values (@tenant, @importId, @code, @count, @firstRow, @advice)
                on conflict (tenant, import_id, code) do update set count = excluded.count
                """,
                new
                {
                    importId,
                    code = reject.Code,
                    count = reject.Count,
                    firstRow = reject.FirstRow,
                    advice = reject.Advice,
                }
            );
        }
    }
}
