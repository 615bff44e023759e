using System.Text;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Destinations;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>The CyberTipline of NCMEC, by its reporting API. The files go along, each with its details.</summary>
internal sealed class CyberTipDestination : Destination
{
    public const string DestinationCode = "cybertip";

    public override string Code => DestinationCode;
    public override string Name => "CyberTipline (NCMEC's; not affiliated with this software)";
    public override string Recipient => "NCMEC";
    public override string Jurisdiction => "US";
    public override DeliveryKind Kind => DeliveryKind.CyberTip;
    public override IReadOnlyList<FieldCoverage> Coverage { get; } =
    [.. ReportFields.All.Select(field => CyberTipSources.Of(field))];

    public override IReadOnlyList<DraftFinding> Check(ReportDraft draft, DateTimeOffset now)
    {
        var whole = new Draft { Report = Whole(draft), FileDetails = draft.Tip.FileDetails };
        var rules = new RuleContext { Now = now, Version = VersionOf(draft) };
        return
        [
            .. ReportRules
                .Check(whole, rules)
                .Select(finding => new DraftFinding(
                    PathOf(finding.Path),
                    finding.Rule.ToString(),
                    finding.Message,
                    IsBlocking: true
                )),
            .. DutyFindings.Of(Code, DutyBook.Current, now),
        ];
    }

    public override RenderedReport Render(ReportDraft draft) =>
        new(ReportXml.Write(ReportOf(draft)), "text/xml");

    /// <exception cref="InvalidOperationException">It would call somebody a suspect who is not.</exception>
    public static Report ReportOf(ReportDraft draft) =>
        draft.NamesNoSuspect && draft.Tip.Report.PersonOrUserReported.Count > 0
            ? throw new InvalidOperationException("A draft that names no suspect has no reported person.")
            : Whole(draft);

    /// <summary>With how it was found, and the fingerprints of what is not kept, as additional information.</summary>
    private static Report Whole(ReportDraft draft)
    {
        var report = draft.Tip.Report;
        // A batched report may not have any.
        if (report.BatchedReport is not null)
        {
            return report;
        }
        var parts = new[] { report.AdditionalInfo, draft.Why, FingerprintsOf(draft) };
        var text = string.Join("\n\n", parts.Where(part => !string.IsNullOrWhiteSpace(part)));
        return report with { AdditionalInfo = text.Length > 0 ? text : null };
    }

    private static SchemaVersion VersionOf(ReportDraft draft) =>
        draft.Extra.GetValueOrDefault(BuildDraft.Schema) == "2026"
            ? SchemaVersion.V2026
            : SchemaVersion.V2025;

    /// <summary>"report/victim[1]/deviceId[1]/@x" is "victim[1].deviceId[1].x".</summary>
    public static string PathOf(string path)
    {
        var inner = path.StartsWith("report/", StringComparison.Ordinal) ? path["report/".Length..] : path;
        return inner.Replace("/@", ".", StringComparison.Ordinal).Replace('/', '.');
    }

    private static string? FingerprintsOf(ReportDraft draft)
    {
        var files = draft.Files.Where(file => file.IsFingerprintsOnly).ToList();
        if (files.Count == 0)
        {
            return null;
        }
        var text = new StringBuilder(
            "Files that the reporter does not keep, by their fingerprints as uploaded:"
        );
        foreach (var file in files)
        {
            text.Append("\n- ")
                .Append(file.FileName)
                .Append(": ")
                .AppendJoin(", ", FileFingerprints.Of(file).Select(each => $"{each.Kind} {each.Value}"));
        }
        return text.ToString();
    }
}
