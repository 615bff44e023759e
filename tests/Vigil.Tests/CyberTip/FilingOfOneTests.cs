using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Simulators.CyberTip;

namespace Vigil.Tests.CyberTip;

public sealed class FilingOfOneTests : IAsyncDisposable
{
    private readonly Service _service = new() { Clock = TimeProvider.System.GetUtcNow() };
    private readonly List<FilingStep> _steps = [];

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task One_call_files_a_report_with_its_files_and_brings_the_receipt()
    {
        var filed = await FileAsync(
            SampleReports.Minimal,
            File("SAMPLE one", SampleReports.Material),
            File("two", null)
        );
        Assert.True(filed.IsFiled, filed.ToString());
        var report = Assert.Single(_service.Simulator.Reports);
        Assert.Equal((filed.State.ReportId, SimulatedReportState.Finished), (report.Id, report.State));
        Assert.Equal([10, 3], report.Files.Select(file => file.Bytes));
        Assert.NotNull(report.Files[0].Details);
        Assert.Null(report.Files[1].Details);
        var receipt = Assert.IsType<ReportDoneResponse>(ReportXml.Read(filed.Receipt).Value);
        Assert.Equal(report.Id, receipt.ReportId);
        Assert.Equal(filed.State, _steps[^1].State);
    }

    [Fact]
    public async Task What_breaks_a_rule_is_told_with_its_path_and_not_sent()
    {
        var broken = SampleReports.Minimal with { Reporter = new() { ReportingPerson = new() } };
        var details = SampleReports.Material with { OriginalFileName = new string('a', 100_000) };
        var filed = await FileAsync(broken, File("SAMPLE", null), File("SAMPLE", details));
        Assert.Equal((FilingPhase.Approved, 0), (filed.State.Phase, _service.Simulator.Calls));
        Assert.Empty(_steps);
        Assert.Contains(
            "report/reporter/reportingPerson/email: ",
            filed.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_a_person_must_act_on_is_the_state_and_no_receipt()
    {
        _service.Fail(CyberTipFault.Unauthorized);
        var filed = await FileAsync(SampleReports.Minimal);
        Assert.False(filed.IsFiled);
        Assert.True(filed.State.WaitsForPerson);
        Assert.True(filed.Receipt.IsEmpty);
    }

    private Task<FiledReport> FileAsync(Report report, params FilingContent[] files) =>
        _service.Client.FileAsync(
            report,
            [.. files],
            (step, _) =>
            {
                _steps.Add(step);
                return ValueTask.FromResult(true);
            },
            cancellation: Service.Cancellation
        );

    private static FilingContent File(string text, FileDetails? details) =>
        FilingContent.Of(System.Text.Encoding.UTF8.GetBytes(text), details);
}
