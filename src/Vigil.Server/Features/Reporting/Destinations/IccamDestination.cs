using System.Globalization;
using System.Text.Json.Nodes;
using static Vigil.Server.Features.Reporting.Destinations.DraftValues;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// A hotline's report to ICCAM v3: addresses, where they are hosted, and their assessment. Names and numbers of the API
/// as AbuseIO's SCART (v6.5) calls it; INHOPE's own description is given to members.
/// </summary>
internal sealed class IccamDestination : CallDestination
{
    public const string Analyst = "iccam.analyst";
    public const string Reference = "iccam.reference";
    public const string HostCountry = "iccam.hostCountry";
    public const string HostIp = "iccam.hostIp";
    public const string HostName = "iccam.hostName";
    public const string HostAsn = "iccam.hostAsn";

    /// <summary>Rule: country, IP address and name of the host are said once, of all addresses.</summary>
    public const string SeveralHosts = "several-hosts";

    private static readonly IReadOnlyList<IccamUrlField> UrlFields =
    [
        new(
            "urlString",
            "tip.report.internetDetails, tip.fileDetails[].locationOfFile",
            "",
            url => Text(url.Url)
        ),
        new(
            "hotlineReference",
            $"extra {Reference}, with the address's number",
            "",
            url => $"{Extra(url.Draft, Reference)}-{url.Index + 1}"
        ),
        new(
            "hostingCountryCode",
            $"extra {HostCountry}",
            "Where it is hosted",
            url => Text(Said(url, HostCountry))
        ),
        new("hostingIpAddress", $"extra {HostIp}", "", url => Text(Said(url, HostIp))),
        new("hostingIsp", $"extra {HostName}", "", url => Text(Said(url, HostName))),
        new(
            "hostingOrganization.organizationName",
            $"extra {HostName}",
            "",
            url => Text(Said(url, HostName))
        ),
        new(
            "hostingOrganization.autonomousSystemNumber",
            $"extra {HostAsn}",
            "",
            url => Text(Said(url, HostAsn))
        ),
        new("isSourceUrl", "the first address", "", url => url.Index == 0),
        new("contentType", "derived", "1 a file, 2 a page", url => url.IsMedia ? 1 : 2),
        new("assessment", "extra fact.*, by the taxonomy iccam", "", url => IccamAssessment.Of(url.Draft)),
    ];

    public override string Code => "iccam";

    public override string Name => "INHOPE, ICCAM v3 (no affiliation)";
    public override string Recipient => "the people of ICCAM";

    /// <summary>No country's law: an agreement of hotlines.</summary>
    public override string Jurisdiction => "";

    public override string Form => "iccam/3";

    /// <summary>How long an answer is waited for.</summary>
    internal TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    public override IReadOnlyList<FieldCoverage> Coverage =>
        [
            .. base.Coverage,
            .. UrlFields.Select(each => new FieldCoverage($"urls[].{each.Name}", each.Source, each.Note)),
            new FieldCoverage(
                "urls[].actions",
                "",
                "What was done is told to ICCAM later, never in the same call"
            ),
        ];

    protected override IReadOnlyList<ReportField> Fields { get; } =
    [
        new(
            "reportingAnalystName",
            $"extra {Analyst}",
            "A name that ICCAM knows",
            d => Text(Extra(d, Analyst))
        ),
        new(
            "hotlineReceivedDate",
            "receivedAt, else knowledgeAt",
            "When it came in, not when it was confirmed",
            d => ReceivedOf(d)
        ),
        new(
            "hotlineReference",
            $"extra {Reference}",
            "Unique: ICCAM has no other way to find the report again",
            d => Text(Extra(d, Reference))
        ),
        new("memo", "why", "", d => Text(d.Why)),
        new("sourceUrlReferrer", "extra iccam.referrer", "", d => Text(Extra(d, "iccam.referrer"))),
        new(
            "sourceUrlSiteType",
            "extra iccam.siteType",
            "2 to 24; not said: 2, a website",
            d => SiteTypeOf(d)
        ),
        new(
            "sourceUrlCommerciality",
            "extra iccam.commerciality",
            "1 to 3; not said: 1",
            d => IccamAssessment.NumberOf(d, "iccam.commerciality", 1, 3)
        ),
        new(
            "sourceUrlPaymentMethods",
            "extra iccam.paymentMethod",
            "1 to 13; not said: 1",
            d => new JsonArray(IccamAssessment.NumberOf(d, "iccam.paymentMethod", 1, 13))
        ),
        ReportField.Never("sourceUrlUsername", "Credentials of others are not kept"),
        ReportField.Never("sourceUrlPassword", "Credentials of others are not kept"),
    ];

    /// <summary>No file and no fingerprint goes to ICCAM.</summary>
    protected override IReadOnlyList<FileField> FileFields => [];

    public override RenderedReport Render(ReportDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var root = new JsonObject();
        foreach (var field in Fields)
        {
            Put(root, field.Name, field.Value(draft));
        }
        root["urls"] = List(IccamUrl.Of(draft), WriteUrl);
        return new RenderedReport(BytesOf(root), "application/json");
    }

    protected override IEnumerable<DraftFinding> OwnFindings(ReportDraft draft)
    {
        foreach (var (extra, text) in Needed.Where(needed => !IsSaidByHost(draft, needed.Extra)))
        {
            foreach (var finding in CommonChecks.Need(draft, extra, text))
            {
                yield return finding;
            }
        }
        if (!Urls(draft).Any())
        {
            yield return CommonChecks.Blocking(
                "urls",
                "no-address",
                "ICCAM takes addresses: give at least one URL."
            );
        }
        if (HostFacts.HostsOf(draft).Count > 1)
        {
            yield return CommonChecks.Blocking(
                "urls",
                SeveralHosts,
                "The addresses are of more than one host, and a report says of all of them where one is hosted: leave "
                    + "those of one host here, and write a report for each of the others."
            );
        }
        if (IccamAssessment.ClassificationOf(draft) is not { } classification)
        {
            yield return CommonChecks.Blocking("fact.age", "no-assessment", "Grade the item in facts first.");
        }
        else if (classification == IccamAssessment.Ignore)
        {
            yield return CommonChecks.Blocking(
                "fact.age",
                "not-illegal",
                "By the facts it is not illegal: no matter for ICCAM."
            );
        }
    }

    public override Task<CallAnswer> SendAsync(
        HttpMessageInvoker http,
        CallTarget target,
        ReadOnlyMemory<byte> document,
        CancellationToken cancellation
    ) => new IccamClient(http, target, Timeout).ReportAsync(document, cancellation);

    private static readonly (string Extra, string Text)[] Needed =
    [
        (Analyst, "Give the analyst's name as ICCAM knows it."),
        (Reference, "Give a reference of your own that no other report has."),
        (HostCountry, "Say where it is hosted: ICCAM passes it on to that country's hotline."),
    ];

    /// <summary>To the second: the service takes no fractions.</summary>
    private static string ReceivedOf(ReportDraft draft) =>
        (draft.ReceivedAt ?? draft.KnowledgeAt).UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture
        );

    private static string Said(IccamUrl url, string name) =>
        HostFacts.Of(url.Draft, name, AddressHost.Of(url.Url));

    private static bool IsSaidByHost(ReportDraft draft, string extra) =>
        extra == HostCountry
        && HostFacts.HostsOf(draft) is [var host]
        && HostFacts.CountryOf(draft, host).Length > 0;

    private static string Extra(ReportDraft draft, string name) => draft.Extra.GetValueOrDefault(name) ?? "";

    private static int SiteTypeOf(ReportDraft draft) =>
        IccamAssessment.NumberOf(draft, "iccam.siteType", 2, 24) is > 1 and var type ? type : 2;

    private static JsonObject WriteUrl(IccamUrl url)
    {
        var root = new JsonObject();
        foreach (var field in UrlFields)
        {
            Put(root, field.Name, field.Value(url));
        }
        root["actions"] = new JsonArray();
        return root;
    }
}
