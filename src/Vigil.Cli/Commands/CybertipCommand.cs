using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.CyberTip;

namespace Vigil.Cli.Commands;

/// <summary>`vigil cybertip`: reports to the CyberTipline as documents, without a call.</summary>
internal static class CybertipCommand
{
    public static readonly Argument<string> File = new("FILE")
    {
        Description = "A draft as JSON, or for check also an XML document",
    };

    public static readonly Option<string?> Schema = SharedOptions.Text(
        "--schema",
        "FILE",
        "The service's own schema, as fetched with your credentials: checked too, and says which version holds"
    );

    private static readonly Option<string?> Version = SharedOptions.Text(
        "--schema-version",
        "2025|2026",
        "What the service accepts; --schema tells it better. Default: 2025"
    );

    public static Command Create(Terminal terminal) =>
        new Verb(
            "cybertip",
            """
            Renders and checks reports to the CyberTipline, without a call.

            The CyberTipline is NCMEC's; this program is not affiliated with it, and does not contain its schema.

            Example:
              vigil cybertip check draft.json
            """
        )
        {
            CybertipRenderCommand.Create(terminal),
            CybertipCheckCommand.Create(terminal),
        };

    public static void AddOptions(Command command)
    {
        command.Add(File);
        command.Add(Schema);
        command.Add(Version);
    }

    public static byte[] Read(ParseResult parsed) =>
        LedgerCommand.ReadFile(parsed.GetRequiredValue(File), DocumentLimits.Default.MaxBytes);

    public static OfficialSchema? ReadSchema(ParseResult parsed)
    {
        if (parsed.GetValue(Schema) is not { } path)
        {
            return null;
        }
        try
        {
            return OfficialSchema.Parse(LedgerCommand.ReadFile(path, OfficialSchema.MaxBytes));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--schema: {e.Message}");
        }
    }

    public static RuleContext ReadContext(ParseResult parsed, OfficialSchema? schema) =>
        new()
        {
            Now = TimeProvider.System.GetUtcNow(),
            Version = parsed.GetValue(Version) is { } text
                ? SharedOptions.ReadChoice(
                    Version,
                    text,
                    ("2025", SchemaVersion.V2025),
                    ("2026", SchemaVersion.V2026)
                )
                : schema?.Version ?? SchemaVersion.V2025,
        };

    /// <summary>All that is wrong with a draft: with its report and with what it says of each file.</summary>
    public static IReadOnlyList<Finding> FindingsOf(
        Reading<Draft> reading,
        RuleContext context,
        OfficialSchema? schema
    )
    {
        var findings = ReportRules.Check(reading, context);
        return findings.Count == 0 && schema is not null ? schema.Check(reading.Value!) : findings;
    }
}
