#:property PublishAot=false
#:project ../src/Vigil.CyberTip/Vigil.CyberTip.csproj
#:project ../src/Vigil.Simulators/Vigil.Simulators.csproj
using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

await using var service = Vigil.Simulators.CyberTip.CyberTipSimulator.Start(); // Stands in for the CyberTipline.
using var http = new HttpMessageInvoker(CyberTipClient.CreateHandler());
var options = new CyberTipOptions
{
    BaseAddress = service.Address,
    UserName = "sample",
    Password = "sample",
};
var now = DateTimeOffset.UtcNow;
var report = new Report
{
    IncidentSummary = new() { IncidentType = IncidentType.Csam, IncidentDateTime = now.AddHours(-1) },
    Reporter = new() { ReportingPerson = new() { Email = [new() { Address = "reports@example.com" }] } },
};
foreach (var finding in ReportRules.Check(report, new RuleContext { Now = now }))
{
    Console.WriteLine(finding);
}
var work = new FilingWork
{
    Report = ReportXml.Write(report),
    Files = [new() { OpenAsync = _ => Task.FromResult<Stream>(new MemoryStream("SAMPLE"u8.ToArray())) }],
    SaveAsync = (step, _) => ValueTask.FromResult(true), // Yours: durable before this returns.
};
var runner = new FilingRunner(new CyberTipClient(http, options), new Random());
var filed = await runner.RunAsync(FilingState.Approve(now, [new(HasDetails: false)]), work, 1, default);
Console.WriteLine(filed); // Filed, attempt 1, report 1000001
