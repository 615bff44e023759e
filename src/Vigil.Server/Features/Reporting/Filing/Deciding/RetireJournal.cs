using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Deciding;

/// <summary>
/// An admin says that a server is gone for good, its journal with it. Where another server files, it knows of all that
/// was filed, and the journal is retired within seconds. Where none does, two people decide about each report.
/// </summary>
internal static class RetireJournal
{
    public const string Action = "filing.journal_retired";
    private const int MaxReason = 200;

    /// <exception cref="ProblemException">There is no such journal, it is retired, or there is no reason.</exception>
    public static async Task RunAsync(Tx tx, Guid id, string? reason)
    {
        if (reason?.Trim() is not { Length: > 0 and <= MaxReason } why)
        {
            throw ProblemException.BadRequest(
                "bad_reason",
                $"A 'reason' of 1 to {MaxReason} characters is needed."
            );
        }
        var changed = await tx.ExecuteAsync(
            """
            update filing_journal set retiring_at = @now
            where tenant = @tenant and id = @id and retired_at is null and retiring_at is null
            """,
            new { id, now = tx.Now }
        );
        if (changed == 0)
        {
            throw ProblemException.NotFound("No filing journal of this id is waited for.");
        }
        await tx.RecordAsync(new LedgerAct(Action, id.ToString()) { Reason = why });
    }

    public static async Task<IReadOnlyList<JournalView>> ReadAsync(Tx tx) =>
        [
            .. (await JournalRow.ReadAsync(tx, isLocked: false)).Select(row => new JournalView(
                row.Id,
                row.BeganAt,
                row.HeardAt,
                row.IsRetired ? "retired"
                    : row.RetiringAt is not null ? "retiring"
                    : row.IsIn ? "files"
                    : "waits"
            )),
        ];
}

/// <param name="HeardAt">When its server was heard of last; null where it is the only one, or never was.</param>
/// <param name="State">files, waits, retiring or retired.</param>
internal sealed record JournalView(Guid Id, DateTimeOffset BeganAt, DateTimeOffset? HeardAt, string State);
