using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// One file that very many pass on: each account by its identifier, one file, and hardly anything else. What a batched
/// report may not have is left out here, and refused by the rules.
/// </summary>
internal static class BuildBatch
{
    /// <summary>Of an account, as the schema has it.</summary>
    public const int IdentifierCharacters = 255;

    public static Report ReportOf(DraftSources from, IReadOnlyList<string> accounts)
    {
        var whole = BuildIncident.Summary(from);
        return new Report
        {
            BatchedReport = new BatchedReport { Reason = BatchedReportReason.ViralPotentialMeme },
            IncidentSummary = whole with { EscalateToHighPriority = null, ReportAnnotations = null },
            Reporter = from.Organisation.ToReporter(from.Subject.Report?.Reporter?.TermsOfService),
            PersonOrUserReported =
            [
                .. accounts
                    .Distinct(StringComparer.Ordinal)
                    .Select(account => new PersonOrUserReported { EspIdentifier = account }),
            ],
        };
    }

    /// <summary>The first that is kept and is material; none where none is.</summary>
    public static IReadOnlyList<BuiltFile> FilesOf(DraftSources from, IReadOnlyList<BuiltFile> files)
    {
        var first = files.FirstOrDefault(file =>
            file is { File.ContentId: not null, Details.FileRelevance: FileRelevance.Reported }
        );
        if (first is null)
        {
            return [];
        }
        var details = first.Details;
        return
        [
            new BuiltFile(
                first.File,
                new FileDetails
                {
                    UploadedToEspTimestamp = details.UploadedToEspTimestamp,
                    FileViewedByEsp = details.FileViewedByEsp,
                    PubliclyAvailable = details.PubliclyAvailable,
                    FileRelevance = FileRelevance.Reported,
                    FileAnnotations = new FileAnnotations
                    {
                        PotentialMeme = true,
                        Viral = from.Batch?.Count > 1,
                    },
                    IndustryClassification = details.IndustryClassification,
                }
            ),
        ];
    }
}
