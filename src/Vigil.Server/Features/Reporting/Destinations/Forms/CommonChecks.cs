namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>What makes a report useless to any investigator.</summary>
internal static class CommonChecks
{
    public static IEnumerable<DraftFinding> Of(ReportDraft draft, DateTimeOffset now)
    {
        var report = draft.Tip.Report;
        if (report.Reporter.ReportingPerson.Email.Count == 0)
        {
            yield return Blocking(
                "reporter.reportingPerson.email",
                "reporter-email",
                "Nobody can be asked: give the organisation's address."
            );
        }
        if (draft.KnowledgeAt == default || draft.KnowledgeAt > now)
        {
            yield return Blocking("knowledgeAt", "knowledge-time", "Say when a person first knew of it.");
        }
        if (draft.Files.Count == 0 && !DraftValues.Urls(draft).Any() && string.IsNullOrWhiteSpace(draft.Why))
        {
            yield return Blocking(
                "files",
                "nothing-to-act-on",
                "The report names no file, no address and no reason."
            );
        }
        if (draft.Tip.FileDetails.Count > draft.Files.Count)
        {
            yield return Blocking("files", "files-differ", "Details are given of more files than there are.");
        }
        for (var i = 0; i < draft.Files.Count; i++)
        {
            var file = draft.Files[i];
            if ((file.Md5 ?? file.Sha1 ?? file.Sha256 ?? file.Pdq) is null)
            {
                yield return Blocking(
                    $"files[{i}]",
                    "no-fingerprint",
                    "The file cannot be told from others: give a digest."
                );
            }
        }
        var ip = "personOrUserReported.ipCaptureEvent";
        if (
            DraftValues.Subject(draft) is { } subject
            && subject.IpCaptureEvent.Count == 0
            && !IsExcused(draft, ip)
        )
        {
            yield return new DraftFinding(
                ip,
                "no-address",
                "No internet address of the account: give it, or say why not.",
                false
            );
        }
    }

    /// <summary>A destination's own member of <see cref="ReportDraft.Extra"/> that has to be said.</summary>
    public static IEnumerable<DraftFinding> Need(ReportDraft draft, string extra, string text)
    {
        if (string.IsNullOrWhiteSpace(draft.Extra.GetValueOrDefault(extra)))
        {
            yield return Blocking(extra, "needed", text);
        }
    }

    public static bool IsExcused(ReportDraft draft, string path) =>
        !string.IsNullOrWhiteSpace(draft.CannotSupply.GetValueOrDefault(path));

    public static DraftFinding Blocking(string path, string rule, string text) =>
        new(path, rule, text, IsBlocking: true);
}
