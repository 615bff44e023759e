using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// What who looks at a decision again is told before they say theirs: facts of the item, and nothing that tells what
/// was decided, by whom, or why. No state, no history, no record of the list.
/// </summary>
public sealed record AuditView(Guid ItemId, string CaseRef, DateTimeOffset DrawnAt)
{
    public string? Account { get; init; }
    public string? ProblemType { get; init; }
    public required string Origin { get; init; }
    public string? ContentRef { get; init; }
    public required string Surface { get; init; }
    public required string Jurisdiction { get; init; }
    public required string Summary { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>As of <see cref="ItemView"/>.</summary>
    public string? Strength { get; init; }
    public bool IsExact { get; init; }
    public int? DistanceBits { get; init; }
    public int TextCharacters { get; init; }

    /// <summary>What users said of this item: that, not what.</summary>
    public IReadOnlyList<FlagView> Flags { get; init; } = [];

    /// <summary>Why it was found; empty for who may not read decisions.</summary>
    public IReadOnlyList<string> Matches { get; init; } = [];

    /// <summary>Kept of this item.</summary>
    public IReadOnlyList<Guid> Contents { get; init; } = [];
}

/// <summary>The page of one audit that waits for this person.</summary>
internal static class ReadAudit
{
    /// <exception cref="Http.ProblemException">None waits, or it is not for this person, or not now.</exception>
    public static async Task<AuditView> RunAsync(Tx tx, Guid itemId)
    {
        var (audit, file) = await DrawAudits.RequireAsync(tx, itemId, DecidingPerson.Of(tx, null));
        await TakeToJudge.RequireAsync(tx, file, itemId);
        var item = (await CaseItem.FindAsync(tx, file.Id, itemId))!;
        var flags = await CaseFlag.OfCaseAsync(tx, file.Id);
        return new AuditView(itemId, file.Ref, audit.DrawnAt)
        {
            Account = Sealed.Open(tx, file.Account, file.Id),
            ProblemType = file.ProblemType is { } type ? Words.NameOf(type) : null,
            Origin = Words.NameOf(item.Origin),
            ContentRef = Sealed.Open(tx, item.ContentRef, item.Id),
            Surface = item.Surface,
            Jurisdiction = item.Jurisdiction,
            Summary = item.Summary,
            At = item.At,
            Strength = item.Strength,
            IsExact = item.IsExact,
            DistanceBits = item.DistanceBits,
            TextCharacters = Sealed.Open(tx, item.Words, item.Id)?.Length ?? 0,
            Flags = [.. flags.Where(flag => flag.ItemId == itemId).Select(flag => flag.ToView(tx))],
            Matches = await MatchesAsync(tx, item),
            Contents = await ContentsOfAsync(tx, file.Ref, itemId),
        };
    }

    private static async Task<IReadOnlyList<string>> MatchesAsync(Tx tx, CaseItem item) =>
        item.DecisionId is { } decision
        && tx.Actor.May(Permission.DecisionRead)
        && tx.IsAnswered<DecisionFactsWanted>()
            ?
            [
                .. (
                    await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new DecisionFactsWanted([decision]))
                )
                    .Facts.SelectMany(fact => fact.Matches)
                    .Select(match => match.Text),
            ]
            : [];

    /// <summary>What is kept of one item.</summary>
    public static async Task<IReadOnlyList<Guid>> ContentsOfAsync(Tx tx, string reference, Guid itemId) =>
        tx.IsAnswered<ContentStandingsWanted>()
            ?
            [
                .. (
                    await tx.AskAsync<ContentStandingsWanted, ContentStandings>(
                        new ContentStandingsWanted(new CaseRef(reference))
                    )
                )
                    .Contents.Where(content => content.ItemId == itemId)
                    .Select(content => content.ContentId),
            ]
            : [];
}
