using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.CyberTip;

namespace Vigil.Cli.Commands;

/// <summary>`vigil cybertip check`: whether a document is as the service wants it.</summary>
internal static class CybertipCheckCommand
{
    private const string NoDocument =
        "This is no XML document and no JSON: give a draft as JSON, or as XML a report, the details of a file or an "
        + "answer of the service.";

    private static readonly Option<string?> Format = SharedOptions.SingleFormat();

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "check",
            """
            Checks a document against the service's rules, without a call: a draft as JSON; a report, the details of a
            file or an answer as XML.

            Exit code 1 when it breaks a rule; each line says where and what to do.

            Example:
              vigil cybertip check report.xml --schema official.xsd
            """
        );
        CybertipCommand.AddOptions(command);
        command.Add(Format);
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var format = SharedOptions.ReadSingleFormat(parsed, Format);
        var schema = CybertipCommand.ReadSchema(parsed);
        var context = CybertipCommand.ReadContext(parsed, schema);
        var bytes = CybertipCommand.Read(parsed);
        var findings = IsJson(bytes)
            ? CybertipCommand.FindingsOf(ReportJson.Read(bytes), context, schema)
            : OfXml(bytes, context, schema);
        SingleReport.Write(
            terminal,
            format,
            findings.Count == 0
                ? ["ok: no rule is broken"]
                : findings.Select(finding => Printable.Of(finding.ToString())),
            json =>
            {
                json.WriteBoolean("ok", findings.Count == 0);
                json.WriteStartArray("findings");
                foreach (var finding in findings)
                {
                    json.WriteStartObject();
                    json.WriteString("path", finding.Path);
                    json.WriteString("rule", Advice.Kebab(finding.Rule));
                    json.WriteString("message", finding.Message);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
        );
        return findings.Count == 0 ? ExitCode.Ok : ExitCode.Found;
    }

    private static IReadOnlyList<Finding> OfXml(byte[] bytes, RuleContext context, OfficialSchema? schema)
    {
        if (First(bytes) != '<')
        {
            return [new Finding("", Rule.Malformed, NoDocument)];
        }
        var reading = ReportXml.Read(bytes);
        return
        [
            .. ReportRules.Check(reading, context),
            .. reading.Value is not null && schema is not null ? schema.Check(bytes) : [],
        ];
    }

    private static bool IsJson(byte[] bytes) => First(bytes) is (byte)'{' or (byte)'[';

    /// <summary>After a mark of UTF-8 and white space; 0: there is none.</summary>
    private static byte First(byte[] bytes) =>
        bytes.Skip(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0).FirstOrDefault(each => each > ' ');
}
