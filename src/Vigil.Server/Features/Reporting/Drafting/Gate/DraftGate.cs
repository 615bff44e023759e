using System.Text.RegularExpressions;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// What stands between a draft and its approval: what the recipient would refuse, what an investigator needs and nobody
/// gave a reason for, and what this installation never says. Pure.
/// </summary>
internal static partial class DraftGate
{
    private const int MatchMs = 1000;

    public static DraftStanding Check(Destination destination, ReportDraft draft, DateTimeOffset now)
    {
        var asked = Requirements.Of(draft).ToList();
        var missing = asked.Where(each => !each.IsThere).Select(each => MissingOf(draft, each)).ToList();
        var findings = destination
            .Check(draft, now)
            .Concat(NeverSaid.Of(draft))
            .Concat(missing.Where(field => field is { IsRelevant: true, Reason: null }).Select(Unexplained))
            .Concat(Notes(draft))
            .ToList();
        var (urgency, because) = Urgency.Of(draft);
        return new DraftStanding(
            findings,
            CompletenessOf(asked),
            urgency,
            EstimateOf(draft, asked),
            missing,
            because
        );
    }

    /// <summary>
    /// A reason may stand for one file, "fileDetails[2].publiclyAvailable", or for all, without the number.
    /// </summary>
    public static string WithoutNumbers(string path) => Number().Replace(path, "");

    private static MissingField MissingOf(ReportDraft draft, Requirement asked)
    {
        var reason =
            draft.CannotSupply.GetValueOrDefault(asked.Path)
            ?? draft.CannotSupply.GetValueOrDefault(WithoutNumbers(asked.Path));
        return new MissingField(
            asked.Path,
            asked.What,
            asked.Supplier,
            asked.Relevance != Relevance.Helpful,
            string.IsNullOrWhiteSpace(reason) ? null : reason
        );
    }

    private static DraftFinding Unexplained(MissingField field) =>
        new(
            field.Path,
            "missing",
            $"{field.What}: supply it ({field.Supplier}), or say why it cannot be supplied.",
            IsBlocking: true
        );

    private static IEnumerable<DraftFinding> Notes(ReportDraft draft)
    {
        var note = IncidentTable.Of(draft.ProblemType).Note;
        if (note.Length > 0 && !draft.NamesNoSuspect)
        {
            yield return new DraftFinding("incidentSummary", "note", note, IsBlocking: false);
        }
    }

    private static int CompletenessOf(IReadOnlyList<Requirement> asked)
    {
        var all = asked.Sum(each => each.Weight);
        var there = asked.Where(each => each.IsThere).Sum(each => each.Weight);
        return all <= 0 ? 0 : (int)Math.Floor((100 * there / all) + 1e-6);
    }

    private static string EstimateOf(ReportDraft draft, IReadOnlyList<Requirement> asked) =>
        draft.NamesNoSuspect
        || Urgency.IsPassedOn(draft)
        || draft.Tip.Report.IncidentSummary?.ReportAnnotations?.Informational == true
        || asked.Any(each => each is { Relevance: Relevance.Core, IsThere: false })
            ? DraftStanding.Informational
            : DraftStanding.Referral;

    [GeneratedRegex(@"\[\d+\]", RegexOptions.CultureInvariant, MatchMs)]
    private static partial Regex Number();
}
