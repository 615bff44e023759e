using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Vigil.Cli.Diagnosis;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil doctor`: what is missing on this machine, and how to get it.</summary>
internal static class DoctorCommand
{
    private static readonly Option<string?> Format = SharedOptions.SingleFormat();
    private static readonly Option<bool> GoLive = new("--go-live") { Hidden = true };

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "doctor",
            """
            Checks this machine and says what is missing and how to get it.

            Exit code 1 when something needed is missing.

            Example:
              vigil doctor
            """
        )
        {
            Format,
            GoLive,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        if (parsed.GetValue(GoLive))
        {
            throw new UsageException("--go-live is not in this version.");
        }

        var format = SharedOptions.ReadSingleFormat(parsed, Format);
        using var data = DataFolder.Of(parsed);
        var findings = NativeParts.Look().ToList();
        findings.AddRange(await MediaParts.LookAsync(data.ReadSandbox(parsed), terminal, cancellation));
        findings.AddRange(InstallationParts.Look(data));
        findings.AddRange(MachineParts.Look());
        var packages = findings
            .Where(finding => finding.Package is not null)
            .Select(finding => finding.Package!)
            .Distinct();
        var install = string.Join(' ', packages.Prepend("apt-get install --no-install-recommends"));
        var anyMissing = findings.Exists(finding => finding.Health == Health.Missing);
        if (format == OutputFormat.Json)
        {
            SingleReport.Write(terminal, format, [], json => WriteJson(json, findings, anyMissing));
        }
        else
        {
            terminal.WriteTable(ToTable(findings));
            terminal.Write(
                packages.Any() ? $"Missing. As root: {install}\n"
                : anyMissing ? "Not ready; see the table.\n"
                : "Ready.\n"
            );
        }
        return anyMissing ? ExitCode.Found : ExitCode.Ok;
    }

    private static Table ToTable(List<Finding> findings)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("check", "", "found");
        var anyAdvice = findings.Exists(finding => finding.Advice.Length > 0);
        if (anyAdvice)
        {
            table.AddColumn("what to do");
        }

        foreach (var finding in findings)
        {
            string[] cells = [finding.Check, Advice.Kebab(finding.Health), finding.Found, finding.Advice];
            table.AddRow(cells[..table.Columns.Count].Select(cell => new Text(cell)));
        }
        return table;
    }

    private static void WriteJson(Utf8JsonWriter json, List<Finding> findings, bool anyMissing)
    {
        json.WriteBoolean("ready", !anyMissing);
        json.WriteStartArray("checks");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("check", finding.Check);
            json.WriteString("health", Advice.Kebab(finding.Health));
            json.WriteString("found", finding.Found);
            json.WriteString("advice", finding.Advice);
            json.WriteString("package", finding.Package);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
