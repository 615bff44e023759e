using System.Globalization;
using System.Text;
using Vigil.Evidence;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Who sends what to whom, and why.</summary>
/// <param name="Document">The approved report.</param>
/// <param name="LegalBasis">Of the files in it; empty: fingerprints alone.</param>
internal sealed record PackageFacts(
    ReportRow Report,
    PackageDestination Destination,
    byte[] Document,
    string RecipientName,
    string CreatedBy,
    DateTimeOffset CreatedAt,
    string LegalBasis
)
{
    /// <summary>Chats and other words that belong to the report.</summary>
    public IReadOnlyList<ApprovedFile> Words { get; init; } = [];

    public override string ToString() => nameof(PackageFacts);
}

/// <summary>Puts the parts of a package together, in a fixed order.</summary>
internal static class PackageParts
{
    /// <param name="destination">Gets the sealed package.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="custody">What was done before.</param>
    /// <param name="recipient">Verified.</param>
    /// <param name="signer">The tenant's.</param>
    /// <param name="media">Opens each released file in turn; empty: hash-only.</param>
    public static PackageSeal Write(
        Stream destination,
        PackageFacts facts,
        CustodyRecord custody,
        RecipientKey recipient,
        SigningKey signer,
        IReadOnlyList<Func<Stream>> media
    )
    {
        using var writer = new PackageWriter(
            destination,
            recipient,
            signer,
            ManifestOf(facts, media.Count == 0)
        );
        writer.Add("report.json", "application/json", "The report, as it was approved", facts.Document);
        writer.Add("summary.html", "text/html", "The report for people", SummaryOf(facts, media.Count));
        writer.Add("custody.json", "application/json", "What was done, when, by whom", custody.ToBytes());
        for (var i = 0; i < facts.Words.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"words/{i + 1:000}.txt");
            writer.Add(
                name,
                "text/plain",
                "Words that belong to the report",
                Encoding.UTF8.GetBytes(facts.Words[i].Text!)
            );
        }
        for (var i = 0; i < media.Count; i++)
        {
            using var file = media[i]();
            var name = string.Create(CultureInfo.InvariantCulture, $"media/{i + 1:000}");
            writer.Add(name, "application/octet-stream", $"File {i + 1} of those that were released", file);
        }
        return writer.Finish();
    }

    private static PackageManifest ManifestOf(PackageFacts facts, bool isHashOnly) =>
        new()
        {
            Destination = facts.Destination.Code,
            Report = facts.Report.Id.ToString(),
            Environment = facts.Report.Environment.ToString(),
            CreatedAt = facts.CreatedAt,
            CreatedBy = facts.CreatedBy,
            Recipient = facts.RecipientName,
            RecipientFingerprint = "",
            IsHashOnly = isHashOnly,
            LegalBasis = isHashOnly ? "" : facts.LegalBasis,
        };

    private static byte[] SummaryOf(PackageFacts facts, int media) =>
        SummaryHtml.Of(
            $"Report {facts.Report.Id}",
            [
                ("To", facts.Destination.Name),
                ("Recipient", facts.RecipientName),
                (
                    "Environment",
                    facts.Report.Environment == ReportEnvironment.Test
                        ? "TEST: not a real report"
                        : "production"
                ),
                ("Case", facts.Report.CaseRef),
                ("Made", facts.CreatedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
                ("Made by", facts.CreatedBy),
                (
                    "Files in this package",
                    media == 0 ? "none: fingerprints alone" : $"{media}, on this basis: {facts.LegalBasis}"
                ),
            ],
            facts.Document
        );
}
