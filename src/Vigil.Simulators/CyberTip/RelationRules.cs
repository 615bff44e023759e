using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>What elements ask of each other.</summary>
internal static class RelationRules
{
    public static IEnumerable<string> Of(XElement element) =>
        element.Name.LocalName switch
        {
            "phone" or "phoneNumber" => OfPhone(element),
            "email" or "emailAddress" => OfVerified(element),
            "estimatedLocation" => OfLocation(element),
            "accountTemporarilyDisabled" or "accountPermanentlyDisabled" => OfDates(element),
            "associatedAccount" when Has(element, "approximateAge") && Has(element, "dateOfBirth") =>
            [
                "associatedAccount: age or date of birth, not both.",
            ],
            "fileDetails" => OfFile(element),
            "reportingPerson" when !Has(element, "email") =>
            [
                "reportingPerson: an e-mail address is required.",
            ],
            _ => [],
        };

    public static IEnumerable<string> OfReport(XElement report)
    {
        if (Has(report, "batchedReport"))
        {
            return OfBatch(report);
        }
        var owners = report
            .Elements()
            .Where(each => each.Name.LocalName is "personOrUserReported" or "intendedRecipient" or "victim")
            .Elements()
            .Where(each =>
                each.Name.LocalName
                    is "personOrUserReportedPerson"
                        or "intendedRecipientPerson"
                        or "victimPerson"
            );
        var emails = owners.Elements("email").Select(email => email.Value.ToUpperInvariant()).ToHashSet();
        var errors = report
            .Descendants("emailAddress")
            .Where(email => !emails.Contains(email.Value.ToUpperInvariant()))
            .Select(_ => "emailAddress: must also be an address of somebody in the report.");
        return report.Elements("personOrUserReported").Count() > 1
            ? errors.Append("personOrUserReported: one at most.")
            : errors;
    }

    /// <summary>What the service notices of a batch at the finish only.</summary>
    public static string? OfBatchedFiles(SimulatedReport report)
    {
        if (report.Files.Count > 1)
        {
            return "A batched report has one file at most.";
        }
        var details = report.Files.SingleOrDefault()?.Details;
        if (report.Files.Count == 0)
        {
            return null;
        }
        string[] banned =
        [
            "originalFileName",
            "locationOfFile",
            "originalFileHash",
            "ipCaptureEvent",
            "deviceId",
            "details",
            "additionalInfo",
        ];
        var annotations =
            details?.Element("fileAnnotations")?.Elements().Select(each => each.Name.LocalName) ?? [];
        var isMeme = details?.Element("potentialMeme")?.Value is "true" or "1";
        var isMarked = isMeme || annotations.Any(name => name is "viral" or "potentialMeme");
        return details is null || !isMarked ? "The file of a batched report must be annotated."
            : banned.Any(name => Has(details, name)) ? "The file of a batched report says too much."
            : annotations.Any(name => name is not ("viral" or "potentialMeme"))
                ? "The file of a batched report has another annotation."
            : details.Element("fileRelevance")?.Value == "Supplemental Reported"
                ? "The file of a batched report is material."
            : null;
    }

    private static IEnumerable<string> OfBatch(XElement report)
    {
        string[] banned =
        [
            "internetDetails",
            "lawEnforcement",
            "intendedRecipient",
            "victim",
            "additionalInfo",
        ];
        foreach (var name in banned.Where(name => Has(report, name)))
        {
            yield return $"{name}: not in a batched report.";
        }
        if (report.Descendants("escalateToHighPriority").Any())
        {
            yield return "escalateToHighPriority: not in a batched report.";
        }
        if (
            report
                .Elements("personOrUserReported")
                .Any(each => each.Elements().Any(e => e.Name != "espIdentifier"))
        )
        {
            yield return "personOrUserReported: in a batched report only espIdentifier.";
        }
    }

    private static IEnumerable<string> OfPhone(XElement phone)
    {
        var code = phone.Attribute("countryCallingCode")?.Value;
        if (code is not null && phone.Value.Trim().StartsWith(code, StringComparison.Ordinal))
        {
            yield return "phone: begins with the calling code.";
        }
        if (phone.Attribute("extension") is { Value.Length: > 10 })
        {
            yield return "phone: the extension has ten digits at most.";
        }
        foreach (var error in OfVerified(phone))
        {
            yield return error;
        }
    }

    private static IEnumerable<string> OfVerified(XElement element)
    {
        if (
            element.Attribute("verificationDate") is not null
            && element.Attribute("verified")?.Value is not ("true" or "1")
        )
        {
            yield return $"{element.Name.LocalName}: a date of verification, but not verified.";
        }
    }

    private static IEnumerable<string> OfLocation(XElement location)
    {
        const string states =
            " AK AL AR AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV "
            + "NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY ";
        var country = location.Element("countryCode")?.Value ?? "";
        var region = location.Element("region")?.Value ?? "";
        var city = location.Element("city")?.Value ?? "";
        if (country.Length == 0)
        {
            yield return "estimatedLocation: the country is required.";
        }
        else if (country == "US" && (region.Length > 0 ? !states.Contains($" {region} ") : city.Length > 0))
        {
            yield return "estimatedLocation: in the US the region must be a state.";
        }
    }

    private static IEnumerable<string> OfDates(XElement account)
    {
        var closed = Time(account, "disabledDate");
        if (Time(account, "userNotifiedDate") < closed)
        {
            yield return "userNotifiedDate: before the account was closed.";
        }
        if (Time(account, "reenabledDate") <= closed)
        {
            yield return "reenabledDate: not after the account was closed.";
        }
    }

    private static IEnumerable<string> OfFile(XElement file)
    {
        if (file.Element("exifViewedByEsp")?.Value is "true" or "1")
        {
            if (file.Element("fileViewedByEsp")?.Value is not ("true" or "1"))
            {
                yield return "fileViewedByEsp: must be true when exifViewedByEsp is.";
            }
        }
        if (file.Element("fileRelevance")?.Value != "Supplemental Reported")
        {
            yield break;
        }
        var isMeme = Has(file, "potentialMeme") || file.Descendants("potentialMeme").Any();
        if (isMeme || Has(file, "industryClassification"))
        {
            yield return "fileRelevance: neither meme nor classification for a supplemental file.";
        }
    }

    private static bool Has(XElement element, string name) => element.Element(name) is not null;

    private static DateTimeOffset? Time(XElement element, string name) =>
        element.Attribute(name) is { } attribute ? DateTimeOffset.Parse(attribute.Value) : null;
}
