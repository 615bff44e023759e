using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>What statistics need of an approved report: no persons, no contents.</summary>
internal static class ReportFigures
{
    public static async Task<int> PutAsync(Tx tx, ReadyReport ready)
    {
        var details = ready.Draft.Tip.FileDetails;
        return await tx.ExecuteAsync(
            """
            insert into report_figures (tenant, report_id, detector, completeness, estimate, files, viewed, is_meme,
                confirmed_at)
            values (@tenant, @id, @detector, @completeness, @estimate, @files, @viewed, @isMeme, @confirmedAt)
            on conflict (tenant, report_id) do update set detector = excluded.detector,
                completeness = excluded.completeness, estimate = excluded.estimate, files = excluded.files,
                viewed = excluded.viewed, is_meme = excluded.is_meme, confirmed_at = excluded.confirmed_at
            """,
            new
            {
                id = ready.Report.Id,
                detector = await DetectorAsync(tx, ready.About),
                completeness = ready.Standing.Completeness,
                estimate = ready.Standing.Estimate,
                files = ready.Draft.Files.Count,
                viewed = ready.Draft.Files.Count(file => file.IsViewed),
                isMeme = details.Any(file =>
                    file.PotentialMeme == true || file.FileAnnotations is { PotentialMeme: true }
                ),
                confirmedAt = ConfirmedAt(ready.Draft, ready.About),
            }
        );
    }

    public static Task<int> ForgetAsync(Tx tx, Guid reportId) =>
        tx.ExecuteAsync(
            "delete from report_figures where tenant = @tenant and report_id = @reportId",
            new { reportId }
        );

    /// <summary>When a person confirmed the first of what it says; null: nobody knows. A notice came before.</summary>
    private static DateTimeOffset? ConfirmedAt(ReportDraft draft, ReportableCase about) =>
        about
            .Items.Where(item => item.State == "Confirmed")
            .Where(item => draft.ItemIds.Count == 0 || draft.ItemIds.Contains(item.ItemId))
            .Min(item => item.DecidedAt);

    /// <summary>What found it: the purpose of the heaviest list, or how the case came in.</summary>
    private static async Task<string> DetectorAsync(Tx tx, ReportableCase about)
    {
        var decisions = about
            .Items.Where(item => item.State == "Confirmed")
            .Select(item => item.DecisionId)
            .OfType<Guid>()
            .ToList();
        if (decisions.Count > 0 && tx.IsAnswered<DecisionFactsWanted>())
        {
            var facts = await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new(decisions));
            if (facts.Facts.SelectMany(fact => fact.Matches.Take(1)).FirstOrDefault() is { } match)
            {
                return match.Purpose;
            }
        }
        return about.Items.Count == 0 ? "unknown" : Http.Words.Of(about.Items[0].Origin);
    }
}
