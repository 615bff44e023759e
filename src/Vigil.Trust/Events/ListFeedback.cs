namespace Vigil.Trust;

/// <summary>
/// Question, asked by the cases when a decision leaves and answered by the lists: where does who keeps these entries
/// want to hear what persons here judged? Answer: <see cref="ListFeedback"/>; what is not known is left out.
/// </summary>
public sealed record ListFeedbackWanted(IReadOnlyList<EntryKey> Entries);

public sealed record ListFeedback(IReadOnlyList<EntryFeedback> Places);

/// <param name="List">Its name.</param>
/// <param name="SourceRef">What the source calls the entry; empty: it has no name there.</param>
/// <param name="Generation">Of the entry, as this installation counts.</param>
/// <param name="Webhook">The channel; null: none is set.</param>
/// <param name="WantsConfirmed">Confirmed matches, too.</param>
public sealed record EntryFeedback(
    EntryKey Entry,
    string List,
    string SourceRef,
    long Generation,
    Guid? Webhook,
    bool WantsConfirmed
);
