using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

namespace Vigil.Tests.CyberTip;

internal enum RemoteState
{
    Open,
    Finished,
    Retracted,
    Expired,
}

/// <summary>A file as the service has it: which of ours, how often described, and whether its bytes are right.</summary>
internal sealed record RemoteFile(int Plan, int Described, bool IsRight);

/// <summary>A report as the service has it. Forgotten: it is finished, and the service no longer says so.</summary>
internal sealed record Remote(RemoteState State, ValueList<RemoteFile> Files, bool IsForgotten = false);

/// <summary>A process: what it last read of the store, the call it is about to make, the answer it has got.</summary>
internal sealed record Worker(
    bool IsAlive,
    FilingState? Known = null,
    Send? Pending = null,
    Answered? Arrived = null
)
{
    public static readonly Worker Dead = new(false);
}

/// <summary>How a call goes wrong.</summary>
internal enum CallFault
{
    None,
    LostBefore,
    LostAfter,
    WrongBytes,
}

/// <summary>
/// All that there is: the service, the durable store, one or two processes, the clock, and how many faults may still
/// happen. Immutable and comparable, so that each state is looked at once.
/// </summary>
internal sealed record FilingWorld
{
    public ValueList<Remote> Service { get; init; } = [];
    public required FilingState Store { get; init; }
    public required ValueList<Worker> Workers { get; init; }
    public long LastEpoch { get; init; }
    public int Hours { get; init; }
    public int FaultsLeft { get; init; }
    public bool HasExpired { get; init; }

    /// <summary>How often a person may still take it back.</summary>
    public int WithdrawalsLeft { get; init; }

    public bool IsTakenBack { get; init; }

    /// <summary>Somebody took it back, and no finish was under way or lost by then or after.</summary>
    public bool IsTakenBackInTime { get; init; }

    private DateTimeOffset Now => SampleReports.Now.AddHours(Hours);

    public static FilingWorld Begin(int files, int workers, int faults) =>
        new()
        {
            Store = FilingState.Approve(
                SampleReports.Now,
                [.. Enumerable.Range(0, files).Select(index => new FilingFile(HasDetails: index != 1))]
            ),
            Workers = [.. Enumerable.Repeat(Worker.Dead, workers)],
            FaultsLeft = faults,
        };

    /// <summary>All that can happen next; nothing: the story is at its end.</summary>
    public IEnumerable<FilingWorld> Next(FilingProtocol protocol)
    {
        for (var index = 0; index < Workers.Count; index++)
        {
            foreach (var next in NextOf(index, protocol))
            {
                yield return next;
            }
        }
        if (WithdrawalsLeft > 0 && !Store.IsFinal && Store.Phase != FilingPhase.NeedsHuman)
        {
            yield return TakeBack(protocol);
        }
        if (FaultsLeft > 0 && IsUnderWay)
        {
            yield return Expire();
            if (Service.Any(remote => remote is { State: RemoteState.Finished, IsForgotten: false }))
            {
                yield return Faulty() with
                {
                    Service =
                    [
                        .. Service.Select(r => r with { IsForgotten = r.State == RemoteState.Finished }),
                    ],
                };
            }
        }
    }

    /// <summary>What is wrong at the end of a story; null: nothing.</summary>
    public string? Verdict()
    {
        var finished = Service.Where(remote => remote.State == RemoteState.Finished).ToList();
        if (finished.Count > 1)
        {
            return "filed twice";
        }
        if (IsTakenBackInTime && finished.Count > 0)
        {
            return "filed though taken back";
        }
        switch (Store.Phase)
        {
            case FilingPhase.Withdrawn when IsTakenBack:
                return finished.Count == 0 ? null : "filed and called withdrawn";
            case FilingPhase.Filed or FilingPhase.FiledReceiptLost:
                return finished.Count == 0 ? "lost"
                    : Service[(int)Store.ReportId!.Value - 1] != finished[0] ? "another report was filed"
                    : !HasAllFiles(finished[0]) ? "other files were filed"
                    : null;
            case FilingPhase.NeedsHuman:
                return HasExpired || Service.Any(remote => remote.IsForgotten)
                    ? null
                    : "a person for nothing";
            default:
                return $"ended as {Store.Phase}";
        }
    }

    /// <summary>
    /// The same world without what makes no difference to what follows: reports that nobody knows and that are not
    /// finished, numbers of calls, attempts and tries, distances of epochs, and how long ago something happened. (No
    /// jitter is drawn, so nothing waits by them.)
    /// </summary>
    public FilingWorld Canonical()
    {
        var states = Workers
            .Where(worker => worker.IsAlive)
            .Select(worker => worker.Known!)
            .Append(Store)
            .ToList();
        var epochs = states.Select(state => state.Epoch).Distinct().Order().ToList();
        var arriving = Workers.Select(worker => worker.Arrived?.Answer.ReportId);
        var known = states.Select(state => state.ReportId).Concat(arriving).ToHashSet();
        var kept = Service
            .Select((remote, index) => (remote, id: (long?)(index + 1)))
            .Where(each => each.remote.State == RemoteState.Finished || known.Contains(each.id))
            .ToList();
        var ids = kept.Select((each, index) => (each.id, index))
            .ToDictionary(each => each.id!.Value, each => each.index + 1L);
        long? IdOf(long? id) => id is { } given ? ids[given] : null;
        FilingState Plain(FilingState state) =>
            state with
            {
                Epoch = epochs.IndexOf(state.Epoch) + 1,
                ReportId = IdOf(state.ReportId),
                CallNumber = 1,
                Attempt = 1,
                Tries = 0,
                Orphans = 0,
                Raised = [],
                ApprovedAt = SampleReports.Now,
                OpenedAt = Aged(state.OpenedAt),
                ModifiedAt = Aged(state.ModifiedAt),
                NotBefore = null,
            };
        Worker PlainWorker(Worker worker) =>
            !worker.IsAlive
                ? worker
                : worker with
                {
                    Known = Plain(worker.Known!),
                    Pending = worker.Pending is { } send
                        ? send with
                        {
                            Number = 1,
                            ReportId = IdOf(send.ReportId),
                        }
                        : null,
                    Arrived = worker.Arrived is { } arrived
                        ? arrived with
                        {
                            Epoch = epochs.IndexOf(arrived.Epoch) + 1,
                            At = SampleReports.Now,
                            CallNumber = 1,
                            Answer = arrived.Answer with { ReportId = IdOf(arrived.Answer.ReportId) },
                        }
                        : null,
                };
        return this with
        {
            Service =
            [
                .. kept.Select(each =>
                    each.remote.State is RemoteState.Retracted or RemoteState.Expired
                        ? each.remote with
                        {
                            Files = [],
                        }
                        : each.remote
                ),
            ],
            Store = Plain(Store),
            Workers = [.. Workers.Select(PlainWorker)],
            LastEpoch = epochs.Count,
            Hours = 0,
            HasExpired = HasExpired || Hours > 0,
        };
    }

    /// <summary>Just now, or so long ago that it is expired.</summary>
    private DateTimeOffset? Aged(DateTimeOffset? time) =>
        time is null ? null
        : Now - time > TimeSpan.FromHours(24) ? SampleReports.Now.AddHours(-25)
        : SampleReports.Now;

    private bool IsUnderWay =>
        Workers.Any(worker => worker.IsAlive && (worker.Pending ?? (object?)worker.Arrived) is not null);

    private bool HasAllFiles(Remote remote) =>
        remote.Files.Count == Store.Files.Count
        && remote.Files.All(file =>
            file.IsRight && file.Described == (Store.Files[file.Plan].HasDetails ? 1 : 0)
        )
        && remote
            .Files.Select(file => file.Plan)
            .Order()
            .SequenceEqual(Enumerable.Range(0, Store.Files.Count));

    private IEnumerable<FilingWorld> NextOf(int index, FilingProtocol protocol)
    {
        var worker = Workers[index];
        if (!worker.IsAlive)
        {
            // Beside a living one it starts only when that one's lease ran out: a fault.
            var isAlone = Workers.All(each => !each.IsAlive);
            if (!Store.IsFinal && Store.Phase != FilingPhase.NeedsHuman && (isAlone || FaultsLeft > 0))
            {
                yield return Start(index, protocol, isAlone);
            }
            yield break;
        }
        if (worker.Arrived is not null)
        {
            yield return Persist(index, protocol);
        }
        else if (worker.Pending is { } send)
        {
            yield return Call(index, send, CallFault.None);
            if (FaultsLeft > 0)
            {
                yield return Faulty().Call(index, send, CallFault.LostBefore);
                yield return Faulty().Call(index, send, CallFault.LostAfter);
                if (send.Call == ServiceCall.Upload)
                {
                    yield return Faulty().Call(index, send, CallFault.WrongBytes);
                }
            }
        }
        if (FaultsLeft > 0 && (worker.Pending ?? (object?)worker.Arrived) is not null)
        {
            yield return Faulty().Set(index, Worker.Dead);
        }
    }

    private FilingWorld Faulty() => this with { FaultsLeft = FaultsLeft - 1 };

    private FilingWorld Set(int index, Worker worker) => this with { Workers = Workers.With(index, worker) };

    /// <summary>In a transaction of its own: it counts for whoever has the lease.</summary>
    private FilingWorld TakeBack(FilingProtocol protocol) =>
        this with
        {
            WithdrawalsLeft = WithdrawalsLeft - 1,
            IsTakenBack = true,
            Store = protocol
                .Step(Store, new PersonDecided(Store.Epoch, Now, 0, FilingDecision.Withdraw))
                .State,
            // A finish that is on its way, or was, may have its effect all the same.
            IsTakenBackInTime =
                Service.All(remote => remote.State != RemoteState.Finished)
                && Workers.All(worker => worker.Pending?.Call != ServiceCall.Finish),
        };

    private FilingWorld Start(int index, FilingProtocol protocol, bool isAlone)
    {
        var epoch = LastEpoch + 1;
        var next = protocol.Step(Store, new TookOver(epoch, Now, 0));
        var world = (isAlone ? this : Faulty()) with { LastEpoch = epoch, Store = next.State };
        return world.Set(index, new Worker(true, next.State, next.Effects.OfType<Send>().SingleOrDefault()));
    }

    /// <summary>The answer becomes a state and the state durable; a worker without the lease is refused and ends.</summary>
    private FilingWorld Persist(int index, FilingProtocol protocol)
    {
        var worker = Workers[index];
        if (protocol.IsFenced && Store.Epoch != worker.Known!.Epoch)
        {
            return Set(index, Worker.Dead);
        }
        var next = protocol.Step(worker.Known!, worker.Arrived! with { At = Now });
        if (Store != worker.Known && Store == worker.Known! with { IsWithdrawn = true })
        {
            return (this with { Store = TakenBack(next.State, protocol) }).Set(index, Worker.Dead);
        }
        var send = next.Effects.OfType<Send>().SingleOrDefault();
        var isDone = next.State.IsFinal || next.State.Phase == FilingPhase.NeedsHuman;
        return (this with { Store = next.State }).Set(
            index,
            isDone ? Worker.Dead : new Worker(true, next.State, send)
        );
    }

    /// <summary>What was answered is kept, then the person's word: the next call is not made by this worker.</summary>
    private FilingState TakenBack(FilingState state, FilingProtocol protocol) =>
        state.IsFinal
            ? state with
            {
                IsWithdrawn = true,
            }
            : protocol
                .Step(
                    state with
                    {
                        IsSent = false,
                    },
                    new PersonDecided(state.Epoch, Now, 0, FilingDecision.Withdraw)
                )
                .State;

    private FilingWorld Expire() =>
        Faulty() with
        {
            Hours = Hours + 25,
            Service =
            [
                .. Service.Select(r =>
                    r.State == RemoteState.Open ? r with { State = RemoteState.Expired } : r
                ),
            ],
        };

    private FilingWorld Call(int index, Send send, CallFault fault)
    {
        var (service, answer) = fault == CallFault.LostBefore ? (Service, null) : ServiceAfter(send, fault);
        if (answer is null || fault == CallFault.LostAfter)
        {
            answer = new() { Call = send.Call, Class = AnswerClass.Lost };
        }
        var worker = Workers[index];
        var arrived = new Answered(worker.Known!.Epoch, Now, 0, send.Number, answer);
        return (this with { Service = service }).Set(
            index,
            worker with
            {
                Pending = null,
                Arrived = arrived,
            }
        );
    }

    private (ValueList<Remote>, ServiceAnswer?) ServiceAfter(Send send, CallFault fault)
    {
        var done = new ServiceAnswer
        {
            Call = send.Call,
            Class = AnswerClass.Done,
            ReportId = send.ReportId,
        };
        if (send.Call == ServiceCall.Submit)
        {
            return (
                [.. Service, new Remote(RemoteState.Open, [])],
                done with
                {
                    ReportId = Service.Count + 1,
                }
            );
        }
        var at = (int)send.ReportId!.Value - 1;
        var remote = Service[at];
        var refusal = remote switch
        {
            { State: RemoteState.Finished, IsForgotten: false } => AnswerClass.AlreadyFinished,
            { State: RemoteState.Retracted } => AnswerClass.AlreadyRetracted,
            { State: RemoteState.Open } => AnswerClass.Done,
            _ => AnswerClass.NoSuchReport,
        };
        if (refusal != AnswerClass.Done)
        {
            return (Service, done with { Class = refusal });
        }
        switch (send.Call)
        {
            case ServiceCall.Upload:
                var isRight = fault != CallFault.WrongBytes;
                var added = remote with { Files = [.. remote.Files, new RemoteFile(send.File, 0, isRight)] };
                var fileId = (added.Files.Count - 1).ToString();
                return (Service.With(at, added), done with { FileId = fileId, Md5Matches = isRight });
            case ServiceCall.FileInfo:
                var number = int.Parse(send.FileId!);
                var file = remote.Files[number];
                var files = remote.Files.With(number, file with { Described = file.Described + 1 });
                return (Service.With(at, remote with { Files = files }), done);
            case ServiceCall.Finish:
                ValueList<string> ids =
                [
                    .. Enumerable.Range(0, remote.Files.Count).Select(n => n.ToString()),
                ];
                return (
                    Service.With(at, remote with { State = RemoteState.Finished }),
                    done with
                    {
                        FileIds = ids,
                    }
                );
            default:
                return (Service.With(at, remote with { State = RemoteState.Retracted }), done);
        }
    }
}
