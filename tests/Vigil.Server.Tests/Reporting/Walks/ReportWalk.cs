using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;

namespace Vigil.Server.Tests.Reporting.Walks;

/// <summary>One content, its case, and the report that may come of it.</summary>
internal sealed class ReportWalk(Random random, WalkRules rules)
{
    private static readonly string[] Names =
    [
        "person:filing-officer-1",
        "person:filing-officer-2",
        "key:7",
        "machine:scan",
        "",
    ];

    private readonly WalkedCase _case = new(random, rules);
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);
    private ReportRow? _report;
    private FilingState? _filing;
    private string _waitsFor = "";

    /// <summary>A person approved what now lies there, of a content that a person had confirmed.</summary>
    private bool _isDecided;
    private long _epoch;

    public bool WasSent { get; private set; }
    public bool WasSentUndecided { get; private set; }
    public bool WasBlocked => _case.WasBlocked;
    public bool WasCleared => _case.WasCleared;
    public bool IsFiled => _report?.State is ReportState.Filed or ReportState.FiledReceiptLost;

    public void Step()
    {
        _now += TimeSpan.FromSeconds(random.Next(120));
        switch (random.Next(12))
        {
            case 0 or 1:
                _case.Scan();
                break;
            case 2 or 3:
                _case.Decide(ItemState.Confirmed);
                break;
            case 4 when random.Next(3) == 0:
                Clear();
                break;
            case 5 when random.Next(4) == 0:
                _case.Reopen();
                break;
            case 6 or 7:
                Draft();
                break;
            case 8:
                Approve(Names[random.Next(Names.Length)]);
                break;
            case 9:
                Undo();
                break;
            case 10:
                Decide();
                break;
            default:
                Work();
                break;
        }
    }

    private void Draft()
    {
        if (_report is null && _case.MayBeDrafted)
        {
            _report = RowOf(ReportState.Draft);
        }
    }

    private void Approve(string by)
    {
        // The draft's standing is asked again at the approval: what it rests on must be confirmed then, too.
        if (_case.MayBeDrafted && Move(ReportState.Approved))
        {
            _isDecided = by.StartsWith("person:", StringComparison.Ordinal) && _case.IsConfirmedByPerson;
            _report = RowOf(ReportState.Approved, by, _now + TimeSpan.FromSeconds(random.Next(60)));
        }
    }

    /// <summary>A person found that it is not CSAM: what has not left goes back, what is on its way is withdrawn.</summary>
    private void Clear()
    {
        if (!_case.Decide(ItemState.NotCsam))
        {
            return;
        }
        var mayHaveArrived = _filing is { } filing && FilingChoices.Withdrawn(filing, _now) is null;
        _isDecided &= mayHaveArrived;
        if (!rules.TakesBackWhatIsCleared)
        {
            return;
        }
        if (_filing is null)
        {
            Undo();
        }
        else if (FilingChoices.Withdrawn(_filing, _now) is { } withdrawn)
        {
            Take(withdrawn);
        }
    }

    private void Undo()
    {
        if (_report?.State == ReportState.Approved && _filing is null && Move(ReportState.Draft))
        {
            _isDecided = false;
            _report = RowOf(ReportState.Draft);
        }
    }

    private void Decide()
    {
        if (_filing is not { } state)
        {
            return;
        }
        try
        {
            Take(FilingChoices.Apply(state, _waitsFor, (FilingChoice)random.Next(4), 1, _now));
            _waitsFor = "";
        }
        catch (ProblemException)
        {
            // Not now.
        }
    }

    /// <summary>What a worker does: the gate, then the machine, with whatever the service answers.</summary>
    private void Work()
    {
        if (_report is null || _waitsFor.Length > 0 || _filing?.IsFinal == true)
        {
            return;
        }
        if (_filing is null)
        {
            if (rules.Refusal(_report, _now) is not null)
            {
                return;
            }
            _filing = FilingState.Approve(_now, []);
            Move(ReportState.Filing);
        }
        var next = FilingMachine.Step(_filing, new TookOver(++_epoch, _now, random.NextDouble()));
        while (true)
        {
            Take(next.State);
            if (next.Effects.OfType<Send>().SingleOrDefault() is not { } send || random.Next(6) == 0)
            {
                return;
            }
            WasSent = true;
            WasSentUndecided |= !_isDecided && send.Call is (ServiceCall.Submit or ServiceCall.Finish);
            var answer = new ServiceAnswer
            {
                Call = send.Call,
                Class = random.Next(3) == 0 ? (AnswerClass)random.Next(1, 12) : AnswerClass.Done,
                ReportId = 1,
            };
            next = FilingMachine.Step(
                next.State,
                new Answered(_epoch, _now, random.NextDouble(), send.Number, answer)
            );
        }
    }

    private void Take(FilingState state)
    {
        _filing = state;
        _waitsFor = WaitReasons.Of(state);
        var to = state.Phase switch
        {
            FilingPhase.Filed => ReportState.Filed,
            FilingPhase.FiledReceiptLost => ReportState.FiledReceiptLost,
            FilingPhase.Rejected => ReportState.Rejected,
            FilingPhase.Withdrawn => ReportState.Withdrawn,
            _ => _waitsFor.Length > 0 ? ReportState.NeedsHuman : ReportState.Filing,
        };
        Assert.True(_report!.State == to || Move(to), $"{_report.State} to {to}");
    }

    private bool Move(ReportState to)
    {
        if (_report is null || !ReportMoves.May(_report.State, to))
        {
            return false;
        }
        _report = RowOf(to, _report.ApprovedBy, _report.LeavesAt);
        return true;
    }

    private ReportRow RowOf(ReportState state, string? by = null, DateTimeOffset? leaves = null) =>
        new()
        {
            State = state,
            ApprovedBy = by,
            ApprovedAt = by is null ? null : _now,
            LeavesAt = leaves,
        };
}
