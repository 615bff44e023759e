using System.Text;
using System.Text.Json.Serialization;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Erasing;

internal enum ErasureKind
{
    /// <summary>The platform's own reference of a content.</summary>
    ContentRef,

    /// <summary>The platform's pseudonym of an account.</summary>
    Account,
}

/// <summary>What is to be erased: all rows of a content, or of an account.</summary>
internal readonly record struct Erased(ErasureKind Kind, string Value)
{
    public static bool IsOf(IReadOnlySet<Erased> wanted, HistoryNote note) =>
        (note.ContentRef is { } content && wanted.Contains(new Erased(ErasureKind.ContentRef, content)))
        || (note.Account is { } account && wanted.Contains(new Erased(ErasureKind.Account, account)));

    /// <summary>It is personal data.</summary>
    public override string ToString() => $"{Kind}";
}

/// <summary>An erasure as it is shown; what it is about is not.</summary>
internal sealed class ErasureView
{
    public const string Select = """
        select id, kind as stored_kind, state as stored_state, rows, asked_at, done_at
        from history_erasure where tenant = @tenant
        """;

    public Guid Id { get; init; }

    [JsonIgnore]
    public string StoredKind { get; init; } = "";

    [JsonIgnore]
    public string StoredState { get; init; } = "";

    /// <summary>content_ref or account.</summary>
    public string Kind => Words.Of(StoredKind);

    /// <summary>waiting, or done: then it is gone from the disk.</summary>
    public string State => Words.Of(StoredState);

    /// <summary>Contents that were erased.</summary>
    public long Rows { get; init; }
    public DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>Erasures that were asked for.</summary>
internal static class ErasureTable
{
    private const string Purpose = "history erasure";

    public static async Task<Guid> AskAsync(Tx tx, Erased wanted)
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into history_erasure (tenant, id, kind, sealed, state, asked_at, asked_by)
            values (@tenant, @id, @kind, @value, 'Waiting', @at, @by)
            """,
            new
            {
                id,
                kind = wanted.Kind.ToString(),
                value = tx
                    .Secrets.Sealer(Purpose)
                    .Seal(Encoding.UTF8.GetBytes(wanted.Value), id.ToByteArray()),
                at = tx.Now,
                by = tx.Actor.Name,
            }
        );
        return id;
    }

    public static async Task<IReadOnlyDictionary<Guid, Erased>> WaitingAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select id, kind, sealed from history_erasure where tenant = @tenant and state = 'Waiting' limit @most
            """,
            new { most = HistoryRules.MaxWaitingErasures }
        );
        return rows.ToDictionary(
            row => row.Id,
            row => new Erased(
                row.Kind,
                Encoding.UTF8.GetString(tx.Secrets.Sealer(Purpose).Open(row.Sealed, row.Id.ToByteArray()))
            )
        );
    }

    public static Task<int> DoneAsync(Tx tx, Guid id, long rows) =>
        tx.ExecuteAsync(
            """
            update history_erasure set state = 'Done', sealed = null, rows = @rows, done_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                rows,
                at = tx.Now,
            }
        );

    private sealed class Row
    {
        public Guid Id { get; init; }
        public ErasureKind Kind { get; init; }
        public byte[] Sealed { get; init; } = [];
    }
}
