using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A case as a reviewer reads it: facts, no contents.</summary>
public sealed record CaseView(
    CaseStatus Case,
    string? Account,
    IReadOnlyList<ItemView> Items,
    IReadOnlyList<FlagView> Flags,
    IReadOnlyList<EventView> Timeline
);

public sealed record ItemView(
    Guid Id,
    Guid? ScanId,
    string Origin,
    string? ContentRef,
    string Surface,
    string Jurisdiction,
    string Decision,
    string Summary,
    string? Text,
    DateTimeOffset At,
    int FlagCount,
    bool NamesNoSuspect,
    string State,
    string? DecidedBy,
    DateTimeOffset? DecidedAt
);

public sealed record FlagView(
    Guid Id,
    Guid ItemId,
    string Reason,
    string? Reporter,
    string? Text,
    IReadOnlyList<FlagMessage> Thread,
    int Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt
);

public sealed record EventView(DateTimeOffset At, string Actor, string What, string? Text);

/// <summary>GET /v1/cases/{ref}/file and the case page.</summary>
internal static class ReadCase
{
    /// <summary>Flags shown with their words, the newest; each item has the count of all.</summary>
    public const int FlagsShown = 100;

    public static async Task<CaseView> RunAsync(Tx tx, string reference)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var items = await CaseItem.OfAsync(tx, file.Id);
        var flags = await tx.QueryAsync<Flag>(
            """
            select g.id, g.item_id, g.reason, g.reporter, g.words, g.thread, g.count, g.first_at, g.last_at
            from case_flag g join case_item i on i.tenant = g.tenant and i.id = g.item_id
            where g.tenant = @tenant and i.case_id = @id
            order by g.first_at desc, g.id limit @limit
            """,
            new { id = file.Id, limit = FlagsShown }
        );
        var timeline = await CaseTimeline.ReadAsync(tx, file.Id);
        return new CaseView(
            CaseStatus.Of(file),
            Sealed.Open(tx, file.Account, file.Id),
            [.. items.Select(item => ViewOf(tx, item))],
            [.. flags.Select(flag => flag.ToView(tx))],
            [
                .. timeline.Select(line => new EventView(
                    line.At,
                    line.Actor,
                    line.What,
                    Sealed.Open(tx, line.Words, line.Id)
                )),
            ]
        );
    }

    private static ItemView ViewOf(Tx tx, CaseItem item) =>
        new(
            item.Id,
            item.DecisionId,
            Words.NameOf(item.Origin),
            Sealed.Open(tx, item.ContentRef, item.Id),
            item.Surface,
            item.Jurisdiction,
            item.Decision,
            item.Summary,
            Sealed.Open(tx, item.Words, item.Id),
            item.At,
            item.FlagCount,
            item.NamesNoSuspect,
            Words.NameOf(item.State),
            item.DecidedBy,
            item.DecidedAt
        );

    private sealed class Flag
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

        public FlagView ToView(Tx tx) =>
            new(
                Id,
                ItemId,
                Cases.Words.NameOf(Reason),
                Sealed.Open(tx, Reporter, Id),
                Sealed.Open(tx, Words, Id),
                Sealed.Open(tx, Thread, Id) is { } thread
                    ? JsonSerializer.Deserialize<List<FlagMessage>>(thread, JsonSerializerOptions.Web)!
                    : [],
                Count,
                FirstAt,
                LastAt
            );
    }
}
