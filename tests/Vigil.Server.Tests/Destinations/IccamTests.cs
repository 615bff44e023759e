using System.Text.Json;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Simulators.Iccam;

namespace Vigil.Server.Tests.Destinations;

/// <summary>The client against a simulator that fails in every way.</summary>
public class IccamTests
{
    private static readonly byte[] Document = new IccamDestination().Render(MaximalDraft.Draft).Document;

    [Fact(Timeout = 60_000)]
    public async Task A_report_is_filed_once_with_its_number_and_byte_exact_receipt()
    {
        await using var iccam = IccamSimulator.Start();
        using var http = Http();
        var answer = await SendAsync(http, iccam);
        Assert.Equal((CallOutcome.Filed, "700001", 200), (answer.Outcome, answer.RemoteId, answer.Status));
        Assert.Equal("700001"u8.ToArray(), answer.Receipt);
        var report = Assert.Single(iccam.Reports);
        Assert.Equal("SAMPLE-REF", report.Reference);
        Assert.Equal(2, report.Document.GetProperty("urls").GetArrayLength());
        var page = await http.GetStringAsync(iccam.Address);
        Assert.Contains("SAMPLE why", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(IccamFault.LostBefore, "Unknown", 0)]
    [InlineData(IccamFault.LostAfter, "Unknown", 1)]
    [InlineData(IccamFault.Error, "Unknown", 0)]
    [InlineData(IccamFault.ErrorAfter, "Unknown", 1)]
    [InlineData(IccamFault.Slow, "Filed", 1)]
    [InlineData(IccamFault.Hang, "Unknown", 0)]
    [InlineData(IccamFault.Truncated, "Unknown", 1)]
    [InlineData(IccamFault.WrongJson, "Unknown", 1)]
    [InlineData(IccamFault.Unauthorized, "NotAllowed", 0)]
    [InlineData(IccamFault.Forbidden, "NotAllowed", 0)]
    [InlineData(IccamFault.Redirect, "NotAllowed", 0)]
    public async Task A_fault_of_the_report_call_is(IccamFault fault, string outcome, int filed)
    {
        await using var iccam = IccamSimulator.Start();
        iccam.FaultOf = (place, _) => place == "reports" ? fault : IccamFault.None;
        using var http = Http();
        var answer = await SendAsync(http, iccam);
        Assert.Equal((outcome, filed), ($"{answer.Outcome}", iccam.Reports.Count));
        Assert.Equal(outcome == "Filed", answer.RemoteId is not null);
        Assert.DoesNotContain("sample.analyst", answer.Text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(IccamFault.LostBefore, "NotFiled")]
    [InlineData(IccamFault.LostAfter, "NotFiled")]
    [InlineData(IccamFault.Error, "NotFiled")]
    [InlineData(IccamFault.Hang, "NotFiled")]
    [InlineData(IccamFault.Truncated, "NotFiled")]
    [InlineData(IccamFault.WrongJson, "NotFiled")]
    [InlineData(IccamFault.Unauthorized, "NotAllowed")]
    public async Task A_fault_of_signing_in_files_nothing_and_is(IccamFault fault, string outcome)
    {
        await using var iccam = IccamSimulator.Start();
        iccam.FaultOf = (place, _) => place == "authentication" ? fault : IccamFault.None;
        using var http = Http();
        var answer = await SendAsync(http, iccam);
        Assert.Equal((outcome, 0), ($"{answer.Outcome}", iccam.Reports.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_ended_is_asked_for_again_once_and_wrong_credentials_are_told()
    {
        await using var iccam = IccamSimulator.Start();
        using var http = Http();
        var ended = 0;
        iccam.FaultOf = (place, _) =>
            place == "reports" && ended++ == 0 ? IccamFault.TokenEnded : IccamFault.None;
        Assert.Equal(CallOutcome.Filed, (await SendAsync(http, iccam)).Outcome);
        Assert.Equal((4, 1), (iccam.Calls, iccam.Reports.Count));

        iccam.Password = "another";
        Assert.Equal(CallOutcome.NotAllowed, (await SendAsync(http, iccam)).Outcome);
        await iccam.DisposeAsync();
        Assert.Equal(CallOutcome.NotFiled, (await SendAsync(http, iccam)).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_report_that_breaks_its_rules_is_rejected_by_the_names_of_what_is_wrong()
    {
        await using var iccam = IccamSimulator.Start();
        using var http = Http();
        var wrong = JsonSerializer.Deserialize<Dictionary<string, object>>(Document)!;
        wrong.Remove("hotlineReference");
        wrong["sourceUrlSiteType"] = 99;
        var answer = await SendAsync(http, iccam, JsonSerializer.SerializeToUtf8Bytes(wrong));
        Assert.Equal((CallOutcome.Rejected, 400), (answer.Outcome, answer.Status));
        Assert.Contains("hotlineReference", answer.Text, StringComparison.Ordinal);
        Assert.Contains("sourceUrlSiteType", answer.Text, StringComparison.Ordinal);
        Assert.Empty(iccam.Reports);
    }

    private static Task<CallAnswer> SendAsync(
        HttpClient http,
        IccamSimulator iccam,
        byte[]? document = null
    ) =>
        new IccamDestination { Timeout = TimeSpan.FromSeconds(2) }.SendAsync(
            http,
            new CallTarget(iccam.Address, "sample", "sample"),
            document ?? Document,
            CancellationToken.None
        );

    private static HttpClient Http() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
}
