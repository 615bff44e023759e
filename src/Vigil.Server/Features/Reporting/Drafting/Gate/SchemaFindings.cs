using System.Globalization;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// What the service's own schema refuses of the bytes of a draft, where it was fetched for the environment. The rules
/// come first: they say the same in words for a reviewer.
/// </summary>
internal static class SchemaFindings
{
    public const string RuleName = nameof(Rule.OfficialSchema);

    public static async Task<IReadOnlyList<DraftFinding>> OfAsync(
        Tx tx,
        ReportRow row,
        ReportDraft draft,
        DraftStanding standing
    ) =>
        row.Destination == CyberTipDestination.DestinationCode
        && CanBeWritten(draft, standing)
        && await KeptSchema.FindAsync(tx, row.Environment) is { } schema
            ? Of(schema, draft)
            : [];

    public static IReadOnlyList<DraftFinding> Of(KeptSchema schema, ReportDraft draft) =>
        [
            .. schema
                .Check(ReportXml.Write(CyberTipDestination.ReportOf(draft)), draft.Tip.FileDetails)
                .Select(found => new DraftFinding(
                    CyberTipDestination.PathOf(found.Path),
                    RuleName,
                    $"{found.Message} {Advice(schema)}",
                    IsBlocking: true
                )),
        ];

    private static bool CanBeWritten(ReportDraft draft, DraftStanding standing) =>
        !(draft.NamesNoSuspect && draft.Tip.Report.PersonOrUserReported.Count > 0)
        && !standing.Findings.Any(found => Enum.TryParse<Rule>(found.Rule, out _));

    private static string Advice(KeptSchema schema) =>
        $"So says the service's own schema, fetched on "
        + (schema.FetchedAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "an unknown day")
        + $". Fetch it anew (/console/reporting/setup); set '{Organisation.Schema}' to the version that it has and "
        + "draft anew; or leave the field out.";
}
