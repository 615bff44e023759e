using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A flag of a case, still sealed.</summary>
internal sealed class CaseFlag
{
    /// <summary>Of a flag, g.</summary>
    private const string Columns =
        "g.id, g.item_id, g.reason, g.reporter, g.words, g.thread, g.count, g.first_at, g.last_at, g.is_sum";

    public Guid Id { get; init; }
    public Guid ItemId { get; init; }
    public FlagReason Reason { get; init; }
    public byte[]? Reporter { get; init; }
    public byte[]? Words { get; init; }
    public byte[]? Thread { get; init; }
    public int Count { get; init; }
    public DateTimeOffset FirstAt { get; init; }
    public DateTimeOffset LastAt { get; init; }

    /// <summary>No flag of its own: how many of this reason came beyond what is kept of the item.</summary>
    public bool IsSum { get; init; }

    /// <summary>The newest first, as many as are shown.</summary>
    public static Task<IReadOnlyList<CaseFlag>> OfCaseAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<CaseFlag>(
            $"""
            select {Columns}
            from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId
            order by g.first_at desc, g.id limit @limit
            """,
            new { caseId, limit = ReadCase.FlagsShown }
        );

    /// <summary>Those in which somebody said something, the newest first, in pages.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="after">The last flag of the page before; null, or none of this case: the first page.</param>
    public static async Task<FlagPage> WithWordsAsync(Tx tx, Guid caseId, Guid? after)
    {
        var last = after is { } id ? await PlaceAsync(tx, caseId, id) : null;
        var rows = await tx.QueryAsync<CaseFlag>(
            $"""
            select {Columns}
            from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId and (g.words is not null or g.thread is not null)
              and (@isFirst or g.first_at < @at or (g.first_at = @at and g.id > @id))
            order by g.first_at desc, g.id limit @most
            """,
            new
            {
                caseId,
                isFirst = last is null,
                at = last?.FirstAt ?? tx.Now,
                id = last?.Id ?? Guid.Empty,
                most = ReadCase.FlagsShown + 1,
            }
        );
        var page = rows.Take(ReadCase.FlagsShown).ToList();
        return new FlagPage(page, rows.Count > page.Count ? page[^1].Id : null, last is null);
    }

    private static Task<CaseFlag?> PlaceAsync(Tx tx, Guid caseId, Guid id) =>
        tx.FindAsync<CaseFlag>(
            """
            select g.id, g.first_at from case_flag g
            join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId and g.id = @id
            """,
            new { caseId, id }
        );

    public string? TextOf(Tx tx) => Sealed.Open(tx, Words, Id);

    public IReadOnlyList<FlagMessage> ThreadOf(Tx tx) =>
        Sealed.Open(tx, Thread, Id) is { } thread
            ? JsonSerializer.Deserialize<List<FlagMessage>>(thread, JsonSerializerOptions.Web)!
            : [];

    /// <summary>That there are words, and how many; not what they say.</summary>
    public FlagView ToView(Tx tx)
    {
        var thread = ThreadOf(tx);
        var times = thread.Select(message => message.At).OfType<DateTimeOffset>().ToList();
        return new FlagView(
            Id,
            ItemId,
            Cases.Words.NameOf(Reason),
            Sealed.Open(tx, Reporter, Id),
            TextOf(tx)?.Length ?? 0,
            thread.Count,
            thread.Sum(message => message.Text?.Length ?? 0),
            times.Count == 0 ? null : times.Min(),
            times.Count == 0 ? null : times.Max(),
            Count,
            FirstAt,
            LastAt
        )
        {
            IsSum = IsSum,
        };
    }
}

/// <param name="Flags">The newest first, as many as are shown.</param>
/// <param name="Next">Of the page of older ones: its <c>after</c>; null: this is the last.</param>
/// <param name="IsFirst">No newer ones are on another page.</param>
internal sealed record FlagPage(IReadOnlyList<CaseFlag> Flags, Guid? Next, bool IsFirst);
