using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <param name="Opinion">false_positive, true_positive or retracted.</param>
/// <param name="State">sending, received, or ended: a letter is drafted then.</param>
/// <param name="Owner">delivery while it is tried, deciders when it ended, nobody when it was received.</param>
public sealed record SourceOpinionView(
    Guid Id,
    string CaseRef,
    Guid ListId,
    Guid EntryId,
    string Opinion,
    string State,
    string Owner,
    DateTimeOffset SentAt
);

public sealed record SourceOpinionsAnswer(IReadOnlyList<SourceOpinionView> Opinions);

/// <summary>GET /v1/source-opinions: what was told to who keeps lists, newest first.</summary>
internal static class ShowSourceOpinions
{
    public static async Task<SourceOpinionsAnswer> ListAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            select o.id, f.ref, o.list_id, o.entry_id, o.opinion, o.retracts, o.state, o.sent_at
            from case_source_opinion o
            join case_file f on f.tenant = o.tenant and f.id = o.case_id
            where o.tenant = @tenant and {tx.SeesCase("f.ref")}
            order by o.sent_at desc, o.id desc limit @most
            """,
            new { most = CaseLimits.PageRows }
        );
        var hidden = await HiddenVerdicts.ReadAsync(tx, rows.Select(row => row.Ref));
        return new SourceOpinionsAnswer([
            .. rows.Where(row => !hidden.Hides(row.Ref))
                .Select(row => new SourceOpinionView(
                    row.Id,
                    row.Ref,
                    row.ListId,
                    row.EntryId,
                    row.Retracts is null ? Words.NameOf(row.Opinion) : "retracted",
                    row.State.ToLowerInvariant(),
                    row.State switch
                    {
                        "Sending" => "delivery",
                        "Ended" => "deciders",
                        _ => "nobody",
                    },
                    row.SentAt
                )),
        ]);
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Ref { get; init; } = "";
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
        public OpinionWord Opinion { get; init; }
        public Guid? Retracts { get; init; }
        public string State { get; init; } = "";
        public DateTimeOffset SentAt { get; init; }
    }
}
