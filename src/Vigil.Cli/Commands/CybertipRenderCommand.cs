using System.CommandLine;
using System.Text;
using Vigil.Cli.Output;
using Vigil.CyberTip;

namespace Vigil.Cli.Commands;

/// <summary>`vigil cybertip render`: the XML of a draft, byte for byte as it would be sent.</summary>
internal static class CybertipRenderCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "render",
            """
            Prints the XML of a report that is described as JSON, byte for byte as it would be sent.

            The JSON has the names and words of the service: {"report": {...}, "fileDetails": [{...}]}. Prints nothing
            and exits with 1 when the draft breaks a rule; the paths are on standard error.

            Example:
              vigil cybertip render draft.json > report.xml
            """
        );
        CybertipCommand.AddOptions(command);
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        var schema = CybertipCommand.ReadSchema(parsed);
        var reading = ReportJson.Read(CybertipCommand.Read(parsed));
        var context = CybertipCommand.ReadContext(parsed, schema);
        var findings = CybertipCommand.FindingsOf(reading, context, schema);
        foreach (var finding in findings)
        {
            terminal.Warn(Printable.Of(finding.ToString()));
        }
        if (findings.Count > 0)
        {
            return ExitCode.Found;
        }
        terminal.Write(Encoding.UTF8.GetString(ReportXml.Write(reading.Value!.Report)));
        terminal.Flush();
        return ExitCode.Ok;
    }
}
