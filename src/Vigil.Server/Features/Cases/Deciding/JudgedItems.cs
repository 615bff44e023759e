using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What persons here said of files equal to those that scanning found in a case's open items.</summary>
internal sealed class JudgedItems
{
    private readonly IReadOnlyDictionary<Guid, MatchFacts> _facts;
    private readonly FilesJudged _judged;

    private JudgedItems(IReadOnlyDictionary<Guid, MatchFacts> facts, FilesJudged judged) =>
        (_facts, _judged) = (facts, judged);

    /// <summary>Nobody answers: nothing is known of any.</summary>
    public static async Task<JudgedItems> ReadAsync(Tx tx, CaseFile file)
    {
        if (!tx.IsAnswered<CaseMatchFactsWanted>() || !tx.IsAnswered<FilesJudgedWanted>())
        {
            return new JudgedItems(new Dictionary<Guid, MatchFacts>(), FilesJudged.None);
        }
        var facts = await tx.AskAsync<CaseMatchFactsWanted, CaseMatchFacts>(
            new CaseMatchFactsWanted(new CaseRef(file.Ref))
        );
        var digests = facts
            .ByItem.Values.Select(one => one.FileDigest)
            .OfType<byte[]>()
            .DistinctBy(digest => Convert.ToHexString(digest), StringComparer.Ordinal)
            .ToList();
        return new JudgedItems(
            facts.ByItem,
            await tx.AskAsync<FilesJudgedWanted, FilesJudged>(new FilesJudgedWanted(digests))
        );
    }

    /// <summary>Null: it is decided itself, or nobody saw an equal file whole and decided.</summary>
    public JudgedFile? Of(CaseItem item) =>
        item.State == ItemState.Open ? _judged.Of(_facts.GetValueOrDefault(item.Id)?.FileDigest) : null;

    /// <summary>
    /// Exactly what a list knows, or a file that a person's look still makes known; and nobody here saw an equal file
    /// and said that it is not CSAM.
    /// </summary>
    public bool IsPlain(CaseItem item) =>
        item is { IsExact: true, FlagCount: 0 }
        && Of(item) switch
        {
            { IsConfirmed: false } => false,
            { IsConfirmed: true } => true,
            null => _facts.GetValueOrDefault(item.Id)?.IsExact ?? true,
        };
}
