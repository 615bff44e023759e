using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>A report's row, without what is sealed.</summary>
internal sealed class ReportRow
{
    public const string Columns = """
        id, case_ref, destination, environment, jurisdiction, state, state_since, owner, is_test, is_high_priority,
        knowledge_at, created_at, created_by, draft_version, approved_at, approved_by, second_by, leaves_at, follows,
        remote_id, filed_at, filed_address, receipt_sha256, given_at
        """;

    public Guid Id { get; init; }
    public string CaseRef { get; init; } = "";

    /// <summary>Code of a <see cref="Destination"/>.</summary>
    public string Destination { get; init; } = "";
    public ReportEnvironment Environment { get; init; }

    /// <summary>ISO 3166 code of the authority that it goes to.</summary>
    public string Jurisdiction { get; init; } = "";
    public ReportState State { get; init; }
    public DateTimeOffset StateSince { get; init; }

    /// <summary>Who has to act next, or answers for it (<see cref="ReportOwners"/>); never empty.</summary>
    public string Owner { get; init; } = "";

    /// <summary>SAMPLE pictures only: it can never leave to a production address.</summary>
    public bool IsTest { get; init; }
    public bool IsHighPriority { get; init; }

    /// <summary>The first confirmation by a person, or the notice's arrival: the legal clock's start.</summary>
    public DateTimeOffset KnowledgeAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public int DraftVersion { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public string? ApprovedBy { get; init; }
    public string? SecondBy { get; init; }

    /// <summary>It can be undone until then.</summary>
    public DateTimeOffset? LeavesAt { get; init; }

    /// <summary>
    /// It can no longer be undone. What a clock that was ahead approved does not wait until that clock's time.
    /// </summary>
    public bool MayLeave(DateTimeOffset now) =>
        LeavesAt is { } leaves && (leaves <= now || ApprovedAt > AheadClock.After(now));

    /// <summary>The report that this one adds to.</summary>
    public Guid? Follows { get; init; }

    /// <summary>What the recipient calls it.</summary>
    public string? RemoteId { get; init; }
    public DateTimeOffset? FiledAt { get; init; }

    /// <summary>Where the CyberTipline took it; null: not known, or another destination's.</summary>
    public string? FiledAddress { get; init; }
    public byte[]? ReceiptSha256 { get; init; }

    /// <summary>A package of it was given out: its recipient may have it, whatever became of the report.</summary>
    public DateTimeOffset? GivenAt { get; init; }

    public static Task<ReportRow?> FindAsync(Tx tx, Guid id) =>
        tx.FindAsync<ReportRow>(
            $"select {Columns} from report where tenant = @tenant and id = @id",
            new { id }
        );

    /// <summary>Locked until the end of the transaction.</summary>
    public static Task<ReportRow?> LockAsync(Tx tx, Guid id) =>
        tx.FindAsync<ReportRow>(
            $"select {Columns} from report where tenant = @tenant and id = @id{tx.ForUpdate}",
            new { id }
        );

    /// <summary>Oldest first.</summary>
    public static Task<IReadOnlyList<ReportRow>> OfCaseAsync(Tx tx, string caseRef) =>
        tx.QueryAsync<ReportRow>(
            $"""
            select {Columns} from report where tenant = @tenant and case_ref = @caseRef
            order by created_at, id limit 500
            """,
            new { caseRef }
        );

    /// <summary>Of these cases, at most 250, as far as the actor may see them: the newest first.</summary>
    public static Task<List<ReportRow>> OfCasesAsync(Tx tx, IEnumerable<string> caseRefs, int most) =>
        ManyRows.SelectWantedAsync<ReportRow>(
            tx,
            $"""
            select {Columns} from wanted cross join report
            where tenant = @tenant and case_ref = wanted.value and {tx.SeesCase("report.case_ref")}
            order by created_at desc, id desc limit @most
            """,
            caseRefs,
            ("most", most)
        );

    /// <summary>The longest in this state first, those whose case the actor may see.</summary>
    public static Task<IReadOnlyList<ReportRow>> InStateAsync(Tx tx, ReportState state, int most) =>
        tx.QueryAsync<ReportRow>(
            $"""
            select {Columns} from report
            where tenant = @tenant and state = @state and {tx.SeesCase("report.case_ref")}
            order by state_since, id limit @most
            """,
            new { state = state.ToString(), most }
        );

    /// <summary>A package of it leaves this installation.</summary>
    public static Task<int> GiveAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            "update report set given_at = coalesce(given_at, @now) where tenant = @tenant and id = @id",
            new { id, now = tx.Now }
        );

    /// <summary>The only way to another state. The caller records the act, or is the delivery.</summary>
    /// <exception cref="InvalidOperationException">This state does not follow that one.</exception>
    public async Task MoveAsync(Tx tx, ReportState to, string owner)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        if (!ReportMoves.May(State, to))
        {
            throw new InvalidOperationException($"A report does not go from {State} to {to}.");
        }
        var changed = await tx.ExecuteAsync(
            """
            update report set state = @to, state_since = @now, owner = @owner
            where tenant = @tenant and id = @id and state = @from
            """,
            new
            {
                id = Id,
                from = State.ToString(),
                to = to.ToString(),
                now = tx.Now,
                owner,
            }
        );
        if (changed != 1)
        {
            throw new InvalidOperationException("The report changed meanwhile: lock it first.");
        }
    }
}
