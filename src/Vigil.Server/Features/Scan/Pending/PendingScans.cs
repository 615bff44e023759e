using System.Text.Json;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Intake;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Pending;

/// <summary>
/// The table of scans that were acknowledged as pending. Their bytes are in memory only: a scan whose process
/// ended is closed as interrupted, never forgotten.
/// </summary>
internal sealed class PendingScans(ServerOptions options)
{
    public const string CompletedEvent = "scan.completed";

    /// <summary>The code of a scan whose process ended before its decision.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>This process, among those that share a database.</summary>
    public Guid Owner { get; } = Guid.CreateVersion7(options.Time.GetUtcNow());

    public Task AddAsync(Tx tx, ScanSubject subject) =>
        tx.ExecuteAsync(
            """
            insert into scan_pending (tenant, id, state, surface, fail_mode, owner, lease_until, created_at, expires_at)
            values (@tenant, @id, 'Waiting', @surface, @mode, @owner, @lease, @at, @expires)
            """,
            new
            {
                id = subject.ScanId,
                surface = Surfaces.NameOf(subject.Surface),
                mode = subject.FailMode.ToString(),
                owner = Owner,
                lease = tx.Now + options.Scan.PendingLease,
                at = tx.Now,
                expires = tx.Now + options.Scan.PendingLife,
            }
        );

    /// <summary>The decision fell: the caller can have it, and is told. Once.</summary>
    public async Task CloseAsync(Tx tx, ScanAnswer answer, string state = "Done")
    {
        var changed = await tx.ExecuteAsync(
            """
            update scan_pending set state = @state, answer = @answer, closed_at = @at, expires_at = @expires
            where tenant = @tenant and id = @id and state = 'Waiting'
            """,
            new
            {
                id = answer.ScanId,
                state,
                answer = tx
                    .Secrets.Sealer("scan answer")
                    .Seal(
                        JsonSerializer.SerializeToUtf8Bytes(answer, JsonSerializerOptions.Web),
                        answer.ScanId.ToByteArray()
                    ),
                at = tx.Now,
                expires = tx.Now + options.Scan.PendingLife,
            }
        );
        if (changed == 1)
        {
            await tx.PublishAsync(new OutboxEvent(CompletedEvent, answer.ScanId.ToString(), answer));
        }
    }

    /// <summary>Null: none of this id, or too old.</summary>
    public static async Task<ScanAnswer?> FindAsync(Tx tx, Guid id)
    {
        var row = await tx.FindAsync<Stored>(
            """
            select id, surface, fail_mode, answer from scan_pending
            where tenant = @tenant and id = @id and expires_at > @now
            """,
            new { id, now = tx.Now }
        );
        if (row is null)
        {
            return null;
        }
        return row.Answer is null
            ? ScanAnswer.Waiting(id, row.Mode)
            : JsonSerializer.Deserialize<ScanAnswer>(
                tx.Secrets.Sealer("scan answer").Open(row.Answer, id.ToByteArray()),
                JsonSerializerOptions.Web
            );
    }

    /// <summary>Says that this process lives and works on its scans.</summary>
    public Task<int> RenewAsync(Tx tx) =>
        tx.ExecuteAsync(
            """
            update scan_pending set lease_until = @lease
            where tenant = @tenant and state = 'Waiting' and owner = @owner
            """,
            new { owner = Owner, lease = tx.Now + options.Scan.PendingLease }
        );

    /// <summary>
    /// Closes what other processes left behind: those whose lease ran out, or (where there can be no other
    /// process) all. Never this process's own: a clock that jumps ends no scan.
    /// </summary>
    /// <returns>The scans, with their surfaces.</returns>
    public async Task<IReadOnlyList<(Surface Surface, ScanAnswer Answer)>> InterruptAsync(Tx tx, bool isAlone)
    {
        var left = await tx.QueryAsync<Stored>(
            """
            select id, surface, fail_mode, answer from scan_pending
            where tenant = @tenant and state = 'Waiting' and owner <> @owner and lease_until < @before
            order by created_at limit 200
            """,
            new { owner = Owner, before = isAlone ? DateTimeOffset.MaxValue : tx.Now }
        );
        var closed = new List<(Surface, ScanAnswer)>();
        foreach (var row in left)
        {
            var answer = ScanAnswer.NotDone(row.Id, Interrupted, row.Mode);
            await CloseAsync(tx, answer, nameof(Interrupted));
            _ = Surfaces.TryParse(row.Surface, out var surface);
            closed.Add((surface, answer));
        }
        return closed;
    }

    /// <summary>Answers that nobody can ask for any more.</summary>
    public static Task<int> ForgetAsync(Tx tx) =>
        tx.ExecuteAsync(
            "delete from scan_pending where tenant = @tenant and state <> 'Waiting' and expires_at < @now",
            new { now = tx.Now }
        );

    private sealed class Stored
    {
        public Guid Id { get; init; }
        public string Surface { get; init; } = "";
        public string FailMode { get; init; } = "";
        public byte[]? Answer { get; init; }

        public FailMode Mode => Enum.Parse<FailMode>(FailMode);
    }
}
