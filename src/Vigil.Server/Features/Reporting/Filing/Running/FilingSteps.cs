using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>
/// Makes the steps of one run durable: in the database where nobody changed it since and the lease is still ours,
/// then in the journal; a call that may file is then known to every other server that files. Only then is the call made
/// that a step announces.
/// </summary>
internal sealed class FilingSteps(
    TrustKernel kernel,
    FilingJournal journal,
    Peers peers,
    FilingLimits limits,
    Actor actor,
    LeasedFiling leased,
    long version
)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ReportRow _report = leased.Report;

    /// <summary>Number of the line that is written next; 0: the database is behind the journal.</summary>
    private long _head;

    /// <summary>Of a batch, for the next line: who restores an older database learns of them by it alone.</summary>
    private IReadOnlyList<string>? _otherCases;

    /// <summary>What the journal says of a receipt that came late.</summary>
    private FilingState? _heard;

    /// <summary>What was kept last is not the step as it was given: this run goes no further.</summary>
    private bool _isStopped;

    /// <summary>Of the state as this run kept it last.</summary>
    public long Version { get; private set; } = version;

    /// <summary>When the credentials that this run calls with were checked; null: they are no environment's.</summary>
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Where the calls of this run go; null: the destination opens nothing.</summary>
    public string? Address { get; set; }

    /// <summary>Since when a destination of one call has the credentials of this run; null: it has none.</summary>
    public DateTimeOffset? TargetSetAt { get; set; }

    /// <summary>
    /// As <see cref="FilingWork.SaveAsync"/> has it. Also false where it waits long: the queue keeps it till then.
    /// </summary>
    public async ValueTask<bool> SaveAsync(FilingStep step, CancellationToken cancellation)
    {
        if (!await PersistAsync(step, null, cancellation))
        {
            return false;
        }
        return !Waits(step.State);
    }

    /// <summary>As <see cref="KeepAsync"/>; a call that may file leaves only where other servers know of it.</summary>
    public async Task<bool> PersistAsync(FilingStep step, string? remoteId, CancellationToken cancellation) =>
        await KeepAsync(step, remoteId, cancellation)
        && (
            step.State is not { IsSent: true, Phase: FilingPhase.Finishing }
            || await peers.AgreeAsync(actor, _head, cancellation)
        );

    /// <summary>False: another worker has it, or a person decided.</summary>
    /// <param name="step">What happened.</param>
    /// <param name="remoteId">Where the recipient's number is no number of the CyberTipline.</param>
    /// <param name="cancellation">Stops the wait for a database that is gone, where no answer would be lost.</param>
    private async Task<bool> KeepAsync(FilingStep step, string? remoteId, CancellationToken cancellation)
    {
        var began = kernel.Time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                var isSaved = (!isFirst && await IsSavedAsync(step.State)) || await TryAsync(step, remoteId);
                if (isSaved && !_isStopped)
                {
                    Version++;
                    Note(step);
                    return true;
                }
                if (!isSaved && step.IsReceipt && await ActAsync(tx => HearAsync(tx, step, remoteId)))
                {
                    // Another has the filing: it is kept, and this one stops.
                    Note(step with { State = _heard ?? step.State });
                }
                return false;
            }
            catch (Exception e)
                when (e is DatabaseUnavailableException or LedgerUnavailableException
                    && kernel.Time.GetElapsedTime(began) < limits.KeepTrying
                )
            {
                // What was answered is known here alone until it is kept: no lost lease ends that.
                await Task.Delay(Pause, step.Answer is null ? cancellation : CancellationToken.None);
            }
        }
    }

    private Task<bool> TryAsync(FilingStep step, string? remoteId)
    {
        var isAct = step.State.IsFinal || WaitReasons.Of(step.State).Length > 0;
        Task<bool> Work(Tx tx) => WriteAsync(tx, step, remoteId);
        return isAct
            ? ActAsync(Work)
            : kernel.Db.WriteAsync(actor, Permission.ReportFile, Work, CancellationToken.None);
    }

    /// <summary>An act that found itself fenced off has nothing to record, and is not done.</summary>
    private async Task<bool> ActAsync(Func<Tx, Task<bool>> work)
    {
        try
        {
            return await kernel.Db.ActAsync(
                actor,
                Permission.ReportFile,
                async tx => await work(tx) ? true : throw new FencedOffException(),
                CancellationToken.None
            );
        }
        catch (FencedOffException)
        {
            return false;
        }
    }

    private async Task<bool> HearAsync(Tx tx, FilingStep step, string? remoteId)
    {
        await FiledWhere.NoteLateAsync(tx, _report.Id, Address);
        _heard = await HearLate.RunAsync(tx, _report.Id, step, remoteId);
        if (_heard is null)
        {
            return false;
        }
        _head = await JournalRow.AdvanceAsync(tx, journal);
        journal.IsBehind |= _head == 0;
        return true;
    }

    private async Task<bool> WriteAsync(Tx tx, FilingStep step, string? remoteId)
    {
        if (await IsOldRefusalAsync(tx, step.State))
        {
            step = WithoutRefusal(step);
            await BeginFiling.RecordAsync(
                tx,
                _report.Id,
                "report.filing_passed_over",
                "replaced credentials"
            );
        }
        var (stopped, version) = (await StepStop.OfAsync(tx, leased, Version, step), Version);
        _isStopped = stopped is not null && !step.State.IsFinal;
        if (stopped is not null)
        {
            (step, version) = (stopped.Step, stopped.Version);
        }
        var (state, why) = (step.State, stopped?.WaitsFor ?? WaitReasons.Of(step.State));
        var alarms = FilingAlarms.OfStep(step.Alarms).ToList();
        var words = alarms.Select(alarm => alarm.ToString());
        if (!await FilingRow.ReplaceAsync(tx, _report.Id, version, state, leased.Epoch, why, words))
        {
            return false;
        }
        if (Address is not null && state.ReportId is not null && state.ReportId != step.Before.ReportId)
        {
            await FilingRow.PutAddressAsync(tx, _report.Id, Address);
        }
        if (IsNoted(state))
        {
            _head = await JournalRow.AdvanceAsync(tx, journal);
            journal.IsBehind |= _head == 0;
            _otherCases ??= [.. (await NamingReports.CasesOfAsync(tx, _report)).Skip(1)];
        }
        await ExchangeLog.AddAsync(tx, _report.Id, step);
        if (state.IsFinal)
        {
            await FiledWhere.NoteAsync(tx, _report.Id, Address);
            await FilingEnd.EndAsync(tx, _report.Id, state, ReceiptOf(step), remoteId);
        }
        else if (why.Length > 0)
        {
            await FilingEnd.WaitAsync(tx, _report, state, why);
        }
        foreach (var alarm in alarms)
        {
            await FilingAlarms.RaiseAsync(tx, _report.Id, alarm);
        }
        if (why == WaitReasons.NotConfirmed)
        {
            await FilingAlarms.WaitsAsync(tx, _report.Id, WaitReasons.TextOf(why)!);
        }
        return true;
    }

    /// <summary>
    /// Credentials that were replaced while the call was on its way are refused: that stops nothing, it goes on with
    /// those there are.
    /// </summary>
    private async Task<bool> IsOldRefusalAsync(Tx tx, FilingState state) =>
        state.BlockedBy is not null
        && (
            FilingKinds.Of(_report.Destination) == DeliveryKind.Call
                ? await CallTargets.SetAtAsync(tx, _report.Destination, _report.Environment) != TargetSetAt
                : CheckedAt is not null
                    && await FilingEnvironment.IsNewerAsync(tx, _report.Environment, CheckedAt)
        );

    private static FilingStep WithoutRefusal(FilingStep step) =>
        step with
        {
            State = step.State with { BlockedBy = null },
            Alarms = [.. step.Alarms.Where(alarm => alarm != FilingAlarm.Blocked)],
        };

    /// <summary>A try whose answer was lost may have been kept.</summary>
    private Task<bool> IsSavedAsync(FilingState state) =>
        kernel.Db.ReadAsync(
            actor,
            Permission.ReportFile,
            async tx =>
                await tx.FindAsync<long>(
                    """
                    select count(*) from filing
                    where tenant = @tenant and report_id = @id and epoch = @epoch and version = @next and state = @state
                    """,
                    new
                    {
                        id = _report.Id,
                        epoch = leased.Epoch,
                        next = Version + 1,
                        state = FilingRow.TextOf(state),
                    }
                ) == 1,
            CancellationToken.None
        );

    /// <summary>After the database: a journal that is ahead of it means a database that was put back.</summary>
    private void Note(FilingStep step)
    {
        if (IsNoted(step.State))
        {
            var at = kernel.Time.GetUtcNow();
            var line = JournalLine.Of(_report, step.State, at, ReceiptOf(step));
            journal.Append(
                line with
                {
                    Head = _head > 0 ? _head : null,
                    Address = step.State.ReportId is null ? null : Address,
                    OtherCases = _otherCases is { Count: > 0 } ? _otherCases : null,
                }
            );
        }
    }

    private static bool IsNoted(FilingState state) => state.IsSent || state.IsFinal || state.WaitsForPerson;

    private static ReadOnlyMemory<byte> ReceiptOf(FilingStep step) =>
        step.IsReceipt ? step.Answer!.Bytes : default;

    private bool Waits(FilingState state) =>
        state is { IsSent: false, IsFinal: false, WaitsForPerson: false, NotBefore: { } at }
        && at - kernel.Time.GetUtcNow() > limits.WaitInPlace;

    private sealed class FencedOffException : Exception;
}
