using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>Where lists come from, for those who judge what they found.</summary>
internal static class AnswerListSources
{
    public static async Task<ListSources> AnswerAsync(Tx tx, ListSourcesWanted wanted)
    {
        var rows = await ManyRows.SelectWantedAsync<Row>(
            tx,
            """
            select l.id, l.source, l.confidence, l.attestation, l.removed_at from wanted cross join list l
            where l.tenant = @tenant and l.id = wanted.value
            """,
            wanted.Lists.Distinct().Select(id => (object)id)
        );
        return new ListSources(rows.ToDictionary(row => row.Id, Text));
    }

    private static string Text(Row row) =>
        (row.Source.Length == 0 ? "source not said" : row.Source)
        + $"; {row.Confidence.Replace('_', ' ')}, "
        + (row.Attestation is null ? "not attested by its source" : "attested by its source")
        + (row.RemovedAt is null ? "" : "; removed here since");

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Source { get; init; } = "";
        public string Confidence { get; init; } = "";
        public string? Attestation { get; init; }
        public DateTimeOffset? RemovedAt { get; init; }
    }
}
