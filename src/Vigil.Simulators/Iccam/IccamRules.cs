using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Vigil.Simulators.Iccam;

/// <summary>What a report must be, checked member by member; errors by the name of the member.</summary>
internal static class IccamRules
{
    private static readonly int[] Classifications = [1, 2, 4];

    public static IReadOnlyDictionary<string, string> Check(JsonElement report)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (report.ValueKind != JsonValueKind.Object)
        {
            errors["report"] = "An object is expected.";
            return errors;
        }
        NeedText(errors, report, "reportingAnalystName", "");
        NeedText(errors, report, "hotlineReference", "");
        var received = TextOf(report, "hotlineReceivedDate");
        if (
            !DateTimeOffset.TryParseExact(
                received,
                "yyyy-MM-dd'T'HH:mm:ss'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out _
            )
        )
        {
            errors["hotlineReceivedDate"] = "A time as 2026-01-01T00:00:00Z is expected.";
        }
        NeedNumber(errors, report, "sourceUrlSiteType", "", 1, 24);
        NeedNumber(errors, report, "sourceUrlCommerciality", "", 1, 3);
        CheckUrls(errors, report);
        return errors;
    }

    private static void CheckUrls(Dictionary<string, string> errors, JsonElement report)
    {
        if (
            !report.TryGetProperty("urls", out var urls)
            || urls.ValueKind != JsonValueKind.Array
            || urls.GetArrayLength() == 0
        )
        {
            errors["urls"] = "At least one address is expected.";
            return;
        }
        var sources = 0;
        foreach (var (url, i) in urls.EnumerateArray().Select((url, i) => (url, i)))
        {
            var at = $"urls[{i}].";
            if (
                !Uri.TryCreate(TextOf(url, "urlString"), UriKind.Absolute, out var address)
                || !address.Scheme.StartsWith("http", StringComparison.Ordinal)
            )
            {
                errors[at + "urlString"] = "An absolute address is expected.";
            }
            if (TextOf(url, "hostingCountryCode") is not { Length: 2 })
            {
                errors[at + "hostingCountryCode"] = "Two letters are expected.";
            }
            if (TextOf(url, "hostingIpAddress") is { Length: > 0 } ip && !IPAddress.TryParse(ip, out _))
            {
                errors[at + "hostingIpAddress"] = "An IP address is expected.";
            }
            NeedText(errors, url, "hotlineReference", at);
            NeedNumber(errors, url, "contentType", at, 1, 2);
            sources +=
                url.TryGetProperty("isSourceUrl", out var isSource)
                && isSource.ValueKind == JsonValueKind.True
                    ? 1
                    : 0;
            CheckAssessment(errors, url, at);
            if (url.TryGetProperty("actions", out var actions) && actions.GetArrayLength() > 0)
            {
                errors[at + "actions"] = "Actions come in calls of their own.";
            }
        }
        if (sources != 1)
        {
            errors["urls"] = "Exactly one is the source.";
        }
    }

    private static void CheckAssessment(Dictionary<string, string> errors, JsonElement url, string at)
    {
        if (
            !url.TryGetProperty("assessment", out var assessment)
            || assessment.ValueKind != JsonValueKind.Object
        )
        {
            errors[at + "assessment"] = "Is missing.";
            return;
        }
        NeedText(errors, assessment, "assessingAnalystName", at);
        if (!Classifications.Contains(NumberOf(assessment, "classification")))
        {
            errors[at + "classification"] = "1, 2 or 4 is expected.";
        }
        NeedNumber(errors, assessment, "ageCategorization", at, 1, 4);
        NeedNumber(errors, assessment, "genderCategorization", at, 1, 4);
        NeedNumber(errors, assessment, "virtualContentCategorization", at, 1, 9);
        NeedNumber(errors, assessment, "userGeneratedContentCategorization", at, 1, 9);
        NeedNumber(errors, assessment, "childModelingCategorization", at, 1, 9);
    }

    private static void NeedText(Dictionary<string, string> errors, JsonElement of, string name, string at)
    {
        if (string.IsNullOrWhiteSpace(TextOf(of, name)))
        {
            errors[at + name] = "Is missing.";
        }
    }

    private static void NeedNumber(
        Dictionary<string, string> errors,
        JsonElement of,
        string name,
        string at,
        int least,
        int most
    )
    {
        if (NumberOf(of, name) is var number && (number < least || number > most))
        {
            errors[at + name] = $"A number from {least} to {most} is expected.";
        }
    }

    private static string? TextOf(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static int NumberOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var number)
            ? number
            : -1;
}
