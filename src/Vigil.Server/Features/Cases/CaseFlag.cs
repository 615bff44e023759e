using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A flag of a case, still sealed.</summary>
internal sealed class CaseFlag
{
    public Guid Id { get; init; }
    public Guid ItemId { get; init; }
    public FlagReason Reason { get; init; }
    public byte[]? Reporter { get; init; }
    public byte[]? Words { get; init; }
    public byte[]? Thread { get; init; }
    public int Count { get; init; }
    public DateTimeOffset FirstAt { get; init; }
    public DateTimeOffset LastAt { get; init; }

    /// <summary>The newest first, as many as are shown.</summary>
    public static Task<IReadOnlyList<CaseFlag>> OfCaseAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<CaseFlag>(
            """
            select g.id, g.item_id, g.reason, g.reporter, g.words, g.thread, g.count, g.first_at, g.last_at
            from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @caseId
            order by g.first_at desc, g.id limit @limit
            """,
            new { caseId, limit = ReadCase.FlagsShown }
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
        );
    }
}
