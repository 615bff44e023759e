namespace Vigil.Trust;

/// <summary>
/// Question, answered by the cases: what did persons here decide of matches like these? Answer:
/// <see cref="MatchRecords"/>. Nobody answers it: nothing is known.
/// </summary>
public sealed record MatchRecordsWanted(IReadOnlyList<MatchKind> Matches);

/// <param name="EntryId">An id of this installation, no value.</param>
/// <param name="Strength">As of <see cref="MatchedEntry"/>.</param>
/// <param name="DistanceBits">Where a picture matched.</param>
public sealed record MatchKind(Guid ListId, Guid EntryId, string Strength, int? DistanceBits);

/// <param name="ByMatch">
/// Empty for who sees some cases only. Of more matches than are looked up at once, the first.
/// </param>
public sealed record MatchRecords(IReadOnlyDictionary<MatchKind, MatchRecord> ByMatch);

/// <summary>
/// From decisions that stand: of items that this list's entry weighed most in; no test items, no samples, nothing that
/// can still be undone or is looked at again.
/// </summary>
/// <param name="List">Of the list, at any strength.</param>
/// <param name="Entry">Of the entry alone.</param>
/// <param name="There">At this strength and distance.</param>
/// <param name="Text">What the first two say, in a sentence.</param>
public sealed record MatchRecord(Judged List, Judged Entry, MeasuredPrecision There, string Text);

/// <param name="Reversed">Of those that are not CSAM: confirmed first, and told so, then found otherwise.</param>
public sealed record Judged(long Confirmed, long NotCsam, long Reversed);

/// <summary>Confirmed of all that were decided, with the 95 % interval of Wilson.</summary>
/// <param name="Distance">As "11 to 20 bits"; null: nothing was measured, as between equal files.</param>
/// <param name="Unseen">Decided without a look at the content: what the reviewer believed of the list.</param>
/// <param name="Entries">Different entries among them: many matches of one entry say little of the others.</param>
/// <param name="Share">0 to 1; null: too few decisions to say.</param>
/// <param name="Text">All of it, in a sentence.</param>
public sealed record MeasuredPrecision(
    string? Distance,
    Judged Judged,
    long Unseen,
    long Entries,
    double? Share,
    double? Low,
    double? High,
    string Text
);

/// <summary>Question, answered by the lists: where do they come from? Answer: <see cref="ListSources"/>.</summary>
public sealed record ListSourcesWanted(IReadOnlyList<Guid> Lists);

/// <param name="ByList">In words, as "NCMEC, attested by its source"; removed lists too.</param>
public sealed record ListSources(IReadOnlyDictionary<Guid, string> ByList);
