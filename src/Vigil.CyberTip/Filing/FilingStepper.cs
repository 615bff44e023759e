using Vigil.CyberTip.Service;

namespace Vigil.CyberTip.Filing;

/// <summary>One step of <see cref="FilingMachine"/>.</summary>
internal sealed class FilingStepper(FilingState before, FilingEvent happened)
{
    private readonly List<FilingEffect> _effects = [];
    private FilingState _state = before;

    private DateTimeOffset Now => happened.At;

    public Transition Result()
    {
        RaiseWhatIsLate();
        return new(_state, [.. _effects]);
    }

    public void Run()
    {
        switch (happened)
        {
            case TookOver take:
                _state = _state with { Epoch = take.Epoch };
                TakeOver();
                break;
            case WokeUp when _state is { IsSent: false, WaitsForPerson: false }:
                GoOn();
                break;
            case Answered answered when _state.IsSent && answered.CallNumber == _state.CallNumber:
                Note(answered.Answer);
                OnAnswer(answered.Answer);
                break;
            case PersonDecided decided:
                OnDecision(decided.Decision);
                break;
            default:
                break;
        }
    }

    private void TakeOver()
    {
        if (_state.WaitsForPerson)
        {
            return;
        }
        if (_state.IsSent)
        {
            OnLost();
        }
        else
        {
            GoOn();
        }
    }

    private void Note(ServiceAnswer answer)
    {
        var ids = answer.RequestId is { } id
            ? _state.RequestIds.Append(id).TakeLast(FilingState.MaxRequestIds)
            : _state.RequestIds;
        _state = _state with { IsSent = false, LastCode = answer.Code, RequestIds = [.. ids] };
    }

    private void OnAnswer(ServiceAnswer answer)
    {
        if (
            _state.Phase == FilingPhase.Finishing
            && answer
                is { Code: null, Class: AnswerClass.Operator or AnswerClass.Refused }
                    or { Code: null, Class: AnswerClass.Credentials, HttpStatus: 403 or 407 }
        )
        {
            // Not the service's word but that of something on the way, which may have let the finish pass before. The
            // service's own 401 has no body.
            _state = _state with
            {
                FinishMayHaveArrived = true,
            };
        }
        switch (answer.Class)
        {
            case AnswerClass.Done:
                OnDone(answer);
                break;
            case AnswerClass.Credentials or AnswerClass.Operator:
                _state = _state with { BlockedBy = answer.Class };
                _effects.Add(new Raise(FilingAlarm.Blocked));
                break;
            case AnswerClass.Refused:
                OnRefused();
                break;
            case AnswerClass.NoSuchReport when _state.Phase != FilingPhase.Opening:
                OnGone(isCertain: false);
                break;
            case AnswerClass.AlreadyRetracted when _state.Phase != FilingPhase.Opening:
                OnGone(isCertain: true);
                break;
            case AnswerClass.AlreadyFinished when _state.Phase != FilingPhase.Opening:
                OnFinishedBefore();
                break;
            case AnswerClass.NoSuchFile
                when _state.Phase is FilingPhase.Uploading or FilingPhase.Describing or FilingPhase.Finishing:
                Retract(FilingPhase.Opening);
                break;
            default:
                OnLost();
                break;
        }
    }

    private void OnDone(ServiceAnswer answer)
    {
        switch (_state.Phase)
        {
            case FilingPhase.Opening:
                _state = _state with
                {
                    ReportId = answer.ReportId,
                    OpenedAt = Now,
                    ModifiedAt = Now,
                    Tries = 0,
                };
                SendNextPart();
                break;
            case FilingPhase.Uploading when answer is { Md5Matches: true, FileId: { } fileId }:
                var file = _state.Files[_state.Current] with { FileId = fileId };
                _state = _state with
                {
                    Files = _state.Files.With(_state.Current, file),
                    ModifiedAt = Now,
                    Tries = 0,
                };
                if (file.HasDetails)
                {
                    Begin(FilingPhase.Describing);
                    break;
                }
                _state = _state with { Current = _state.Current + 1 };
                SendNextPart();
                break;
            case FilingPhase.Uploading:
                _effects.Add(new Raise(FilingAlarm.WrongMd5));
                Retract(FilingPhase.Opening);
                break;
            case FilingPhase.Describing:
                _state = _state with { Current = _state.Current + 1, ModifiedAt = Now, Tries = 0 };
                SendNextPart();
                break;
            case FilingPhase.Finishing:
                OnReceipt(answer);
                break;
            default:
                AfterRetraction();
                break;
        }
    }

    private void OnReceipt(ServiceAnswer answer)
    {
        _state = _state with { Phase = FilingPhase.Filed };
        _effects.Add(new KeepReceipt(answer));
        var sent = _state.Files.Select(file => file.FileId).Order(StringComparer.Ordinal);
        var received = (answer.FileIds ?? []).Order(StringComparer.Ordinal);
        if (answer.ReportId != _state.ReportId || !sent.SequenceEqual(received))
        {
            _effects.Add(new Raise(FilingAlarm.ReceiptDiffers));
        }
    }

    /// <summary>Nobody knows whether the call had its effect.</summary>
    private void OnLost()
    {
        _state = _state with { IsSent = false, Tries = _state.Tries + 1 };
        switch (_state.Phase)
        {
            case FilingPhase.Opening:
                _state = _state with { Orphans = _state.Orphans + 1 };
                BeginAnew();
                break;
            case FilingPhase.Uploading or FilingPhase.Describing:
                Retract(FilingPhase.Opening);
                break;
            case FilingPhase.Finishing:
                _state = _state with { FinishMayHaveArrived = true };
                if (_state.IsWithdrawn)
                {
                    // A retraction asks too: it is taken back, or was finished before.
                    Retract(FilingPhase.Withdrawn);
                    break;
                }
                SendOrWait();
                break;
            default:
                SendOrWait();
                break;
        }
    }

    private void OnRefused()
    {
        switch (_state.Phase)
        {
            case FilingPhase.Opening:
                End(FilingPhase.Rejected);
                break;
            case FilingPhase.Retracting when _state.FinishMayHaveArrived:
                NeedsHuman();
                break;
            case FilingPhase.Retracting:
                // Never finished, so it expires by itself.
                _state = _state with
                {
                    Orphans = _state.Orphans + 1,
                };
                AfterRetraction();
                break;
            default:
                Retract(FilingPhase.Rejected);
                break;
        }
    }

    /// <summary>The open report is no more; not certain: or it is filed and the service no longer knows it.</summary>
    private void OnGone(bool isCertain)
    {
        if (_state.FinishMayHaveArrived && !isCertain)
        {
            NeedsHuman();
        }
        else if (_state.Phase == FilingPhase.Retracting)
        {
            AfterRetraction();
        }
        else
        {
            BeginAnew();
        }
    }

    private void OnFinishedBefore()
    {
        if (_state.Phase == FilingPhase.Finishing || _state.FinishMayHaveArrived)
        {
            _effects.Add(new Raise(FilingAlarm.ReceiptLost));
            End(FilingPhase.FiledReceiptLost);
            return;
        }
        _effects.Add(new Raise(FilingAlarm.InvariantBroken));
        NeedsHuman();
    }

    private void OnDecision(FilingDecision decision)
    {
        switch (decision)
        {
            case FilingDecision.Continue when _state.BlockedBy is not null:
                _state = _state with { BlockedBy = null };
                if (_state is { IsWithdrawn: true, Phase: FilingPhase.Finishing })
                {
                    Withdraw();
                    break;
                }
                SendNow();
                break;
            case FilingDecision.FileAgain when _state.Phase == FilingPhase.NeedsHuman:
                // The newer word counts.
                _state = _state with
                {
                    IsWithdrawn = false,
                };
                BeginAnew();
                break;
            case FilingDecision.TakeAsFiled when _state.Phase == FilingPhase.NeedsHuman:
                End(FilingPhase.FiledReceiptLost);
                break;
            case FilingDecision.Withdraw when _state.Phase != FilingPhase.NeedsHuman:
                // What is on its way is heard first; whatever follows from it, this is remembered.
                _state = _state with
                {
                    IsWithdrawn = true,
                    BlockedBy = null,
                };
                if (!_state.IsSent)
                {
                    Withdraw();
                }
                break;
            default:
                break;
        }
    }

    private void Withdraw()
    {
        if (_state.ReportId is null)
        {
            End(FilingPhase.Withdrawn);
        }
        else if (_state.Phase != FilingPhase.Retracting)
        {
            Retract(FilingPhase.Withdrawn);
        }
        else
        {
            _state = _state with { AfterRetraction = FilingPhase.Withdrawn };
            SendNow();
        }
    }

    private void SendNextPart()
    {
        if (_state.IsWithdrawn)
        {
            Withdraw();
            return;
        }
        Begin(_state.Current < _state.Files.Count ? FilingPhase.Uploading : FilingPhase.Finishing);
    }

    private void Retract(FilingPhase after)
    {
        after = _state.IsWithdrawn ? FilingPhase.Withdrawn : after;
        _state = _state with { AfterRetraction = after };
        Begin(FilingPhase.Retracting);
    }

    private void AfterRetraction()
    {
        var after = _state.IsWithdrawn
            ? FilingPhase.Withdrawn
            : _state.AfterRetraction ?? FilingPhase.Opening;
        if (after == FilingPhase.Opening)
        {
            BeginAnew();
        }
        else
        {
            End(after);
        }
    }

    /// <summary>Another report. Only where this attempt's finish was not sent, or surely did not arrive.</summary>
    private void BeginAnew()
    {
        if (_state.IsWithdrawn)
        {
            End(FilingPhase.Withdrawn);
            return;
        }
        _state = _state with
        {
            Phase = FilingPhase.Opening,
            Attempt = _state.Attempt + 1,
            ReportId = null,
            Files = [.. _state.Files.Select(file => file with { FileId = null })],
            Current = 0,
            FinishMayHaveArrived = false,
            AfterRetraction = null,
            OpenedAt = null,
            ModifiedAt = null,
            // The attempts count as tries: what fails again and again waits longer and longer.
            Tries = _state.Attempt,
        };
        if (_state.Attempt == FilingTimes.ManyAttempts)
        {
            _effects.Add(new Raise(FilingAlarm.ManyAttempts));
        }
        SendOrWait();
    }

    private void Begin(FilingPhase phase)
    {
        _state = _state with { Phase = phase, Tries = 0, IsSent = false };
        SendOrWait();
    }

    /// <summary>What was waited for has come, or the wait is taken over.</summary>
    private void GoOn()
    {
        if (_state.Phase == FilingPhase.Approved)
        {
            Begin(FilingPhase.Opening);
        }
        else if (Now < _state.NotBefore)
        {
            _effects.Add(new WakeAt(WakeTime(_state.NotBefore.Value)));
        }
        else
        {
            SendNow();
        }
    }

    private void SendOrWait()
    {
        var isUrgent =
            _state.Phase == FilingPhase.Finishing
            && Now < _state.ModifiedAt + FilingTimes.LifetimeAfterChange;
        var delay = FilingTimes.Delay(_state.Tries, happened.Jitter, isUrgent);
        if (delay == TimeSpan.Zero)
        {
            SendNow();
            return;
        }
        _state = _state with { IsSent = false, NotBefore = Now + delay };
        _effects.Add(new WakeAt(WakeTime(Now + delay)));
    }

    private void SendNow()
    {
        if (happened is PersonDecided)
        {
            // Persons decide in a transaction of their own; calls are a worker's.
            _state = _state with
            {
                IsSent = false,
                NotBefore = Now,
            };
            _effects.Add(new WakeAt(Now));
            return;
        }
        if (Now > _state.ExpiresAt && !_state.FinishMayHaveArrived)
        {
            // Gone by itself, and never finished: nothing to take back.
            OnGone(isCertain: true);
            return;
        }
        _state = _state with { CallNumber = _state.CallNumber + 1, IsSent = true, NotBefore = null };
        var call = _state.Phase switch
        {
            FilingPhase.Opening => ServiceCall.Submit,
            FilingPhase.Uploading => ServiceCall.Upload,
            FilingPhase.Describing => ServiceCall.FileInfo,
            FilingPhase.Finishing => ServiceCall.Finish,
            _ => ServiceCall.Retract,
        };
        var isOfFile = _state.Phase is FilingPhase.Uploading or FilingPhase.Describing;
        _effects.Add(
            new Send(
                _state.CallNumber,
                call,
                _state.ReportId,
                isOfFile ? _state.Current : -1,
                isOfFile ? _state.Files[_state.Current].FileId : null
            )
        );
    }

    private void NeedsHuman()
    {
        _state = _state with { Phase = FilingPhase.NeedsHuman, IsSent = false, NotBefore = null };
        _effects.Add(new Raise(FilingAlarm.NeedsHuman));
    }

    private void End(FilingPhase phase)
    {
        _state = _state with { Phase = phase, IsSent = false, NotBefore = null };
        if (phase == FilingPhase.Rejected)
        {
            _effects.Add(new Raise(FilingAlarm.Rejected));
        }
    }

    private void RaiseWhatIsLate()
    {
        if (_state.IsFinal)
        {
            return;
        }
        foreach (var (alarm, after) in Deadlines)
        {
            if (Now >= _state.ApprovedAt + after && !_state.Raised.Contains(alarm))
            {
                _state = _state with { Raised = [.. _state.Raised, alarm] };
                _effects.Add(new Raise(alarm));
            }
        }
    }

    /// <summary>An alarm that falls due before the next call is not to be slept through.</summary>
    private DateTimeOffset WakeTime(DateTimeOffset next) =>
        Deadlines
            .Where(each => !_state.Raised.Contains(each.Alarm))
            .Select(each => _state.ApprovedAt + each.After)
            .Where(due => due > Now)
            .Append(next)
            .Min();

    private static readonly (FilingAlarm Alarm, TimeSpan After)[] Deadlines =
    [
        (FilingAlarm.Late, FilingTimes.Late),
        (FilingAlarm.VeryLate, FilingTimes.VeryLate),
    ];
}
