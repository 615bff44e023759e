using Vigil.CyberTip;

namespace Vigil.Tests.CyberTip;

/// <summary>Reports of neutral placeholders.</summary>
internal static class SampleReports
{
    /// <summary>What the tests take for now.</summary>
    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Earlier = new(2026, 4, 1, 8, 30, 0, TimeSpan.FromHours(-5));

    public static RuleContext Context => new() { Now = Now };

    public static RuleContext Context2026 => new() { Now = Now, Version = SchemaVersion.V2026 };

    public static Email Mail(string address = "sample@example.com") => new() { Address = address };

    public static Report Minimal =>
        new()
        {
            IncidentSummary = new() { IncidentType = IncidentType.Csam, IncidentDateTime = Earlier },
            Reporter = new() { ReportingPerson = new() { Email = [Mail()] } },
        };

    public static PersonOrUserReported User =>
        new()
        {
            PersonOrUserReportedPerson = new() { FirstName = "SAMPLE", Email = [Mail("user@example.org")] },
            EspIdentifier = "SAMPLE-1",
        };

    public static FileDetails Material =>
        new() { FileViewedByEsp = true, FileRelevance = FileRelevance.Reported };

    /// <summary>As sent: with the numbers that the service gives.</summary>
    public static FileDetails SentFile =>
        Material with
        {
            ReportId = 1,
            FileId = "0123456789abcdef0123456789abcdef",
        };

    public static Report Batched =>
        Minimal with
        {
            BatchedReport = new() { Reason = BatchedReportReason.ViralPotentialMeme },
            PersonOrUserReported =
            [
                new() { EspIdentifier = "SAMPLE-1" },
                new() { EspIdentifier = "SAMPLE-2" },
            ],
        };

    public static FileDetails BatchedFile => new() { FileAnnotations = new() { Viral = true } };
}
