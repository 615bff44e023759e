using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>The CyberTipline, or a package with the same document.</summary>
internal sealed class CyberTipDestination(string code, DeliveryKind kind) : Destination
{
    public override string Code => code;
    public override string Name => "CyberTipline";
    public override string Jurisdiction => "US";
    public override DeliveryKind Kind => kind;
    public override IReadOnlyList<FieldCoverage> Coverage => [];

    public override IReadOnlyList<DraftFinding> Check(ReportDraft draft, DateTimeOffset now) =>
        [
            .. ReportRules
                .Check(draft.Tip, new RuleContext { Now = now })
                .Select(finding => new DraftFinding(
                    finding.Path,
                    finding.Rule.ToString(),
                    finding.Message,
                    true
                )),
            .. draft.Tip.Report.PersonOrUserReported.Count == 0
                ? (DraftFinding[])[new("report/personOrUserReported", "person", "Nobody is named.", false)]
                : [],
        ];

    public override RenderedReport Render(ReportDraft draft) =>
        new(ReportXml.Write(draft.Tip.Report), "text/xml");
}
