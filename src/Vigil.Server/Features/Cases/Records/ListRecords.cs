using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Records;

/// <summary>Adds to what matched where the list comes from, and what persons here decided of such matches.</summary>
internal static class ListRecords
{
    public static async Task<IReadOnlyList<DecisionFact>> AddAsync(Tx tx, IReadOnlyList<DecisionFact> facts)
    {
        var matches = facts.SelectMany(fact => fact.Matches).ToList();
        var records = await AnswerMatchRecords.AnswerAsync(
            tx,
            new MatchRecordsWanted([.. matches.Select(match => match.Kind)])
        );
        var sources = tx.IsAnswered<ListSourcesWanted>()
            ? await tx.AskAsync<ListSourcesWanted, ListSources>(
                new ListSourcesWanted([.. matches.Select(match => match.ListId).Distinct()])
            )
            : new ListSources(new Dictionary<Guid, string>());
        return
        [
            .. facts.Select(fact =>
                fact with
                {
                    Matches =
                    [
                        .. fact.Matches.Select(match =>
                            match with
                            {
                                Source = sources.ByList.GetValueOrDefault(match.ListId),
                                Record = records.ByMatch.GetValueOrDefault(match.Kind),
                            }
                        ),
                    ],
                }
            ),
        ];
    }
}
