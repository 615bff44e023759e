using System.Text.Json.Nodes;
using static Vigil.Server.Features.Reporting.Destinations.DraftValues;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// The tip to the Canadian Centre for Child Protection under section 2 of the Mandatory Reporting Act: addresses and
/// facts, of nobody and without fingerprints. Its form for services is not public; this is a documented package.
/// </summary>
internal sealed class CaC3pDestination : PackageDestination
{
    public override string Code => "ca-c3p";

    public override string Name => "Canadian Centre for Child Protection, Cybertip.ca (no affiliation)";

    public override string Jurisdiction => "CA";

    public override string Form => "vigil.ca-c3p/1";

    public override bool MayTakeMedia => false;

    public override string Delivery =>
        "Cybertip.ca; the form for services is not public. Addresses and facts alone: no person, fingerprint or file.";

    protected override IReadOnlyList<ReportField> Fields { get; } =
    [
        new(
            "reporter.name",
            "tip.report.reporter.reportingPerson",
            "The organisation's contact",
            d =>
                Name(
                    d.Tip.Report.Reporter.ReportingPerson.FirstName,
                    d.Tip.Report.Reporter.ReportingPerson.LastName
                )
        ),
        new(
            "reporter.emails",
            "tip.report.reporter.reportingPerson.email",
            "",
            d => Emails(d.Tip.Report.Reporter.ReportingPerson.Email)
        ),
        new(
            "urls",
            "tip.report.internetDetails, tip.fileDetails[].locationOfFile",
            "Where it may be available to the public",
            d => Texts(Urls(d))
        ),
        new(
            "hostAddresses",
            "extra c3p.hostAddresses",
            "IP addresses of hosts, with commas; never those of users",
            d => Texts(Hosts(d))
        ),
        new("kind", "problemType", "", d => Text(d.ProblemType)),
        new("advisedAt", "knowledgeAt", "When the service was advised of it", d => Time(d.KnowledgeAt)),
        ReportField.Never(
            "person",
            "The Act asks for the address alone; whose account it is goes to the police (section 3)"
        ),
        ReportField.Never("fingerprints", "Not asked for"),
    ];

    protected override IReadOnlyList<FileField> FileFields => [];

    protected override IEnumerable<DraftFinding> OwnFindings(ReportDraft draft)
    {
        if (!Urls(draft).Any() && Hosts(draft).Length == 0)
        {
            yield return CommonChecks.Blocking(
                "urls",
                "no-address",
                "A tip is of an address: give the URL or the host's IP."
            );
        }
        foreach (var host in Hosts(draft).Where(host => !System.Net.IPAddress.TryParse(host, out _)))
        {
            yield return CommonChecks.Blocking(
                "c3p.hostAddresses",
                "not-an-address",
                "One of the hosts is no IP address."
            );
        }
    }

    /// <summary>IP addresses of hosts, as they were typed.</summary>
    internal static string[] Hosts(ReportDraft draft) =>
        (draft.Extra.GetValueOrDefault("c3p.hostAddresses") ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
}
