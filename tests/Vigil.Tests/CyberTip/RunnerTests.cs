using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Simulators.CyberTip;

namespace Vigil.Tests.CyberTip;

public sealed class RunnerTests : IAsyncDisposable
{
    private readonly Service _service = new();
    private readonly SampleFiling _filing = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    public static TheoryData<string, CyberTipFault> Faults
    {
        get
        {
            var data = new TheoryData<string, CyberTipFault>();
            foreach (var call in new[] { "submit", "upload", "fileinfo", "finish" })
            {
                foreach (var fault in Enum.GetValues<CyberTipFault>())
                {
                    data.Add(call, fault);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_goes_wrong_once_the_report_is_finished_once(string call, CyberTipFault fault)
    {
        _service.FailFirst(fault, call);
        var client = _service.ClientWith(TimeSpan.FromSeconds(fault == CyberTipFault.Hang ? 3 : 60));
        var state = await _filing.RunAsync(client);
        if (fault is CyberTipFault.Unauthorized or CyberTipFault.Redirect)
        {
            Assert.True(state.WaitsForPerson);
            Assert.Contains(FilingAlarm.Blocked, _filing.Alarms);
            state = await ContinueAsync(client);
        }
        AssertFiledOnce(state);
        var mayLoseReceipt =
            fault
            is CyberTipFault.LostAfter
                or CyberTipFault.ErrorAfter
                or CyberTipFault.ServerCodeAfter
                or CyberTipFault.Truncated
                or CyberTipFault.CutOff;
        var lost = call == "finish" && mayLoseReceipt;
        Assert.Equal(lost ? FilingPhase.FiledReceiptLost : FilingPhase.Filed, state.Phase);
        Assert.Equal(lost, _filing.Alarms.Contains(FilingAlarm.ReceiptLost));
        Assert.Equal(
            fault == CyberTipFault.WrongMd5 && call == "upload",
            _filing.Alarms.Contains(FilingAlarm.WrongMd5)
        );
    }

    [Fact]
    public async Task A_crash_at_any_step_is_gone_on_from()
    {
        for (var crash = 0; crash < 12; crash++)
        {
            await using var service = new Service();
            var filing = new SampleFiling();
            var left = crash;
            await filing.RunAsync(service.Client, _ => left-- > 0);
            AssertFiledOnce(await filing.RunAsync(service.Client), service);
        }
    }

    [Fact]
    public async Task The_step_that_files_brings_the_receipt_byte_for_byte()
    {
        var state = await _filing.RunAsync(_service.Client);
        var step = Assert.Single(_filing.Steps, step => step.IsReceipt);
        Assert.Equal(AnswerClass.Done, step.Answer!.Class);
        Assert.Equal(
            state.ReportId,
            Assert.IsType<ReportDoneResponse>(ReportXml.Read(step.Answer.Bytes).Value).ReportId
        );
        Assert.Equal(5, state.RequestIds.Count);
    }

    [Fact]
    public async Task A_refused_report_is_never_sent_again()
    {
        _service.Clock = SampleReports.Earlier.AddDays(-1);
        var state = await _filing.RunAsync(_service.Client);
        Assert.Equal(
            (FilingPhase.Rejected, 1, 4100),
            (state.Phase, _service.Simulator.Calls, state.LastCode)
        );
        Assert.Contains(FilingAlarm.Rejected, _filing.Alarms);
    }

    [Fact]
    public async Task Other_files_than_those_of_the_state_are_refused_before_a_call()
    {
        _filing.Restore(FilingState.Approve(SampleReports.Now, [new(HasDetails: true)]));
        await Assert.ThrowsAsync<ArgumentException>(() => _filing.RunAsync(_service.Client));
        Assert.Equal(0, _service.Simulator.Calls);
    }

    [Fact]
    public async Task A_client_written_in_a_hurry_files_twice()
    {
        _service.FailFirst(CyberTipFault.LostAfter, "finish");
        for (var isFiled = false; !isFiled; )
        {
            var id = await _service.OpenAsync();
            isFiled = (await _service.Client.FinishAsync(id, Service.Cancellation)).Class == AnswerClass.Done;
        }
        Assert.Equal(
            2,
            _service.Simulator.Reports.Count(report => report.State == SimulatedReportState.Finished)
        );
    }

    private Task<FilingState> ContinueAsync(CyberTipClient client)
    {
        var state = _filing.State;
        var at = TimeProvider.System.GetUtcNow();
        var next = FilingMachine.Step(state, new PersonDecided(state.Epoch, at, 0, FilingDecision.Continue));
        _filing.Restore(next.State);
        return _filing.RunAsync(client);
    }

    private void AssertFiledOnce(FilingState state) => AssertFiledOnce(state, _service);

    private static void AssertFiledOnce(FilingState state, Service service)
    {
        Assert.True(state.IsFinal, state.ToString());
        var finished = service
            .Simulator.Reports.Where(each => each.State == SimulatedReportState.Finished)
            .ToList();
        var report = Assert.Single(finished);
        Assert.Equal(state.ReportId, report.Id);
        Assert.Equal([10, 10], report.Files.Select(file => file.Bytes));
        Assert.NotNull(report.Files[0].Details);
        Assert.Null(report.Files[1].Details);
    }
}
