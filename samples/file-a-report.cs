#:property PublishAot=false
#:project ../src/Vigil.CyberTip/Vigil.CyberTip.csproj
#:project ../src/Vigil.Simulators/Vigil.Simulators.csproj
using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;

await using var service = Vigil.Simulators.CyberTip.CyberTipSimulator.Start(); // Stands in for the CyberTipline.
using var http = new HttpMessageInvoker(CyberTipClient.CreateHandler());
var client = new CyberTipClient(http, new CyberTipOptions(service.Address, "sample", "sample"));
var before = DateTimeOffset.UtcNow.AddHours(-1);
var report = new Report
{
    IncidentSummary = new() { IncidentType = IncidentType.Csam, IncidentDateTime = before },
    Reporter = new() { ReportingPerson = new() { Email = [new() { Address = "reports@example.com" }] } },
};
var file = FilingContent.Of("SAMPLE"u8.ToArray());

// Yours: each step is durable before this returns.
static ValueTask<bool> SaveAsync(FilingStep step, CancellationToken stop) => ValueTask.FromResult(true);
Console.WriteLine(await client.FileAsync(report, [file], SaveAsync)); // Filed, attempt 1, report 1000001
