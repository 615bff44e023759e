using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// From what is known to a draft. Pure. It says what records, graders and the platform said, and nothing more; where
/// nobody is a suspect it says who reports, and no more.
/// </summary>
internal static class BuildDraft
{
    public const string SubjectVersion = "subject.version";
    public const string Schema = "cybertip.schema";

    public static ReportDraft From(DraftSources from)
    {
        var used = from.Used;
        var isTold = !from.NamesNoSuspect;
        var files = isTold ? BuildFiles.From(from) : [];
        var report = isTold
            ? from.Batch is { } accounts
                ? BuildBatch.ReportOf(from, accounts)
                : ReportOf(from, files)
            : new Report
            {
                IncidentSummary = BuildIncident.Nothing(from),
                Reporter = from.Organisation.ToReporter(null),
            };
        if (isTold && from.Batch is not null)
        {
            files = BuildBatch.FilesOf(from, files);
        }
        return new ReportDraft
        {
            Tip = new Draft { Report = report, FileDetails = [.. files.Select(file => file.Details)] },
            Files = [.. files.Select(file => file.File)],
            ProblemType = from.Case.ProblemType,
            Surface = used.Count > 0 ? used[0].Surface : from.Case.Surface,
            UserJurisdiction = JurisdictionOf(from),
            KnowledgeAt = KnowledgeOf(used),
            ReceivedAt = ReceivedOf(used),
            MatchedAt = used.Where(item => item.Origin == CaseOrigin.Match)
                .Select(item => (DateTimeOffset?)item.At)
                .Min(),
            NamesNoSuspect = from.NamesNoSuspect,
            IsTest = from.IsTest,
            Why = isTold && from.Batch is null ? WhyText.Of(from) : "",
            ItemIds = isTold && from.Batch is null ? [.. used.Select(item => item.ItemId)] : [],
            ContentIds = [.. from.Contents.Select(content => content.Id)],
            Extra = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [SubjectVersion] = $"{from.Subject.Version}",
                [Schema] = from.Organisation.SchemaYear,
            },
        };
    }

    /// <summary>The earliest of what is reported.</summary>
    public static DateTimeOffset KnowledgeOf(IReadOnlyList<ReportableItem> used) =>
        used.Select(item => item.KnowledgeAt ?? item.DecidedAt ?? item.At).Min();

    /// <summary>
    /// The earliest: a match's or a flag's arrival here, a notice's at the organisation. Null: of nothing.
    /// </summary>
    public static DateTimeOffset? ReceivedOf(IReadOnlyList<ReportableItem> used) =>
        used.Select(item => item.NoticeReceivedAt < item.At ? item.NoticeReceivedAt : item.At).Min();

    private static Report ReportOf(DraftSources from, IReadOnlyList<BuiltFile> files)
    {
        var told = from.Subject.Report;
        var person = BuildPerson.From(from);
        return new Report
        {
            IncidentSummary = BuildIncident.Summary(from),
            InternetDetails = BuildIncident.Places(from, files),
            LawEnforcement = told?.LawEnforcement,
            Reporter = from.Organisation.ToReporter(told?.Reporter?.TermsOfService),
            PersonOrUserReported = person is null ? [] : [person],
            IntendedRecipient = told?.IntendedRecipient ?? [],
            Victim = told?.Victim ?? [],
            AdditionalInfo = told?.AdditionalInfo,
        };
    }

    private static string JurisdictionOf(DraftSources from) =>
        from.Case.Jurisdiction.Length > 0
            ? from.Case.Jurisdiction
            : from.Subject.Person?.EstimatedLocation?.CountryCode ?? "";
}
