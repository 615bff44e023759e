using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Journal;

/// <summary>What persons decide about a report behind the fence.</summary>
internal enum FenceDecision
{
    /// <summary>It is not filed: it goes on, or is begun anew.</summary>
    GoOn,

    /// <summary>It is filed.</summary>
    IsFiled,

    /// <summary>It is not filed, and shall not be.</summary>
    Withdraw,
}

/// <param name="Decision">What.</param>
/// <param name="RemoteId">Number of the report at its recipient; for what is filed.</param>
/// <param name="Word">What the recipient said, or what was compared.</param>
internal sealed record FenceAsk(FenceDecision Decision, string? RemoteId, string Word)
{
    public byte[] ToUtf8Json() => JsonSerializer.SerializeToUtf8Bytes(this);

    public override string ToString() => $"{Decision}";
}

/// <summary>Asked before what may have left is changed. Answer: <see cref="JournalTold"/>.</summary>
internal sealed record JournalWanted(Guid ReportId);

/// <param name="IsCompared">False: what it knows is not known yet.</param>
/// <param name="IsAhead">It knows more of the report than the database.</param>
internal sealed record JournalTold(bool IsCompared, bool IsAhead);

/// <summary>A report that waits behind the fence; the empty id stands for the journal itself.</summary>
internal sealed class FenceRow
{
    public const string Ahead = nameof(Ahead);
    public const string Lost = nameof(Lost);

    private const int MostLost = 100_000;

    private const string Columns =
        "report_id, why, known, known_epoch, known_call, opened_at, asked, decided_at, decided_by, decision";

    public Guid ReportId { get; init; }

    /// <summary>Ahead: the journal knows more. Lost: there is no journal.</summary>
    public string Why { get; init; } = "";
    public byte[]? Known { get; init; }
    public long KnownEpoch { get; init; }
    public long KnownCall { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public byte[]? Asked { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public string? DecidedBy { get; init; }
    public string? Decision { get; init; }

    public static async Task<bool> IsClosedAsync(Tx tx) => await CountAsync(tx) > 0;

    /// <summary>Reports that nobody decided about yet.</summary>
    public static Task<long> CountAsync(Tx tx) =>
        tx.FindAsync<long>("select count(*) from filing_fence where tenant = @tenant and decided_at is null");

    public static Task<IReadOnlyList<FenceRow>> WaitingAsync(Tx tx, int most) =>
        tx.QueryAsync<FenceRow>(
            $"""
            select {Columns} from filing_fence where tenant = @tenant and decided_at is null
            order by opened_at, report_id limit @most
            """,
            new { most }
        );

    /// <summary>Of reports that are not in the database, and that a journal knows; but what is not filed.</summary>
    public static Task<IReadOnlyList<FenceRow>> LostAsync(Tx tx, bool undecidedAlone) =>
        tx.QueryAsync<FenceRow>(
            $"""
            select {Columns} from filing_fence f where f.tenant = @tenant and f.known is not null
              and (f.decided_at is null or (f.decision <> @goOn and not @undecidedAlone))
              and not exists (select 1 from report r where r.tenant = @tenant and r.id = f.report_id)
            order by f.opened_at, f.report_id limit {MostLost}
            """,
            new { goOn = nameof(FenceDecision.GoOn), undecidedAlone }
        );

    /// <summary>All of them.</summary>
    public static async Task<IReadOnlySet<Guid>> WaitingIdsAsync(Tx tx) =>
        (
            await tx.QueryAsync<Guid>(
                "select report_id from filing_fence where tenant = @tenant and decided_at is null"
            )
        ).ToHashSet();

    public static Task<FenceRow?> LockAsync(Tx tx, Guid reportId) =>
        tx.FindAsync<FenceRow>(
            $"select {Columns} from filing_fence where tenant = @tenant and report_id = @reportId{tx.ForUpdate}",
            new { reportId }
        );

    /// <summary>It may be filed, whatever the database says, and nobody decided about it yet.</summary>
    public static async Task<bool> IsBehindAsync(Tx tx, Guid reportId) =>
        (await StandingAsync(tx, reportId)).IsBehind;

    /// <exception cref="ProblemException">Two people decide about it first.</exception>
    public static async Task RequireNoneAsync(Tx tx, Guid reportId)
    {
        var (isBehind, isCompared) = await StandingAsync(tx, reportId);
        if (isBehind)
        {
            throw Behind();
        }
        if (!isCompared)
        {
            throw NotRead();
        }
    }

    /// <summary>Two people decide about it first.</summary>
    public static ProblemException Behind() =>
        ProblemException.Conflict(
            "behind_fence",
            "After a restore two people decide about this report: /console/reporting/fence."
        );

    /// <summary>Nobody knows yet what left.</summary>
    public static ProblemException NotRead() =>
        ProblemException.Conflict(
            "journal_not_read",
            "The journal of what was filed is not read yet, so that it is not known whether this report left: try "
                + "again in a minute. If it stays so, /health/ready says why."
        );

    /// <summary>It may go on as far as the journal knows; nobody is urged to anything else.</summary>
    public static async Task<bool> IsFreeAsync(Tx tx, Guid reportId) =>
        await StandingAsync(tx, reportId) is (IsBehind: false, IsCompared: true);

    private static async Task<(bool IsBehind, bool IsCompared)> StandingAsync(Tx tx, Guid reportId)
    {
        var told = await ToldAsync(tx, reportId);
        return (told.IsAhead || await LockAsync(tx, reportId) is { DecidedAt: null }, told.IsCompared);
    }

    private static async Task<JournalTold> ToldAsync(Tx tx, Guid reportId) =>
        tx.IsAnswered<JournalWanted>()
            ? await tx.AskAsync<JournalWanted, JournalTold>(new(reportId))
            : new(IsCompared: true, IsAhead: false);

    /// <summary>Of what several journals know of it, the later counts.</summary>
    public static Task<int> OpenAsync(Tx tx, Guid reportId, string why, JournalLine? line) =>
        tx.ExecuteAsync(
            """
            insert into filing_fence (tenant, report_id, why, known, known_epoch, known_call, opened_at)
            values (@tenant, @reportId, @why, @known, @epoch, @call, @now)
            on conflict (tenant, report_id) do update set why = excluded.why, known = excluded.known,
                known_epoch = excluded.known_epoch, known_call = excluded.known_call, opened_at = excluded.opened_at,
                asked = null, decided_at = null, decided_by = null, decision = null
            where filing_fence.decided_at is not null
              or (excluded.known_epoch, excluded.known_call) > (filing_fence.known_epoch, filing_fence.known_call)
            """,
            new
            {
                reportId,
                why,
                known = line is null ? null : ReportSecrets.Seal(tx, line.ToUtf8Json(), reportId, "journal"),
                epoch = line?.Epoch ?? 0,
                call = line?.Call ?? 0,
                now = tx.Now,
            }
        );

    public static Task<int> AskAsync(Tx tx, Guid reportId, FenceAsk ask) =>
        tx.ExecuteAsync(
            "update filing_fence set asked = @asked where tenant = @tenant and report_id = @reportId",
            new { reportId, asked = ReportSecrets.Seal(tx, ask.ToUtf8Json(), reportId, "asked") }
        );

    public static Task<int> DecideAsync(Tx tx, Guid reportId, FenceDecision decision) =>
        tx.ExecuteAsync(
            """
            update filing_fence set decided_at = @now, decided_by = @by, decision = @decision
            where tenant = @tenant and report_id = @reportId
            """,
            new
            {
                reportId,
                now = tx.Now,
                by = tx.Actor.Name,
                decision = decision.ToString(),
            }
        );

    /// <summary>What the journal knows; null: it is lost.</summary>
    public JournalLine? LineOf(Tx tx) =>
        Known is null ? null : JournalLine.Parse(ReportSecrets.Open(tx, Known, ReportId, "journal"));

    /// <summary>Null: nobody asked yet.</summary>
    public FenceAsk? AskOf(Tx tx) =>
        Asked is null
            ? null
            : JsonSerializer.Deserialize<FenceAsk>(ReportSecrets.Open(tx, Asked, ReportId, "asked"));
}
