using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Who had a part in a case, from its history: a decision counts also when the case was opened again since, or the
/// decision was undone.
/// </summary>
internal static class CaseParts
{
    /// <summary>Decided, graded, audited, acted on the account, or took that back.</summary>
    public static async Task<bool> HasAsync(Tx tx, Guid caseId, DecidingPerson by) =>
        (await tx.QueryAsync<Part>(Sql("= @caseId"), new { caseId })).Any(part => by.Is(part.Who));

    /// <summary>Decided something in this case, at any time.</summary>
    public static async Task<bool> HasDecidedAsync(Tx tx, Guid caseId, DecidingPerson by) =>
        (await DecidersAsync(tx, caseId)).Any(by.Is);

    /// <summary>Of all decisions that were ever made in this case.</summary>
    public static Task<IReadOnlyList<string>> DecidersAsync(Tx tx, Guid caseId) =>
        tx.QueryAsync<string>(
            """
            select distinct actor from case_event
            where tenant = @tenant and case_id = @caseId and what in ('confirmed', 'not_csam')
            """,
            new { caseId }
        );

    /// <summary>Of these cases, those in which somebody had a part.</summary>
    /// <param name="tx">Of the read.</param>
    /// <param name="who">As names are kept.</param>
    /// <param name="cases">A query of ids of cases.</param>
    /// <param name="values">Its values.</param>
    public static async Task<IReadOnlySet<Guid>> OfAsync(Tx tx, string who, string cases, object values) =>
        (await tx.QueryAsync<Part>(Sql($"in ({cases})"), values))
            .Where(part => part.Who == who)
            .Select(part => part.CaseId)
            .ToHashSet();

    private static string Sql(string which) =>
        $"""
            select e.case_id, e.actor as who from case_event e
            where e.tenant = @tenant and e.case_id {which} and e.what in (
                'confirmed', 'not_csam', 'graded', 'audited', 'account_action', 'account_action_reversed')
            union
            select i.case_id, a.audited_by as who from case_audit a
            join case_item i on i.tenant = a.tenant and i.id = a.item_id
            where a.tenant = @tenant and i.case_id {which} and a.audited_by is not null
            """;

    private sealed class Part
    {
        public Guid CaseId { get; init; }
        public string Who { get; init; } = "";
    }
}
