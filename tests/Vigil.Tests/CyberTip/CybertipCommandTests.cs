using System.Text;
using System.Text.Json;
using Vigil.CyberTip;
using Vigil.CyberTip.Service;
using Vigil.Tests.Cli;

namespace Vigil.Tests.CyberTip;

/// <summary>The commands as a person runs them: a file, no call.</summary>
public sealed class CybertipCommandTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Render_prints_the_bytes_that_would_be_sent_and_check_takes_them()
    {
        var draft = new Draft { Report = SampleReports.Minimal, FileDetails = [SampleReports.Material] };
        var json = _folder.Write("draft.json", ReportJson.Write(draft));
        var rendered = _folder.Vigil.Call("cybertip", "render", json);
        Assert.Equal(Encoding.UTF8.GetString(ReportXml.Write(SampleReports.Minimal)), rendered.Out);
        Assert.Equal((0, ""), (rendered.ExitCode, rendered.Error));

        var xml = _folder.Write("report.xml", rendered.Out);
        Assert.Equal((0, "ok: no rule is broken\n"), CodeAndOut("cybertip", "check", xml));
        Assert.Equal((0, "ok: no rule is broken\n"), CodeAndOut("cybertip", "check", json));
    }

    [Fact]
    public void What_breaks_a_rule_is_named_with_its_path_and_not_rendered()
    {
        var draft = new Draft
        {
            Report = SampleReports.Minimal with { Reporter = new() { ReportingPerson = new() } },
        };
        var json = _folder.Write("draft.json", ReportJson.Write(draft));
        var rendered = _folder.Vigil.Call("cybertip", "render", json);
        Assert.Equal((1, ""), (rendered.ExitCode, rendered.Out));
        Assert.StartsWith(
            "report/reporter/reportingPerson/email: ",
            rendered.Error,
            StringComparison.Ordinal
        );

        var checkedAs = _folder.Vigil.Call("cybertip", "check", json, "--format", "json");
        Assert.Equal(1, checkedAs.ExitCode);
        var answer = JsonDocument.Parse(checkedAs.Out).RootElement;
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Equal("reporter-email", answer.GetProperty("findings")[0].GetProperty("rule").GetString());
    }

    [Fact]
    public async Task A_fetched_schema_is_checked_too_and_tells_the_version()
    {
        await using var service = new Service(hasAdditions2026: true);
        var xsd = await service.Client.XsdAsync(Service.Cancellation);
        var schema = _folder.Write("official.xsd", xsd.Bytes.ToArray());
        var report = SampleReports.Minimal with
        {
            Victim = [new() { VictimPerson = new() { AgeAssertionDiscrepancy = true } }],
        };
        var xml = _folder.Write("report.xml", ReportXml.Write(report));
        Assert.Equal(1, _folder.Vigil.Call("cybertip", "check", xml).ExitCode);
        Assert.Equal(0, _folder.Vigil.Call("cybertip", "check", xml, "--schema-version", "2026").ExitCode);
        Assert.Equal(0, _folder.Vigil.Call("cybertip", "check", xml, "--schema", schema).ExitCode);
        Assert.Equal(2, _folder.Vigil.Call("cybertip", "check", xml, "--schema", xml).ExitCode);
    }

    [Fact]
    public async Task A_fetched_schema_is_asked_about_the_details_of_each_file_too()
    {
        await using var service = new Service();
        var xsd = await service.Client.XsdAsync(Service.Cancellation);
        // As if the service no longer knew this element.
        var other = Encoding
            .UTF8.GetString(xsd.Bytes.Span)
            .Replace("\"fileViewedByEsp\"", "\"fileSeenByEsp\"", StringComparison.Ordinal);
        var (schema, changed) = (
            _folder.Write("official.xsd", xsd.Bytes.ToArray()),
            _folder.Write("changed.xsd", other)
        );
        var draft = new Draft
        {
            Report = SampleReports.Minimal,
            FileDetails = [new() { OriginalFileName = "SAMPLE.txt" }, SampleReports.Material],
        };
        var json = _folder.Write("draft.json", ReportJson.Write(draft));
        Assert.Equal(
            (0, "ok: no rule is broken\n"),
            CodeAndOut("cybertip", "check", json, "--schema", schema)
        );
        var (code, text) = CodeAndOut("cybertip", "check", json, "--schema", changed);
        Assert.Equal(1, code);
        Assert.Contains("fileDetails[2]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("fileDetails[1]", text, StringComparison.Ordinal);
        var rendered = _folder.Vigil.Call("cybertip", "render", json, "--schema", changed);
        Assert.Equal((1, ""), (rendered.ExitCode, rendered.Out));
    }

    [Fact]
    public void What_is_no_document_breaks_a_rule_and_what_is_not_there_is_another_matter()
    {
        var (code, text) = CodeAndOut("cybertip", "check", _folder.Write("a", "\ufeff Plain words."));
        Assert.Equal(1, code);
        Assert.Equal(
            "This is no XML document and no JSON: give a draft as JSON, or as XML a report, the details of a file or "
                + "an answer of the service.\n",
            text
        );
        Assert.Equal(
            (1, "Not well-formed XML at line 1, column 1. DTDs are refused.\n"),
            CodeAndOut("cybertip", "check", _folder.Write("b", "<x"))
        );
        Assert.Equal(3, _folder.Vigil.Call("cybertip", "check", _folder["missing"]).ExitCode);
        Assert.Equal(2, _folder.Vigil.Call("cybertip", "check").ExitCode);
        Assert.Equal(
            2,
            _folder.Vigil.Call("cybertip", "check", _folder["a"], "--schema-version", "2024").ExitCode
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task The_simulator_runs_as_a_command_and_fails_as_asked()
    {
        using var process = _folder.Vigil.Begin("simulate", "cybertip", "--fail", "server-code@finish");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(Service.Cancellation);
            Assert.StartsWith("Listening on http://127.0.0.1:", line, StringComparison.Ordinal);
            var pass = await process.StandardOutput.ReadLineAsync(Service.Cancellation);
            Assert.Equal(
                "User name 'sample', password 'sample'; what arrived: "
                    + new Uri(new Uri(line!["Listening on ".Length..]), "/"),
                pass
            );
            using var http = new HttpMessageInvoker(CyberTipClient.CreateHandler());
            var client = new CyberTipClient(
                http,
                new()
                {
                    BaseAddress = new(line!["Listening on ".Length..]),
                    UserName = "sample",
                    Password = "sample",
                }
            );
            var opened = await client.SubmitAsync(
                ReportXml.Write(SampleReports.Minimal),
                Service.Cancellation
            );
            Assert.Equal(AnswerClass.Done, opened.Class);
            var finished = await client.FinishAsync(opened.ReportId!.Value, Service.Cancellation);
            Assert.Equal(AnswerClass.ServerSide, finished.Class);
            Assert.Equal("submit 200", await process.StandardOutput.ReadLineAsync(Service.Cancellation));
        }
        finally
        {
            VigilProgram.Signal(process, 15);
            VigilProgram.End(process);
        }
        Assert.Equal(2, _folder.Vigil.Call("simulate", "cybertip", "--fail", "none-such").ExitCode);
    }

    private (int, string) CodeAndOut(params string[] arguments)
    {
        var ran = _folder.Vigil.Call(arguments);
        return (ran.ExitCode, ran.Out);
    }
}
