using System.Text;
using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>A person's changes of a draft: by fields, as JSON, or why something cannot be supplied. Pure.</summary>
internal static class DraftForm
{
    public const int BecauseCharacters = 500;
    private const int MostFindings = 5;

    /// <summary>What the form says; fields that say the same as the draft are left as they are.</summary>
    public static ReportDraft Apply(ReportDraft draft, Func<string, string?> value)
    {
        var before = draft;
        foreach (var field in DraftFields.Of(draft))
        {
            // An unticked box is not sent; another field that is not sent was not on the form.
            var given = value(field.Anchor) ?? (field.Kind == FieldKind.Check ? "false" : null);
            if (given is not null && Same(given) != Same(field.Get(draft)))
            {
                draft =
                    given.Length <= field.Most
                        ? field.Set(draft, given.ReplaceLineEndings("\n").Trim())
                        : throw FieldValues.Bad(field.Label, $"at most {field.Most} characters");
            }
        }
        return WithTimeOf(draft, before);
    }

    /// <summary>A time that a person gave is no longer the one at which it came here.</summary>
    private static ReportDraft WithTimeOf(ReportDraft draft, ReportDraft before) =>
        draft.Tip.Report.IncidentSummary is { IncidentDateTimeDescription: DraftTexts.TimeOfArrival } summary
        && summary.IncidentDateTime != before.Tip.Report.IncidentSummary.IncidentDateTime
            ? draft.Reported(report =>
                report with
                {
                    IncidentSummary = summary with { IncidentDateTimeDescription = null },
                }
            )
            : draft;

    /// <summary>The whole of it, but for what the records alone tell.</summary>
    public static ReportDraft ApplyJson(ReportDraft draft, string json)
    {
        var read = ReportJson.Read(Encoding.UTF8.GetBytes(json));
        if (read.Value is not { } tip || read.Findings.Count > 0)
        {
            throw ProblemException.BadRequest(
                "bad_draft",
                "The draft was not saved. "
                    + string.Join(
                        "; ",
                        read.Findings.Take(MostFindings).Select(finding => finding.ToString())
                    )
            );
        }
        if (tip.FileDetails.Count != draft.Tip.FileDetails.Count)
        {
            throw ProblemException.BadRequest(
                "other_files",
                $"'fileDetails' holds the {draft.Tip.FileDetails.Count} files of the report, in their order: none is "
                    + "added or taken out here."
            );
        }
        return draft with
        {
            Tip = tip with
            {
                FileDetails =
                [
                    .. tip.FileDetails.Select(
                        (details, index) =>
                            details with
                            {
                                FileViewedByEsp = draft.Tip.FileDetails[index].FileViewedByEsp,
                                ExifViewedByEsp = draft.Tip.FileDetails[index].ExifViewedByEsp,
                            }
                    ),
                ],
            },
        };
    }

    public static ReportDraft CannotSupply(ReportDraft draft, string path, string because)
    {
        var (field, why) = (path.Trim(), because.Trim());
        if (field.Length is 0 or > 300 || why.Length is 0 or > BecauseCharacters)
        {
            throw FieldValues.Bad("Because", $"1 to {BecauseCharacters} characters");
        }
        return draft with
        {
            CannotSupply = new Dictionary<string, string>(draft.CannotSupply, StringComparer.Ordinal)
            {
                [field] = why,
            },
        };
    }

    /// <summary>Browsers send line ends of their own.</summary>
    private static string Same(string text) => text.ReplaceLineEndings("\n").Trim();
}
