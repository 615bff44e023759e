using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Who had a part in a case, from its history: a decision counts also when the case was opened again since, or the
/// decision was undone.
/// </summary>
internal static class CaseParts
{
    /// <summary>
    /// Decided, closed, opened again, undid, graded, asked for an opinion, audited; acted on the account, took that
    /// back, told its user or delayed it, decided an appeal; drafted or approved a report that names the case.
    /// </summary>
    public static async Task<bool> HasAsync(Tx tx, CaseFile file, DecidingPerson by) =>
        (await tx.QueryAsync<Part>(Sql("= @caseId"), new { caseId = file.Id })).Any(part => by.Is(part.Who))
        || (await ReportersAsync(tx, [file.Ref])).Exists(one => by.Is(one.Who));

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

    /// <summary>Who had a part in these cases, by the cases' references.</summary>
    /// <param name="tx">Of the read.</param>
    /// <param name="cases">A query of ids of cases, of the tenant alone.</param>
    public static async Task<ILookup<string, string>> WhoAsync(Tx tx, string cases)
    {
        var refs = (
            await tx.QueryAsync<Named>(
                $"select id, ref from case_file where tenant = @tenant and id in ({cases})"
            )
        ).ToDictionary(row => row.Id, row => row.Ref);
        var parts = await tx.QueryAsync<Part>(Sql($"in ({cases})"));
        var reporters = await ReportersAsync(tx, refs.Values);
        return parts
            .Select(part => (Case: refs[part.CaseId], part.Who))
            .Concat(reporters.Select(one => (Case: one.CaseRef, one.Who)))
            .Distinct()
            .ToLookup(part => part.Case, part => part.Who, StringComparer.Ordinal);
    }

    /// <summary>Of these cases, those that somebody reported, or helped to.</summary>
    public static async Task<IReadOnlySet<string>> ReportedAsync(
        Tx tx,
        string who,
        IEnumerable<string> cases
    ) =>
        (await ReportersAsync(tx, cases))
            .Where(one => one.Who == who)
            .Select(one => one.CaseRef)
            .ToHashSet(StringComparer.Ordinal);

    private static async Task<List<CaseReporter>> ReportersAsync(Tx tx, IEnumerable<string> cases)
    {
        var found = new List<CaseReporter>();
        if (!tx.IsAnswered<CaseReportersWanted>())
        {
            return found;
        }
        var wanted = cases.Distinct(StringComparer.Ordinal).Select(one => new CaseRef(one));
        foreach (var piece in wanted.Chunk(CaseReportersWanted.Most))
        {
            var answer = await tx.AskAsync<CaseReportersWanted, CaseReporters>(
                new CaseReportersWanted(piece)
            );
            found.AddRange(answer.Reporters);
        }
        return found;
    }

    /// <summary>A program that named nobody is no person: what it asked for or told is nobody's part.</summary>
    private static string Sql(string which) =>
        $"""
            select e.case_id, e.actor as who from case_event e
            where e.tenant = @tenant and e.case_id {which} and (e.what in (
                'confirmed', 'not_csam', 'graded', 'audited', 'account_action', 'account_action_reversed')
              or (e.what in (
                'closed', 'reopened', 'undone', 'opinion_asked', 'notice_delayed', 'appeal_decided')
                and (e.actor like 'person:%' or e.actor like '%/%')))
            union
            select i.case_id, a.audited_by as who from case_audit a
            join case_item i on i.tenant = a.tenant and i.id = a.item_id
            where a.tenant = @tenant and i.case_id {which} and a.audited_by is not null
            union
            select t.case_id, t.told_by as who from account_action t
            where t.tenant = @tenant and t.case_id {which} and t.told_by like 'person:%'
            """;

    private sealed class Named
    {
        public Guid Id { get; init; }
        public string Ref { get; init; } = "";
    }

    private sealed class Part
    {
        public Guid CaseId { get; init; }
        public string Who { get; init; } = "";
    }
}
