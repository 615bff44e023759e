using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vigil.Evidence;

namespace Vigil.Trust;

/// <summary>
/// Runs the sequencer: several times a second, and at once when an effect waits for its signature. What goes
/// wrong is said in the log, in readiness and by an alarm; what passes is tried again.
/// </summary>
internal sealed class SequencerService(TrustKernel kernel, Alarms alarms, ILogger<SequencerService> log)
    : BackgroundService
{
    private const string AlarmCode = "ledger_not_signed";
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeProvider Clock = TimeProvider.System;

    private readonly Sequencer _sequencer = kernel.NewSequencer();
    private readonly LedgerStanding _standing = kernel.Services.Standing;
    private LedgerTrouble? _told;
    private long _troubleAt;
    private long _stoppedAt;
    private bool _wasHolder;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _standing.Begin();
        kernel.Readiness.Add("ledger", State);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await RoundAsync(stoppingToken))
                {
                    await kernel.Services.SigningBell.WaitAsync(LedgerLimits.Pause, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last rows are signed below.
        }
        await EndAsync();
    }

    /// <summary>True: there is more at once.</summary>
    private async Task<bool> RoundAsync(CancellationToken stopping)
    {
        try
        {
            if (_stoppedAt != 0 && Clock.GetElapsedTime(_stoppedAt) < LedgerLimits.LookAgain)
            {
                return false;
            }
            var isMore = await _sequencer.StepAsync(stopping);
            _stoppedAt = 0;
            await RecoveredAsync(stopping);
            return isMore;
        }
        catch (LeaseLostException)
        {
            SequencerLog.LeaseLost(log);
            _sequencer.Drop();
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The loop must outlive whatever is wrong with one round.
            await FailAsync(TroubleOf(e), e, stopping);
        }
        return false;
    }

    private async Task RecoveredAsync(CancellationToken stopping)
    {
        if (_sequencer.IsHolder == _wasHolder && _told is null)
        {
            return;
        }
        if (_sequencer.IsHolder)
        {
            // Also an alarm that a process before this one raised.
            SequencerLog.Signing(log);
            await alarms.ClearAsync(TenantId.Default, AlarmCode, cancellation: stopping);
        }
        (_wasHolder, _told) = (_sequencer.IsHolder, null);
    }

    private async Task FailAsync(LedgerTrouble trouble, Exception e, CancellationToken stopping)
    {
        if (_standing.Trouble?.Text != trouble.Text)
        {
            SequencerLog.NotSigned(log, trouble.Text, trouble.Detail);
            _troubleAt = LedgerStanding.Now;
        }
        _standing.Fail(trouble);
        if (trouble.IsStopped)
        {
            // Lets go of the folder, so that it can be put right.
            _sequencer.Drop();
            _stoppedAt = LedgerStanding.Now;
        }
        var isLasting = trouble.IsStopped || Clock.GetElapsedTime(_troubleAt) > LedgerLimits.MaxAge;
        // A database that is away has an alarm of its own.
        if (isLasting && _told?.Text != trouble.Text && e is not DatabaseUnavailableException)
        {
            _told = trouble;
            await alarms.RaiseAsync(
                TenantId.Default,
                new Alarm(
                    AlarmCode,
                    trouble.IsStopped ? AlarmSeverity.Page : AlarmSeverity.Urgent,
                    $"{trouble.Text} Privileged acts are refused; scanning and intake go on. {trouble.Advice}"
                ),
                stopping
            );
        }
    }

    private static LedgerTrouble TroubleOf(Exception e) =>
        e switch
        {
            LedgerException => new LedgerTrouble(
                "The ledger, or what it is built over, is not as it was signed.",
                "Read what the ledger's page and the server's log say, keep everything as it is, and run 'vigil ledger "
                    + "verify'.",
                e.Message
            )
            {
                IsStopped = true,
            },
            DatabaseUnavailableException => new LedgerTrouble(
                "The ledger waits for the database.",
                "Look at the database server; this turns green by itself.",
                e.Message
            ),
            Files.FileInUseException => new LedgerTrouble(
                "The ledger's folder is held by another process.",
                "End the other process, or let it sign; this turns green by itself.",
                e.Message
            ),
            IOException or UnauthorizedAccessException => new LedgerTrouble(
                "The ledger's files cannot be written or read: look at their disk.",
                "Free space on it, or correct mount and owner; this turns green by itself.",
                e.Message
            ),
            _ => new LedgerTrouble(
                $"Signing the ledger fails ({e.GetType().Name}).",
                "Look at the server's log; restart it if this stays.",
                e.StackTrace ?? ""
            ),
        };

    /// <summary>Never broken: scanning and intake go on without signatures.</summary>
    private ReadinessState State()
    {
        if (_standing.Trouble is { } trouble)
        {
            return ReadinessState.Warning($"{trouble.Text} Privileged acts are refused.", trouble.Advice) with
            {
                Age = _standing.Age,
            };
        }
        if (_standing.Age <= LedgerLimits.MaxAge)
        {
            return ReadinessState.Ready(
                _sequencer.IsHolder ? "It is signed here." : "It is signed elsewhere."
            ) with
            {
                Age = _standing.Age,
            };
        }
        return ReadinessState.Warning(
            _sequencer.Opening is { } read
                ? $"It is read and compared before anything is added: {read} entries so far."
                : "Its signatures are behind. Privileged acts are refused.",
            "Wait; if this stays, look at the server's log."
        ) with
        {
            Age = _standing.Age,
        };
    }

    private async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(EndWithin);
        try
        {
            if (_standing.Trouble is null)
            {
                await _sequencer.EndAsync(limit.Token);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The rows stand in the database: the next start signs them.
            SequencerLog.NotSigned(log, "The last rows are signed at the next start.", e.GetType().Name);
        }
        _standing.End();
        _sequencer.Drop();
    }
}
