using Vigil.Matching.Hunting;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>A row of <c>history_segment</c>.</summary>
internal sealed class StoredSegment
{
    public const string Columns =
        "id, day, epoch, version, rows, hashes, bytes, from_at, to_at, min_generation, state, problem";

    public Guid Id { get; init; }
    public int Day { get; init; }
    public int Epoch { get; init; }
    public int Version { get; init; }
    public long Rows { get; init; }
    public long Hashes { get; init; }
    public long Bytes { get; init; }
    public DateTimeOffset FromAt { get; init; }
    public DateTimeOffset ToAt { get; init; }
    public long MinGeneration { get; init; }
    public string State { get; init; } = "";
    public string? Problem { get; init; }

    public HistoryName Name => new(Day, Epoch, Id, Version);

    public bool IsDamaged => State == "Damaged";
}

/// <summary>What the database says of the segments: which there must be, so that one that is gone is missed.</summary>
internal static class SegmentTable
{
    private const int PageRows = 10_000;

    /// <summary>All of them: one that was left out would be neither searched nor erased.</summary>
    public static async Task<IReadOnlyList<StoredSegment>> ListAsync(Tx tx)
    {
        var all = new List<StoredSegment>();
        while (true)
        {
            var last = all.Count == 0 ? null : all[^1];
            var page = await tx.QueryAsync<StoredSegment>(
                $"""
                select {StoredSegment.Columns} from history_segment
                where tenant = @tenant and (day, id) > (@day, @id) order by day, id limit @most
                """,
                new
                {
                    day = last?.Day ?? -1L,
                    id = last?.Id ?? Guid.Empty,
                    most = PageRows,
                }
            );
            all.AddRange(page);
            if (page.Count < PageRows)
            {
                return all;
            }
        }
    }

    public static Task<StoredSegment?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<StoredSegment>(
            $"select {StoredSegment.Columns} from history_segment where tenant = @tenant and id = @id",
            new { id }
        );

    /// <summary>One that is there already, from a start that was cut off, stays as it is.</summary>
    public static Task<int> AddAsync(
        Tx tx,
        HistoryName name,
        IReadOnlyList<ReadOnlyMemory<byte>> rows,
        long bytes
    )
    {
        var (first, last) = (TimeOf(rows[0]), TimeOf(rows[^1]));
        return InsertAsync(
            tx,
            new StoredSegment
            {
                Id = name.Id,
                Day = name.Day,
                Epoch = name.Epoch,
                Version = name.Version!.Value,
                Rows = rows.Count,
                Hashes = rows.Sum(row => (long)HistoryFile.PicturesOf(row.Span)),
                Bytes = bytes,
                FromAt = first < last ? first : last,
                ToAt = first < last ? last : first,
                MinGeneration = rows.Min(row => HistoryFile.GenerationOf(row.Span)),
                State = "Whole",
            }
        );
    }

    /// <summary>A log or segment that cannot be read: known as missing, never as "nothing in it".</summary>
    public static Task<int> AddDamagedAsync(Tx tx, HistoryName name) =>
        InsertAsync(
            tx,
            new StoredSegment
            {
                Id = name.Id,
                Day = name.Day,
                Epoch = name.Epoch,
                FromAt = HistoryRules.StartOf(name.Day),
                ToAt = HistoryRules.StartOf(name.Day + 1),
                Version = name.Version ?? 0,
                State = "Damaged",
                Problem = "damaged",
            }
        );

    public static async Task DamagedAsync(Tx tx, Guid id, string problem)
    {
        await tx.ExecuteAsync(
            "update history_segment set state = 'Damaged', problem = @problem where tenant = @tenant and id = @id",
            new { id, problem }
        );
        await AlarmAsync(tx);
    }

    public static Task AlarmAsync(Tx tx) =>
        tx.RaiseAlarmAsync(
            new Alarm(
                "history_damaged",
                AlarmSeverity.Urgent,
                "A part of the history does not open and is not hunted: it was altered, cut or removed, or its key is "
                    + "gone. The history's page names it. Bring it back from a backup, or know that it is not searched."
            )
        );

    public static Task<int> RewrittenAsync(
        Tx tx,
        StoredSegment segment,
        IReadOnlyList<ReadOnlyMemory<byte>> rows,
        long bytes
    ) =>
        tx.ExecuteAsync(
            """
            update history_segment set version = @version, rows = @rows, hashes = @hashes, bytes = @bytes
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = segment.Id,
                version = segment.Version + 1,
                rows = (long)rows.Count,
                hashes = rows.Sum(row => (long)HistoryFile.PicturesOf(row.Span)),
                bytes,
            }
        );

    /// <summary>The row is made what the file is.</summary>
    public static Task<int> TakeAsync(Tx tx, HistoryName name, IReadOnlyList<ReadOnlyMemory<byte>> rows) =>
        tx.ExecuteAsync(
            """
            update history_segment set version = @version, rows = @rows, hashes = @hashes, bytes = @bytes,
                from_at = @from, to_at = @to, min_generation = @generation, state = 'Whole', problem = null
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = name.Id,
                version = (long)name.Version!.Value,
                rows = (long)rows.Count,
                hashes = rows.Sum(row => (long)HistoryFile.PicturesOf(row.Span)),
                bytes = rows.Sum(row => (long)row.Length),
                from = rows.Min(TimeOf),
                to = rows.Max(TimeOf),
                generation = rows.Min(row => HistoryFile.GenerationOf(row.Span)),
            }
        );

    private static DateTimeOffset TimeOf(ReadOnlyMemory<byte> row) => HistoryFile.Decode(row.Span).At;

    private static Task<int> InsertAsync(Tx tx, StoredSegment segment) =>
        tx.ExecuteAsync(
            """
            insert into history_segment (tenant, id, day, epoch, version, rows, hashes, bytes, from_at, to_at,
                min_generation, state, problem)
            values (@tenant, @id, @day, @epoch, @version, @rows, @hashes, @bytes, @from, @to, @generation, @state,
                @problem)
            on conflict (tenant, id) do nothing
            """,
            new
            {
                id = segment.Id,
                day = (long)segment.Day,
                epoch = (long)segment.Epoch,
                version = (long)segment.Version,
                rows = segment.Rows,
                hashes = segment.Hashes,
                bytes = segment.Bytes,
                from = segment.FromAt,
                to = segment.ToAt,
                generation = segment.MinGeneration,
                state = segment.State,
                problem = segment.Problem,
            }
        );
}
