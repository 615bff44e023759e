using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

namespace Vigil.Tests.CyberTip;

public class FilingMachineTests
{
    private static readonly DateTimeOffset Start = SampleReports.Now;

    private FilingState _state = FilingState.Approve(Start, [new(HasDetails: false)]);
    private DateTimeOffset _now = Start;
    private const double Jitter = 1;
    private IReadOnlyList<FilingEffect> _effects = [];

    [Fact]
    public void Retries_wait_by_fullJitter_up_to_five_minutes()
    {
        Assert.Equal(TimeSpan.Zero, FilingTimes.Delay(0, 1, false));
        Assert.Equal(TimeSpan.FromSeconds(1), FilingTimes.Delay(1, 1, false));
        Assert.Equal(TimeSpan.FromSeconds(4), FilingTimes.Delay(4, 0.5, false));
        Assert.Equal(TimeSpan.FromMinutes(5), FilingTimes.Delay(1000, 1, false));
        Assert.Equal(TimeSpan.FromSeconds(30), FilingTimes.Delay(1000, 1, true));
        Assert.Equal(TimeSpan.Zero, FilingTimes.Delay(1000, 0, false));
    }

    [Fact]
    public void A_lost_submit_is_another_attempt_later_and_an_orphan()
    {
        TakeOver();
        Assert.Equal(ServiceCall.Submit, Sent.Call);
        Answer(AnswerClass.Lost);
        Assert.Equal((FilingPhase.Opening, 2, 1), (_state.Phase, _state.Attempt, _state.Orphans));
        Assert.Equal(new WakeAt(Start.AddSeconds(1)), Assert.Single(_effects));
        Wake(Start.AddMilliseconds(500));
        Assert.Equal(new WakeAt(Start.AddSeconds(1)), Assert.Single(_effects));
        Wake(Start.AddSeconds(1));
        Assert.Equal(ServiceCall.Submit, Sent.Call);
    }

    [Fact]
    public void Five_attempts_raise_an_alarm_and_wait_longer_each_time()
    {
        TakeOver();
        for (var attempt = 2; attempt <= FilingTimes.ManyAttempts; attempt++)
        {
            Answer(AnswerClass.ServerSide);
            Assert.Equal(
                attempt == FilingTimes.ManyAttempts,
                _effects.Contains(new Raise(FilingAlarm.ManyAttempts))
            );
            Wake(_state.NotBefore!.Value);
        }
        Assert.Equal(Start.AddSeconds(1 + 2 + 4 + 8), _now);
    }

    [Fact]
    public void A_finish_is_tried_hard_and_late_ones_wake_people()
    {
        ToFinish();
        var (late, veryLate) = (0, 0);
        while (_now < Start.AddHours(21))
        {
            Answer(AnswerClass.Lost);
            late += _effects.Count(effect => effect is Raise { Alarm: FilingAlarm.Late });
            veryLate += _effects.Count(effect => effect is Raise { Alarm: FilingAlarm.VeryLate });
            do
            {
                var wake = Assert.Single(_effects.OfType<WakeAt>()).At;
                Assert.InRange(
                    wake - _now,
                    TimeSpan.Zero,
                    _now < Start.AddHours(1) ? TimeSpan.FromSeconds(30) : TimeSpan.FromMinutes(5)
                );
                Wake(wake);
                late += _effects.Count(effect => effect is Raise { Alarm: FilingAlarm.Late });
                veryLate += _effects.Count(effect => effect is Raise { Alarm: FilingAlarm.VeryLate });
            } while (!_effects.OfType<Send>().Any());
            Assert.Equal(ServiceCall.Finish, Sent.Call);
        }
        Assert.Equal((1, 1), (late, veryLate));
    }

    [Fact]
    public void After_a_lost_finish_done_before_is_filed_and_unknown_needs_a_person()
    {
        ToFinish();
        Answer(AnswerClass.Lost);
        Wake(_state.NotBefore!.Value);
        var lost = _state;
        Answer(AnswerClass.AlreadyFinished);
        Assert.Equal(FilingPhase.FiledReceiptLost, _state.Phase);
        Assert.Contains(new Raise(FilingAlarm.ReceiptLost), _effects);

        _state = lost;
        Answer(AnswerClass.NoSuchReport);
        Assert.Equal(FilingPhase.NeedsHuman, _state.Phase);
        Assert.Contains(new Raise(FilingAlarm.NeedsHuman), _effects);
        TakeOver();
        Assert.Empty(_effects);
        var unsure = _state;
        Decide(FilingDecision.Withdraw);
        Assert.Equal(unsure, _state);
        Decide(FilingDecision.TakeAsFiled);
        Assert.Equal(FilingPhase.FiledReceiptLost, _state.Phase);

        _state = unsure;
        Decide(FilingDecision.FileAgain);
        Assert.Equal((FilingPhase.Opening, 2), (_state.Phase, _state.Attempt));
        Assert.Empty(_effects.OfType<Send>());
        _now = _state.NotBefore!.Value;
        TakeOver();
        Assert.Equal(ServiceCall.Submit, Sent.Call);

        _state = lost;
        Answer(AnswerClass.AlreadyRetracted);
        Assert.Equal((FilingPhase.Opening, 2), (_state.Phase, _state.Attempt));
    }

    [Fact]
    public void Unknown_without_a_lost_finish_is_expired_and_begun_anew()
    {
        ToFinish();
        Answer(AnswerClass.NoSuchReport);
        Assert.Equal((FilingPhase.Opening, 2), (_state.Phase, _state.Attempt));
    }

    [Fact]
    public void A_report_that_our_own_clock_calls_expired_is_not_gone_on_with()
    {
        ToFinish();
        Answer(AnswerClass.Credentials);
        Assert.Equal(Start.AddHours(24), _state.ExpiresAt);
        Decide(FilingDecision.Continue);
        _now = Start.AddHours(24).AddSeconds(1);
        TakeOver();
        Assert.Equal((FilingPhase.Opening, 2), (_state.Phase, _state.Attempt));
    }

    /// <summary>A proxy's 404, 413 or 403: the service may have finished before something on the way said that.</summary>
    [Theory]
    [InlineData(AnswerClass.Operator, 404)]
    [InlineData(AnswerClass.Refused, 413)]
    [InlineData(AnswerClass.Credentials, 403)]
    [InlineData(AnswerClass.Credentials, 407)]
    public void An_answer_to_a_finish_without_the_services_code_may_follow_one_that_arrived(
        AnswerClass said,
        int status
    )
    {
        ToFinish();
        Answer(said, status: status);
        Assert.True(_state.FinishMayHaveArrived);
        if (_state.BlockedBy is not null)
        {
            Decide(FilingDecision.Continue);
            _now = Start.AddHours(24).AddSeconds(1);
            TakeOver();
        }
        // By our clock it would be expired; the service is asked all the same.
        Answer(AnswerClass.NoSuchReport);
        Assert.Equal((FilingPhase.NeedsHuman, 1), (_state.Phase, _state.Attempt));

        Begin();
        ToFinish();
        Answer(said, status: status);
        if (_state.BlockedBy is not null)
        {
            Decide(FilingDecision.Withdraw);
            TakeOver();
        }
        Answer(AnswerClass.AlreadyFinished);
        Assert.Equal(FilingPhase.FiledReceiptLost, _state.Phase);

        // The service's own word is certain.
        Begin();
        ToFinish();
        Answer(said);
        Assert.False(_state.FinishMayHaveArrived);
        // So is its refusal of credentials, which has no body.
        Begin();
        ToFinish();
        Answer(AnswerClass.Credentials, status: 401);
        Assert.False(_state.FinishMayHaveArrived);
    }

    [Fact]
    public void A_report_finished_by_nobody_here_is_an_alarm()
    {
        ToUpload();
        Answer(AnswerClass.AlreadyFinished);
        Assert.Equal(FilingPhase.NeedsHuman, _state.Phase);
        Assert.Contains(new Raise(FilingAlarm.InvariantBroken), _effects);
    }

    [Fact]
    public void Refused_when_open_is_retracted_and_then_rejected()
    {
        ToFinish();
        Answer(AnswerClass.Refused);
        Assert.Equal(ServiceCall.Retract, Sent.Call);
        Answer(AnswerClass.Refused);
        Assert.Equal((FilingPhase.Rejected, 1), (_state.Phase, _state.Orphans));
        Assert.Contains(new Raise(FilingAlarm.Rejected), _effects);
    }

    [Fact]
    public void Wrong_bytes_are_retracted_and_sent_anew()
    {
        ToUpload();
        Answer(AnswerClass.Done, fileId: "a", md5Matches: null);
        Assert.Contains(new Raise(FilingAlarm.WrongMd5), _effects);
        Assert.Equal(ServiceCall.Retract, Sent.Call);
        Answer(AnswerClass.Done);
        Assert.Equal((FilingPhase.Opening, 2), (_state.Phase, _state.Attempt));

        // What the alarm says follows, unless it was taken back meanwhile.
        Begin();
        ToUpload();
        Decide(FilingDecision.Withdraw);
        Answer(AnswerClass.Done, fileId: "a", md5Matches: false);
        Assert.Contains(new Raise(FilingAlarm.WrongMd5), _effects);
        Answer(AnswerClass.Done);
        Assert.Equal((FilingPhase.Withdrawn, 1), (_state.Phase, _state.Attempt));
    }

    [Fact]
    public void A_receipt_of_other_files_is_kept_and_an_alarm()
    {
        ToFinish();
        Answer(AnswerClass.Done, fileIds: ["other"]);
        Assert.Equal(FilingPhase.Filed, _state.Phase);
        Assert.Contains(new Raise(FilingAlarm.ReceiptDiffers), _effects);
        Assert.Single(_effects.OfType<KeepReceipt>());
    }

    [Fact]
    public void A_person_can_take_it_back_until_it_is_being_finished()
    {
        Decide(FilingDecision.Withdraw);
        Assert.Equal(FilingPhase.Withdrawn, _state.Phase);

        Begin();
        ToUpload();
        Decide(FilingDecision.Withdraw);
        Assert.Equal(FilingPhase.Uploading, _state.Phase);
        Answer(AnswerClass.Done, fileId: "a", md5Matches: true);
        Assert.Equal(ServiceCall.Retract, Sent.Call);
        Answer(AnswerClass.Done);
        Assert.Equal(FilingPhase.Withdrawn, _state.Phase);

        Begin();
        ToUpload();
        Answer(AnswerClass.Operator);
        Decide(FilingDecision.Withdraw);
        Assert.Empty(_effects.OfType<Send>());
        TakeOver();
        Assert.Equal(ServiceCall.Retract, Sent.Call);
    }

    [Fact]
    public void Taken_back_while_it_is_finished_is_asked_for_by_a_retraction()
    {
        ToFinish();
        Decide(FilingDecision.Withdraw);
        Assert.Empty(_effects.OfType<Send>());
        var (finishing, now) = (_state, _now);
        // What is on its way is heard first.
        Answer(AnswerClass.Done, fileIds: ["a"]);
        Assert.Equal(FilingPhase.Filed, _state.Phase);

        foreach (
            var (meaning, phase) in ((AnswerClass, FilingPhase)[])
                [
                    (AnswerClass.Done, FilingPhase.Withdrawn),
                    (AnswerClass.AlreadyRetracted, FilingPhase.Withdrawn),
                    (AnswerClass.AlreadyFinished, FilingPhase.FiledReceiptLost),
                    (AnswerClass.NoSuchReport, FilingPhase.NeedsHuman),
                ]
        )
        {
            (_state, _now) = (finishing, now);
            Answer(AnswerClass.Lost);
            Assert.Equal(ServiceCall.Retract, Sent.Call);
            Answer(meaning);
            Assert.Equal(phase, _state.Phase);
        }

        // While it waits to be repeated, and where that finds that the report is gone.
        Begin();
        ToFinish();
        Answer(AnswerClass.Lost);
        Decide(FilingDecision.Withdraw);
        TakeOver();
        Assert.Equal(ServiceCall.Retract, Sent.Call);
        (_state, _now) = (finishing, now);
        Answer(AnswerClass.AlreadyRetracted);
        Assert.Equal(FilingPhase.Withdrawn, _state.Phase);

        // Refused credentials: a finish is not what goes on.
        (_state, _now) = (finishing, now);
        Answer(AnswerClass.Credentials);
        Decide(FilingDecision.Continue);
        TakeOver();
        Assert.Equal(ServiceCall.Retract, Sent.Call);

        // Who sends it again says so after they took it back.
        _state = finishing with
        {
            Phase = FilingPhase.NeedsHuman,
            IsSent = false,
        };
        Decide(FilingDecision.FileAgain);
        Assert.Equal((FilingPhase.Opening, false), (_state.Phase, _state.IsWithdrawn));
    }

    [Fact]
    public void Blocked_waits_for_a_person_and_then_repeats_the_very_call()
    {
        ToUpload();
        Answer(AnswerClass.Credentials);
        Assert.True(_state.WaitsForPerson);
        Wake(_now.AddHours(1));
        TakeOver();
        Assert.Empty(_effects.OfType<Send>());
        Decide(FilingDecision.Continue);
        Wake(_now);
        Assert.Equal((ServiceCall.Upload, 0), (Sent.Call, Sent.File));
    }

    [Fact]
    public void Zombies_late_answers_and_final_states_change_nothing()
    {
        ToUpload();
        var before = _state;
        Step(new Answered(_state.Epoch - 1, _now, 0, _state.CallNumber, AnswerOf(AnswerClass.Lost)));
        Step(new Answered(_state.Epoch, _now, 0, _state.CallNumber - 1, AnswerOf(AnswerClass.Lost)));
        Step(new TookOver(_state.Epoch, _now, 0));
        Step(new WokeUp(_state.Epoch, _now, 0));
        Assert.Equal(before, _state);
        _state = _state with { Phase = FilingPhase.Filed };
        Step(new TookOver(_state.Epoch + 1, _now, 0));
        Assert.Equal(before with { Phase = FilingPhase.Filed }, _state);
    }

    [Fact]
    public void Request_ids_are_kept_bounded_and_the_state_survives_its_store()
    {
        ToFinish();
        for (var call = 0; call < FilingState.MaxRequestIds + 5; call++)
        {
            Answer(AnswerClass.Lost, requestId: $"R{call}");
            Wake(_state.NotBefore!.Value);
        }
        Assert.Equal(FilingState.MaxRequestIds, _state.RequestIds.Count);
        Assert.Equal("R104", _state.RequestIds[^1]);
        Assert.Equal(_state, FilingState.Parse(_state.ToUtf8Json()));
        Assert.Throws<FormatException>(() => FilingState.Parse("{}x"u8));
        Assert.Throws<FormatException>(() => FilingState.Parse("""{"Format": 2}"""u8));
    }

    private Send Sent => Assert.Single(_effects.OfType<Send>());

    private void Begin() => (_state, _now) = (FilingState.Approve(Start, [new(HasDetails: false)]), Start);

    private void ToUpload()
    {
        TakeOver();
        Answer(AnswerClass.Done);
        Assert.Equal(ServiceCall.Upload, Sent.Call);
    }

    private void ToFinish()
    {
        ToUpload();
        Answer(AnswerClass.Done, fileId: "a", md5Matches: true);
        Assert.Equal(ServiceCall.Finish, Sent.Call);
    }

    private void TakeOver() => Step(new TookOver(_state.Epoch + 1, _now, Jitter));

    private void Decide(FilingDecision decision) =>
        Step(new PersonDecided(_state.Epoch, _now, Jitter, decision));

    private void Wake(DateTimeOffset at)
    {
        _now = at;
        Step(new WokeUp(_state.Epoch, _now, Jitter));
    }

    private void Answer(
        AnswerClass meaning,
        string? fileId = null,
        bool? md5Matches = null,
        ValueList<string>? fileIds = null,
        string? requestId = null,
        int? status = null
    ) =>
        Step(
            new Answered(
                _state.Epoch,
                _now,
                Jitter,
                _state.CallNumber,
                AnswerOf(meaning) with
                {
                    Code = status is null ? CodeOf(meaning) : null,
                    HttpStatus = status,
                    FileId = fileId,
                    Md5Matches = md5Matches,
                    FileIds = fileIds,
                    RequestId = requestId,
                }
            )
        );

    private ServiceAnswer AnswerOf(AnswerClass meaning) =>
        new()
        {
            Call = ServiceCall.Status,
            Class = meaning,
            ReportId = _state.ReportId ?? 1,
        };

    /// <summary>As the service itself says it.</summary>
    private static int? CodeOf(AnswerClass meaning) =>
        meaning switch
        {
            AnswerClass.Done => 0,
            AnswerClass.ServerSide => 1000,
            AnswerClass.Operator => 1210,
            AnswerClass.Credentials => 2000,
            AnswerClass.Refused => 4000,
            AnswerClass.NoSuchReport => 5001,
            AnswerClass.NoSuchFile => 5002,
            AnswerClass.AlreadyRetracted => 5101,
            AnswerClass.AlreadyFinished => 5102,
            _ => null,
        };

    private void Step(FilingEvent happened)
    {
        var next = FilingMachine.Step(_state, happened);
        (_state, _effects) = (next.State, next.Effects);
    }
}
