using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>How hard what was seen is to look at, as far as a person graded it.</summary>
public enum Severity
{
    NotGraded,

    /// <summary>Nothing sexual, or an adult.</summary>
    None,
    Posing,
    Activity,

    /// <summary>Penetration, an infant, an animal, sadism.</summary>
    Severe,
}

/// <summary>What was seen today of one severity.</summary>
public sealed record SeenOfSeverity(Severity Severity, int Views, TimeSpan Unblurred);

/// <summary>
/// The severity of what a person saw. Their own grade counts, and others' once nobody is still to judge it alone: the
/// meter must not tell a second grader what the first one said.
/// </summary>
internal static class Severities
{
    public static async Task<IReadOnlyDictionary<Guid, Severity>> OfSeenAsync(
        Tx tx,
        string viewer,
        DateTimeOffset since
    ) =>
        (
            await tx.QueryAsync<Row>(
                """
                select c.id, max(s.severity) as severity from content_overview c
                join item_severity s on s.tenant = c.tenant and s.item_id = c.item_id
                where c.tenant = @tenant and (s.grader = @viewer or s.is_settled) and c.id in (
                    select v.content_id from viewing_record v
                    where v.tenant = @tenant and v.viewer = @viewer and v.started_at >= @since and v.state <> 'Refused')
                group by c.id
                """,
                new { viewer, since }
            )
        ).ToDictionary(row => row.Id, row => Severity.None + (int)row.Severity);

    private sealed class Row
    {
        public Guid Id { get; init; }
        public long Severity { get; init; }
    }
}
