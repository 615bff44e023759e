using System.Net;
using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>Rules that the service states in words: lengths, times, and what members ask of each other.</summary>
internal static class DocumentRules
{
    /// <summary>Most characters, by element, or by parent and element where they differ.</summary>
    private static readonly Dictionary<string, int> Lengths = new()
    {
        ["platform"] = 256,
        ["escalateToHighPriority"] = 3000,
        ["incidentDateTimeDescription"] = 3000,
        ["url"] = 2083,
        ["legalURL"] = 2083,
        ["profileUrl"] = 2083,
        ["locationOfFile"] = 2083,
        ["newsgroupIncident/name"] = 255,
        ["nameValuePair/name"] = 64,
        ["chatClient"] = 255,
        ["chatRoomName"] = 255,
        ["gameName"] = 255,
        ["console"] = 255,
        ["locationName"] = 255,
        ["client"] = 255,
        ["agencyName"] = 255,
        ["caseNumber"] = 100,
        ["firstName"] = 100,
        ["lastName"] = 100,
        ["middleName"] = 256,
        ["phone"] = 50,
        ["phoneNumber"] = 50,
        ["email"] = 255,
        ["emailAddress"] = 255,
        ["address/address"] = 255,
        ["incidentAddress/address"] = 255,
        ["city"] = 100,
        ["estimatedLocation/city"] = 255,
        ["region"] = 255,
        ["zipCode"] = 20,
        ["nonUsaState"] = 100,
        ["idType"] = 255,
        ["idValue"] = 2083,
        ["espIdentifier"] = 255,
        ["espService"] = 100,
        ["screenName"] = 256,
        ["displayName"] = 255,
        ["groupIdentifier"] = 255,
        ["vehicleDescription"] = 300,
        ["schoolName"] = 255,
        ["originalFileName"] = 2056,
        ["associatedAccount/firstName"] = 256,
        ["associatedAccount/lastName"] = 256,
        ["associatedAccount/espService"] = 256,
        ["associatedAccount/espIdentifier"] = 256,
        ["associatedAccount/groupIdentifier"] = 256,
    };

    private static readonly HashSet<string> PastTimes =
    [
        "incidentDateTime",
        "dateTime",
        "uploadedToEspTimestamp",
        "verificationDate",
        "timestamp",
        "disabledDate",
        "userNotifiedDate",
    ];

    private static readonly HashSet<string> Urls = ["url", "legalURL", "profileUrl", "locationOfFile"];

    public static IEnumerable<string> Errors(XElement root, DateTimeOffset now) =>
        root.DescendantsAndSelf()
            .SelectMany(element => OfElement(element, now).Concat(RelationRules.Of(element)))
            .Concat(root.Name == "report" ? RelationRules.OfReport(root) : []);

    private static IEnumerable<string> OfElement(XElement element, DateTimeOffset now)
    {
        var name = element.Name.LocalName;
        foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
        {
            foreach (var error in OfTime(attribute.Name.LocalName, attribute.Value, now))
            {
                yield return error;
            }
        }
        if (element.HasElements)
        {
            yield break;
        }
        var text = element.Value;
        foreach (var error in OfTime(name, text, now))
        {
            yield return error;
        }
        if (MostOf(element) is { } most && text.Length > most)
        {
            yield return $"{name}: at most {most} characters.";
        }
        if (
            Urls.Contains(name)
            && !(Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0)
        )
        {
            yield return $"{name}: not a valid URL.";
        }
        if (Urls.Contains(name) && text.Any(c => c <= ' '))
        {
            yield return $"{name}: a URL holds no blanks.";
        }
        foreach (var error in OfValue(name, text))
        {
            yield return error;
        }
    }

    private static IEnumerable<string> OfValue(string name, string text)
    {
        var isBad = name switch
        {
            "escalateToHighPriority" or "idType" or "idValue" => text.Trim().Length == 0,
            "email" or "emailAddress" => text.Split('@')
                is not [{ Length: > 0 and <= 64 }, { Length: > 2 } domain]
                || !domain.Contains('.')
                || text.Any(char.IsWhiteSpace),
            "ipAddress" => !IPAddress.TryParse(text, out _) || !text.Any(c => c is ':' or '.'),
            "port" => int.Parse(text) is < 1 or > 65535,
            "age" or "approximateAge" => int.Parse(text) is < 0 or > 150,
            "priorCTReports" or "priorCTReport" => long.Parse(text) <= 0,
            _ => false,
        };
        if (isBad)
        {
            yield return $"{name}: the value is not allowed.";
        }
    }

    private static IEnumerable<string> OfTime(string name, string text, DateTimeOffset now)
    {
        if (name == "dateOfBirth" && DateOnly.Parse(text[..10]) > DateOnly.FromDateTime(now.UtcDateTime))
        {
            yield return "dateOfBirth: lies in the future.";
        }
        if (!PastTimes.Contains(name) && name != "reenabledDate")
        {
            yield break;
        }
        if (!text.EndsWith('Z') && text.LastIndexOfAny(['+', '-']) < text.IndexOf('T'))
        {
            yield return $"{name}: the time has no zone.";
        }
        else if (name != "reenabledDate" && DateTimeOffset.Parse(text) > now)
        {
            yield return $"{name}: lies in the future.";
        }
    }

    private static int? MostOf(XElement element) =>
        Lengths.TryGetValue($"{element.Parent?.Name.LocalName}/{element.Name.LocalName}", out var most) ? most
        : Lengths.TryGetValue(element.Name.LocalName, out most) ? most
        : null;
}
