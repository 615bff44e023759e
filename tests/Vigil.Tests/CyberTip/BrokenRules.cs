using System.Text;
using Vigil.CyberTip;
using static Vigil.Tests.CyberTip.SampleReports;

namespace Vigil.Tests.CyberTip;

/// <summary>For each rule, what keeps it and what breaks it, and where the finding must point.</summary>
internal static partial class BrokenRules
{
    public sealed record Case(
        Rule Rule,
        string Path,
        Func<IReadOnlyList<Finding>> Broken,
        Func<IReadOnlyList<Finding>> Kept
    );

    private static readonly string Head = "<report><incidentSummary>";
    private static readonly string Tail =
        "</incidentSummary><reporter><reportingPerson><email>a@example.com</email>"
        + "</reportingPerson></reporter></report>";
    private static readonly string When = "<incidentDateTime>2026-04-01T08:30:00Z</incidentDateTime>";
    private static readonly string Kind = "<incidentType>Child Sex Trafficking</incidentType>";
    private static readonly DateTimeOffset Future = Now.AddDays(1);

    public static IEnumerable<Case> All =>
        [.. OfDocuments(), .. OfValues(), .. OfRelations(), .. OfFiles(), .. OfBatches()];

    private static IEnumerable<Case> OfDocuments()
    {
        yield return Xml(Rule.Malformed, "", "<report>", Head + Kind + When + Tail);
        yield return Xml(Rule.Malformed, "", "<!DOCTYPE report><report/>", Head + Kind + When + Tail);
        yield return Xml(Rule.TooLarge, "", Nested(51), Nested(20), onlyThisRule: true);
        yield return Xml(Rule.Root, "", "<other/>", Head + Kind + When + Tail);
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary/other",
            Head + Kind + When + "<other/>" + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary/@other",
            "<report><incidentSummary other=\"1\">" + Kind + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary",
            Head + "text" + Kind + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Unknown,
            "report/incidentSummary/platform/b",
            Head + Kind + "<platform>a<b/></platform>" + When + Tail,
            Head + Kind + "<platform>a</platform>" + When + Tail
        );
        yield return Xml(
            Rule.Order,
            "report/incidentSummary/incidentType",
            Head + When + Kind + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Repeated,
            "report/incidentSummary/incidentType",
            Head + Kind + Kind + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Required,
            "report/incidentSummary/incidentType",
            Head + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Value,
            "report/incidentSummary/incidentType",
            Head + "<incidentType>csam</incidentType>" + When + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Value,
            "report/incidentSummary/incidentDateTime",
            Head + Kind + "<incidentDateTime>yesterday</incidentDateTime>" + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Zone,
            "report/incidentSummary/incidentDateTime",
            Head + Kind + "<incidentDateTime>2026-04-01T08:30:00</incidentDateTime>" + Tail,
            Head + Kind + When + Tail
        );
        yield return Xml(
            Rule.Flag,
            "report/incidentSummary/reportAnnotations/spam",
            Head + Kind + "<reportAnnotations><spam>false</spam></reportAnnotations>" + When + Tail,
            Head
                + Kind
                + "<reportAnnotations><spam/><sextortion>1</sextortion></reportAnnotations>"
                + When
                + Tail
        );
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("<report>", depth))
        + string.Concat(Enumerable.Repeat("</report>", depth));

    private static Case Xml(Rule rule, string path, string broken, string kept, bool onlyThisRule = false) =>
        new(
            rule,
            path,
            () => Read(broken),
            () => onlyThisRule ? [.. Read(kept).Where(f => f.Rule == rule)] : Read(kept)
        );

    private static IReadOnlyList<Finding> Read(string xml) =>
        ReportRules.Check(ReportXml.Read(Encoding.UTF8.GetBytes(xml)), Context);

    private static Case Whole(Rule rule, string path, Report broken, Report kept) =>
        new(rule, path, () => ReportRules.Check(broken, Context), () => ReportRules.Check(kept, Context));

    private static Case Summary(
        Rule rule,
        string path,
        Func<IncidentSummary, IncidentSummary> broken,
        Func<IncidentSummary, IncidentSummary> kept
    ) =>
        Whole(
            rule,
            $"report/incidentSummary/{path}",
            Minimal with
            {
                IncidentSummary = broken(Minimal.IncidentSummary),
            },
            Minimal with
            {
                IncidentSummary = kept(Minimal.IncidentSummary),
            }
        );

    private static Case Reported(
        Rule rule,
        string path,
        Func<PersonOrUserReported, PersonOrUserReported> broken,
        Func<PersonOrUserReported, PersonOrUserReported> kept
    ) =>
        Whole(
            rule,
            $"report/personOrUserReported[1]/{path}",
            Minimal with
            {
                PersonOrUserReported = [broken(User)],
            },
            Minimal with
            {
                PersonOrUserReported = [kept(User)],
            }
        );

    private static Case OfPhone(Rule rule, string path, Phone broken, Phone kept) =>
        Reported(
            rule,
            $"personOrUserReportedPerson/phone[1]{path}",
            p => p with { PersonOrUserReportedPerson = new() { Phone = [broken] } },
            p => p with { PersonOrUserReportedPerson = new() { Phone = [kept] } }
        );

    private static Case OfPlace(Rule rule, string path, EstimatedLocation broken, EstimatedLocation kept) =>
        Reported(
            rule,
            $"estimatedLocation{path}",
            p => p with { EstimatedLocation = broken },
            p => p with { EstimatedLocation = kept }
        );

    private static Case OfFile(Rule rule, string path, FileDetails broken, FileDetails kept) =>
        new(
            rule,
            $"fileDetails/{path}",
            () => ReportRules.Check(broken, Context),
            () => ReportRules.Check(kept, Context)
        );

    private static Case OfDraft(Rule rule, string path, Report report, FileDetails[] files) =>
        new(
            rule,
            path,
            () => ReportRules.Check(new Draft { Report = report, FileDetails = [.. files] }, Context),
            () => ReportRules.Check(new Draft { Report = Batched, FileDetails = [BatchedFile] }, Context)
        );
}
