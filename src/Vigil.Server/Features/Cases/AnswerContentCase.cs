using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Into which case contents are brought, and whether it takes them.</summary>
internal static class AnswerContentCase
{
    public static async Task<CaseForContent> AnswerAsync(Tx tx, ContentCase wanted)
    {
        if (await CaseFile.FindAsync(tx, wanted.Case.Value) is not { } file)
        {
            return CaseForContent.None;
        }
        var item = wanted.ItemId is { } id ? await CaseItem.FindAsync(tx, file.Id, id) : null;
        return wanted.ItemId is not null && item is null
            ? CaseForContent.None
            : new CaseForContent(
                true,
                file.State == CaseState.Closed,
                await IsClearedAsync(tx, file, item),
                item?.Jurisdiction ?? file.Jurisdiction,
                file.IsTest,
                item?.DecisionId
            );
    }

    /// <summary>A case without items, as one from words alone, was decided as a whole.</summary>
    private static async Task<bool> IsClearedAsync(Tx tx, CaseFile file, CaseItem? item)
    {
        IReadOnlyList<CaseItem> items = item is null ? await CaseItem.OfAsync(tx, file.Id) : [item];
        return items.Count == 0
            ? file.Outcome == CaseOutcome.NotCsam
            : items.All(one => one.State == ItemState.NotCsam);
    }

    public static async Task<DecisionItem> AnswerAsync(Tx tx, DecisionItemWanted wanted) =>
        new(
            await tx.FindAsync<Guid?>(
                "select id from case_item where tenant = @tenant and decision_id = @decision",
                new { decision = wanted.DecisionId }
            )
        );

    /// <summary>Stands in the timeline: the bytes are gone here, somebody must ask the platform for them.</summary>
    public static async Task ReactAsync(Tx tx, ContentNotSealed happened)
    {
        if (await CaseFile.FindAsync(tx, happened.Case.Value) is { } file)
        {
            await CaseTimeline.AddAsync(tx, file.Id, "content_not_sealed", happened.Why);
        }
    }
}
