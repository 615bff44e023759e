using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Running;
using Vigil.Server.Http;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>
/// Random walks of what lists, programs, people and the service may do, by the rules that the server goes by: whatever
/// comes in which order, nothing is reported without a person's decision.
/// </summary>
public sealed class WalkTests
{
    private const int Steps = 30;

    [Fact]
    public void No_walk_leads_to_a_report_without_a_persons_decision()
    {
        var walks = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 100_000 : 20_000;
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        var (sent, filed, undecided) = (0, 0, 0);
        for (var i = 0; i < walks; i++)
        {
            var walk = new Walk(random);
            for (var step = 0; step < Steps; step++)
            {
                walk.Step();
            }
            sent += walk.WasSent ? 1 : 0;
            filed += walk.IsFiled ? 1 : 0;
            undecided += walk.WasSentUndecided ? 1 : 0;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed={seed} walks={walks} sent={sent} filed={filed} without_a_person={undecided}"
        );
        Assert.True(sent > walks / 20 && filed > walks / 100, "Hardly anything happened.");
        Assert.Equal(0, undecided);
    }

    private sealed class Walk(Random random)
    {
        private static readonly string[] Names =
        [
            "person:filing-officer-1",
            "person:filing-officer-2",
            "key:7",
            "machine:scan",
            "",
        ];

        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);
        private ReportRow? _report;
        private FilingState? _filing;
        private string _waitsFor = "";

        /// <summary>A person approved what now lies there.</summary>
        private bool _isDecided;
        private long _epoch;

        public bool WasSent { get; private set; }
        public bool WasSentUndecided { get; private set; }
        public bool IsFiled => _report?.State is ReportState.Filed or ReportState.FiledReceiptLost;

        public void Step()
        {
            _now += TimeSpan.FromSeconds(random.Next(120));
            switch (random.Next(8))
            {
                case 0:
                    // A list hits, or is fuller than before: a draft at most.
                    _report ??= RowOf(ReportState.Draft);
                    break;
                case 1 or 2:
                    Approve(Names[random.Next(Names.Length)]);
                    break;
                case 3:
                    Undo();
                    break;
                case 4:
                    Decide();
                    break;
                default:
                    Work();
                    break;
            }
        }

        private void Approve(string by)
        {
            if (Move(ReportState.Approved))
            {
                _isDecided = by.StartsWith("person:", StringComparison.Ordinal);
                _report = RowOf(ReportState.Approved, by, _now + TimeSpan.FromSeconds(random.Next(60)));
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
                var choice = (FilingChoice)random.Next(4);
                var after = FilingChoices.Apply(state, _waitsFor, choice, 1, _now);
                Take(after);
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
                if (FilingGate.Refusal(_report, _now) is not null)
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
                (WasSent, WasSentUndecided) = (true, WasSentUndecided || !_isDecided);
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
}
