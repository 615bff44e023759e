using Vigil.Server.Features.Cases.Waiting;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// Who could look at a drawn decision again: somebody who decided nothing in its case. In a team of one there is
/// nobody, and ringing them helps nobody.
/// </summary>
internal static class AuditReaders
{
    public static readonly NobodyHere Nobody = new(
        "audit_nobody",
        "Decisions made without a view were drawn for a second person",
        "give a second person a role that reviews, or set how many of a hundred are drawn to 0 (cases.auditPercent); "
            + "each ends by itself and counts as unanswered when its days are over",
        NobodyForAsync
    );

    /// <summary>Of the audits that wait, looked at.</summary>
    private const int Most = 2000;

    /// <summary>
    /// Cases whose decisions people here made, all who could look among them. Where a program named who decided, its
    /// own system knows others.
    /// </summary>
    private static async Task<IReadOnlySet<string>> NobodyForAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select distinct f.ref, e.actor from case_audit a
            join case_item i on i.tenant = a.tenant and i.id = a.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            join case_event e on e.tenant = i.tenant and e.case_id = i.case_id
                and e.what in ('confirmed', 'not_csam')
            where a.tenant = @tenant and a.state = 'Waiting'
            order by f.ref, e.actor limit @most
            """,
            new { most = Most }
        );
        if (rows.Count == 0)
        {
            return new HashSet<string>();
        }
        var people = await AssignCase.DecidersAsync(tx);
        return await NobodyHere.OfAsync(tx, people, rows.ToLookup(row => row.Ref, row => row.Actor));
    }

    private sealed class Row
    {
        public string Ref { get; init; } = "";
        public string Actor { get; init; } = "";
    }
}
