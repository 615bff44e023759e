using System.Net.Mail;

namespace Vigil.Server.Features.Admin.Settings;

/// <summary>
/// Who reports: the organisation, in every report. A role's address belongs here, not a person's. That one was changed
/// stands in the ledger, what was written as a keyed digest.
/// </summary>
internal static class ReportSettings
{
    private const int TextCharacters = 3000;

    public static readonly IReadOnlyList<KnownSetting> All =
    [
        Text(
            "report.reporterName",
            "Reports: name of who reports",
            "The organisation's or its team's, never a reviewer's.",
            100
        ),
        Address(
            "report.reporterEmail",
            "Reports: e-mail address of who reports",
            "A role's. No report is accepted without it."
        ),
        Text("report.contactName", "Reports: whom an investigator may ask", "A role, as Legal team.", 100),
        Address("report.contactEmail", "Reports: e-mail address for investigators", "A role's."),
        Text(
            "report.contactPhone",
            "Reports: telephone number for investigators",
            "With its country, as +1 202 555 0100.",
            50
        ),
        new(
            "report.legalUrl",
            "Reports: where legal process is served",
            "An address that begins with https://, or empty.",
            ""
        )
        {
            IsWritten = true,
            Longest = 2083,
            IsText = value =>
                value.Length == 0
                || (
                    value.StartsWith("https://", StringComparison.Ordinal)
                    && Uri.IsWellFormedUriString(value, UriKind.Absolute)
                ),
        },
        Text(
            "report.termsOfService",
            "Reports: the terms of service that matter",
            "Stands in every report.",
            TextCharacters
        ),
        Text(
            "report.companyTemplate",
            "Reports: text for every report",
            "What your organisation always says.",
            TextCharacters
        ),
        Text("report.service", "Reports: name of the service", "What users call it.", 100),
        new(
            "report.classifies",
            "Reports: send the industry's classification A1 to B2",
            "on: only for members of the industry hash sharing agreement.",
            "off"
        )
        {
            Choices = ["on", "off"],
        },
        new(
            "report.cybertipSchema",
            "Reports: version of the CyberTipline's schema",
            "2026 only where the schema fetched with your credentials has its additions.",
            "2025"
        )
        {
            Choices = ["2025", "2026"],
        },
    ];

    private static KnownSetting Text(string name, string title, string help, int longest) =>
        new(name, title, $"{help} At most {longest} characters, or empty.", "")
        {
            IsWritten = true,
            Longest = longest,
            IsText = value => value.All(c => !char.IsControl(c) || c is '\n' or '\r' or '\t'),
        };

    private static KnownSetting Address(string name, string title, string help) =>
        new(name, title, $"{help} Or empty.", "")
        {
            IsWritten = true,
            Longest = 255,
            IsText = value =>
                value.Length == 0
                || (
                    MailAddress.TryCreate(value, out var address)
                    && address.Address == value
                    && value.Contains('.')
                ),
        };
}
