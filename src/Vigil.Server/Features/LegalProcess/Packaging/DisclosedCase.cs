using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>
/// What an authority is told of a case: of the items that it asks for, in the time that it asks about, and nothing of
/// who decided here or of the account's other cases.
/// </summary>
internal sealed record DisclosedCase(
    string CaseRef,
    string? Account,
    string Jurisdiction,
    string Surface,
    string ProblemType,
    bool NamesNoSuspect,
    DateTimeOffset OpenedAt,
    IReadOnlyList<DisclosedItem> Items,
    IReadOnlyList<ReportableAction> Actions
)
{
    /// <param name="reference">The case.</param>
    /// <param name="facts">All that may be reported of it.</param>
    /// <param name="items">Of the contents that are asked for; null: the whole case is.</param>
    /// <param name="from">Null: since ever.</param>
    /// <param name="to">Null: until now.</param>
    public static DisclosedCase Of(
        string reference,
        ReportableCase facts,
        IReadOnlySet<Guid>? items,
        DateTimeOffset? from,
        DateTimeOffset? to
    ) =>
        new(
            reference,
            facts.Account,
            facts.Jurisdiction,
            facts.Surface,
            facts.ProblemType,
            facts.NamesNoSuspect,
            facts.OpenedAt,
            [
                .. facts
                    .Items.Where(item => items?.Contains(item.ItemId) != false && IsWithin(item.At, from, to))
                    .Select(DisclosedItem.Of),
            ],
            items is null ? [.. facts.Actions.Where(action => IsWithin(action.At, from, to))] : []
        );

    private static bool IsWithin(DateTimeOffset at, DateTimeOffset? from, DateTimeOffset? to) =>
        !(at < from) && !(at > to);
}

/// <summary>One item of it.</summary>
internal sealed record DisclosedItem(
    Guid ItemId,
    string Origin,
    string? ContentRef,
    string Surface,
    DateTimeOffset At,
    string State,
    DateTimeOffset? DecidedAt,
    string Summary,
    IReadOnlyList<string> Words,
    IReadOnlyDictionary<string, string> Facts
)
{
    public static DisclosedItem Of(ReportableItem item) =>
        new(
            item.ItemId,
            Http.Words.Of(item.Origin),
            item.ContentRef,
            item.Surface,
            item.At,
            item.State,
            item.DecidedAt,
            item.Summary,
            item.Words,
            item.Facts
        );
}
