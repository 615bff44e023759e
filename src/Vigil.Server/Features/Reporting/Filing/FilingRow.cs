using Vigil.CyberTip.Filing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>Where the filing of a report stands, as it is kept.</summary>
internal sealed class FilingRow
{
    /// <summary>Of the service's numbers, so many of the newest are shown; all of the state's are kept.</summary>
    private const int ShownRequestIds = 10;

    private const string Columns =
        "report_id, environment, state, version, epoch, next_at, phase, waits_for, alarms, told, address";

    public Guid ReportId { get; init; }
    public ReportEnvironment Environment { get; init; }

    /// <summary><see cref="FilingState"/> as JSON.</summary>
    public string State { get; init; } = "";

    /// <summary>Rises with each state.</summary>
    public long Version { get; init; }

    /// <summary>Of the newest worker that took it; others save nothing.</summary>
    public long Epoch { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public string Phase { get; init; } = "";

    /// <summary>Why a person must act; empty: nobody must.</summary>
    public string WaitsFor { get; init; } = "";
    public string Alarms { get; init; } = "";
    public string Told { get; init; } = "";

    /// <summary>Where the report of this attempt was opened; null: of an earlier version, or none is open.</summary>
    public string? Address { get; init; }

    public FilingState Parsed => FilingState.Parse(System.Text.Encoding.UTF8.GetBytes(State));

    public static Task<FilingRow?> LockAsync(Tx tx, Guid reportId) =>
        tx.FindAsync<FilingRow>(
            $"select {Columns} from filing where tenant = @tenant and report_id = @reportId{tx.ForUpdate}",
            new { reportId }
        );

    /// <summary>
    /// Of what is not over and that a worker need not have: for looks. Not of approvals that were undone or withdrawn:
    /// a worker takes those rows away.
    /// </summary>
    public static Task<IReadOnlyList<FilingRow>> OpenAsync(Tx tx, int most) =>
        tx.QueryAsync<FilingRow>(
            $"""
            select {Columns} from filing
            where tenant = @tenant and (next_at is not null or waits_for <> '')
              and not exists (select 1 from report r where r.tenant = @tenant and r.id = filing.report_id
                and r.state in ('Draft', 'Withdrawn'))
            order by report_id limit @most
            """,
            new { most }
        );

    /// <summary>Reports whose filing is over: it never begins again. Packages too, of which a journal knows.</summary>
    public static async Task<IReadOnlySet<Guid>> OverAsync(Tx tx) =>
        (
            await tx.QueryAsync<Guid>(
                """
                select report_id from filing
                where tenant = @tenant and phase in ('Filed', 'FiledReceiptLost', 'Rejected', 'Withdrawn')
                union
                select id from report
                where tenant = @tenant and package_call > 0 and state in ('Filed', 'Withdrawn')
                """
            )
        ).ToHashSet();

    /// <summary>
    /// A report that is due to leave, before anything of it did, as far as is known here. Its numbers of fencing go
    /// on where
    /// the journal's ended.
    /// </summary>
    public static Task<int> AddAsync(
        Tx tx,
        Guid reportId,
        ReportEnvironment environment,
        FilingState state
    ) =>
        tx.ExecuteAsync(
            """
            insert into filing (tenant, report_id, environment, state, version, epoch, next_at, phase, attempt,
                request_ids, waits_for,
                alarms, told)
            values (@tenant, @reportId, @environment, @state, 1,
                coalesce((select known_epoch from filing_fence where tenant = @tenant and report_id = @reportId), 0),
                @now, @phase, 1, '', '', '', '')
            on conflict (tenant, report_id) do nothing
            """,
            new
            {
                reportId,
                environment = environment.ToString(),
                state = TextOf(state),
                phase = state.Phase.ToString(),
                now = tx.Now,
            }
        );

    /// <summary>Only where nobody changed it since. False: somebody did; nothing was written.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="reportId">Whose.</param>
    /// <param name="version">Of the state as it was read.</param>
    /// <param name="after">As it becomes.</param>
    /// <param name="epoch">Of the worker; null: a person decides, whoever has the lease.</param>
    /// <param name="waitsFor">Why a person must act; empty: nobody must.</param>
    /// <param name="alarms">Raised with it; words.</param>
    public static async Task<bool> ReplaceAsync(
        Tx tx,
        Guid reportId,
        long version,
        FilingState after,
        long? epoch,
        string waitsFor,
        IEnumerable<string> alarms
    )
    {
        var changed = await tx.ExecuteAsync(
            """
            update filing set state = @after, version = version + 1, phase = @phase, attempt = @attempt, remote_id =
                @remoteId,
                request_ids = @requestIds, last_code = @lastCode, next_at = @nextAt, waits_for = @waitsFor,
                alarms = case when @alarms = '' then alarms else @alarms end
            where tenant = @tenant and report_id = @reportId and version = @version and (epoch = @epoch or @byPerson)
            """,
            new
            {
                reportId,
                version,
                after = TextOf(after),
                phase = after.Phase.ToString(),
                attempt = after.Attempt,
                remoteId = after.ReportId?.ToString(System.Globalization.CultureInfo.InvariantCulture),
                requestIds = string.Join(' ', after.RequestIds.TakeLast(ShownRequestIds)),
                lastCode = after.LastCode,
                nextAt = NextOf(after, waitsFor, tx.Now),
                waitsFor,
                alarms = string.Join(' ', alarms.Distinct(StringComparer.Ordinal)),
                epoch = epoch ?? 0,
                byPerson = epoch is null,
            }
        );
        return changed == 1;
    }

    /// <summary>The report of this attempt was opened there.</summary>
    public static Task<int> PutAddressAsync(Tx tx, Guid reportId, string? address) =>
        tx.ExecuteAsync(
            "update filing set address = @address where tenant = @tenant and report_id = @reportId",
            new { reportId, address }
        );

    /// <summary>What stands outside the state: why a person must act.</summary>
    public static Task<int> WaitAsync(Tx tx, Guid reportId, string waitsFor) =>
        tx.ExecuteAsync(
            """
            update filing set waits_for = @waitsFor, next_at = null where tenant = @tenant and report_id = @reportId
            """,
            new { reportId, waitsFor }
        );

    /// <summary>Numbers of fencing go on from here, not below.</summary>
    public static Task<int> RaiseEpochAsync(Tx tx, Guid reportId, long epoch) =>
        tx.ExecuteAsync(
            """
            update filing set epoch = @epoch where tenant = @tenant and report_id = @reportId and epoch < @epoch
            """,
            new { reportId, epoch }
        );

    /// <summary>The record's time is over: that it was filed stays, under no number.</summary>
    public static async Task ForgetNumbersAsync(Tx tx, Guid reportId)
    {
        if (await LockAsync(tx, reportId) is not { } row)
        {
            return;
        }
        var state = row.Parsed;
        await tx.ExecuteAsync(
            """
            update filing set state = @state, version = version + 1, remote_id = null, request_ids = ''
            where tenant = @tenant and report_id = @reportId
            """,
            new
            {
                reportId,
                state = TextOf(
                    state with
                    {
                        ReportId = null,
                        RequestIds = [],
                        Files = [.. state.Files.Select(file => file with { FileId = null })],
                    }
                ),
            }
        );
    }

    public static Task<int> RemoveAsync(Tx tx, Guid reportId) =>
        tx.ExecuteAsync(
            "delete from filing where tenant = @tenant and report_id = @reportId",
            new { reportId }
        );

    public static string TextOf(FilingState state) => System.Text.Encoding.UTF8.GetString(state.ToUtf8Json());

    private static DateTimeOffset? NextOf(FilingState state, string waitsFor, DateTimeOffset now) =>
        state.IsFinal || waitsFor.Length > 0 ? null : state.NotBefore ?? now;
}
