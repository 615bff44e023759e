using Vigil.CyberTip;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>The fields that are needed most, as the edit form has them. All others are edited as JSON.</summary>
internal static class DraftFields
{
    private const string Incident = "Incident";
    private const string OfPerson = "Whom it is about";
    private const string Besides = "Besides";

    /// <summary>Where the JSON of all fields stands.</summary>
    private const string Elsewhere = "json";

    private static readonly FieldSpec[] Fixed =
    [
        new(
            Incident,
            "incidentSummary-incidentType",
            "Type",
            draft =>
                Enum.IsDefined(draft.Tip.Report.IncidentSummary.IncidentType)
                    ? Words.Of(draft.Tip.Report.IncidentSummary.IncidentType)
                    : "",
            (draft, value) =>
                draft.Summary(it =>
                    it with
                    {
                        IncidentType = Words.Read<IncidentType>(value, "incidentType"),
                    }
                )
        )
        {
            Kind = FieldKind.Choice,
            Choices = ["", .. Enum.GetValues<IncidentType>().Select(type => Words.Of(type))],
        },
        new(
            Incident,
            "incidentSummary-incidentDateTime",
            "When it happened",
            draft => FieldValues.TimeOf(draft.Tip.Report.IncidentSummary.IncidentDateTime),
            (draft, value) =>
                draft.Summary(it =>
                    it with
                    {
                        IncidentDateTime =
                            FieldValues.Time(value, "When it happened")
                            ?? throw FieldValues.Bad("When it happened", "needed"),
                    }
                )
        )
        {
            Help = FieldValues.TimeHelp,
            Most = 40,
            IsNeeded = true,
        },
        new(
            Incident,
            "incidentSummary-incidentDateTimeDescription",
            "What that time means",
            draft => draft.Tip.Report.IncidentSummary.IncidentDateTimeDescription ?? "",
            (draft, value) =>
                draft.Summary(it => it with { IncidentDateTimeDescription = FieldValues.OrNull(value) })
        )
        {
            Help =
                "as long as it says that the content came here then, the time of what happened is missing; "
                + "where you change the time it is taken out",
            Most = 3000,
        },
        new(
            Incident,
            "incidentSummary-platform",
            "Part of the service",
            draft => draft.Tip.Report.IncidentSummary.Platform ?? "",
            (draft, value) => draft.Summary(it => it with { Platform = FieldValues.OrNull(value) })
        )
        {
            Most = 256,
        },
        new(
            Incident,
            "incidentSummary-escalateToHighPriority",
            "High priority because",
            draft => draft.Tip.Report.IncidentSummary.EscalateToHighPriority ?? "",
            (draft, value) =>
                draft.Summary(it => it with { EscalateToHighPriority = FieldValues.OrNull(value) })
        )
        {
            Help = "only where a child is in danger now: by what you know. Empty: no high priority",
            Kind = FieldKind.Text,
            Most = 3000,
        },
        .. PersonFields.All(OfPerson),
        new(
            Besides,
            "additionalInfo",
            "Additional information",
            draft => draft.Tip.Report.AdditionalInfo ?? "",
            (draft, value) => draft.Reported(it => it with { AdditionalInfo = FieldValues.OrNull(value) })
        )
        {
            Kind = FieldKind.Text,
            Most = 20_000,
        },
        new(
            Besides,
            "cannotSupply",
            "What cannot be supplied, and why",
            draft => FieldValues.PairsOf(draft.CannotSupply),
            (draft, value) =>
                draft with
                {
                    CannotSupply = FieldValues.Pairs(value, "What cannot be supplied"),
                }
        )
        {
            Help = FieldValues.PairsHelp,
            Kind = FieldKind.Text,
            Most = 20_000,
        },
        new(
            Besides,
            "extra",
            "What this destination asks besides",
            draft => FieldValues.PairsOf(draft.Extra),
            (draft, value) => draft with { Extra = FieldValues.Pairs(value, "What this destination asks") }
        )
        {
            Help = FieldValues.PairsHelp,
            Kind = FieldKind.Text,
            Most = 20_000,
        },
    ];

    /// <summary>In the order of the form; those of the files last.</summary>
    public static IReadOnlyList<FieldSpec> Of(ReportDraft draft) =>
        [
            .. Fixed.Where(field => field.Part != OfPerson || !draft.NamesNoSuspect),
            .. Enumerable.Range(0, draft.Tip.FileDetails.Count).SelectMany(FileFields.Of),
        ];

    /// <summary>Where the field of a finding is edited, whatever its path is written with.</summary>
    public static string AnchorOf(string path)
    {
        var steps = path.Split(['/', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Where(step => step != "report")
            .Select(step =>
                step.StartsWith("fileDetails[", StringComparison.Ordinal)
                    ? step.Replace("[", "", StringComparison.Ordinal)
                        .Replace("]", "", StringComparison.Ordinal)
                    : DraftGate.WithoutNumbers(step)
            );
        var wanted = string.Join('-', steps);
        if (wanted.StartsWith("fileDetails", StringComparison.Ordinal))
        {
            return FileFields.Names.Any(name => wanted.EndsWith($"-{name}", StringComparison.Ordinal))
                ? wanted
                : Elsewhere;
        }
        var anchors = Fixed.Select(field => field.Anchor).ToList();
        return anchors
                .Where(anchor =>
                    wanted == anchor || wanted.StartsWith($"{anchor}-", StringComparison.Ordinal)
                )
                .MaxBy(anchor => anchor.Length)
            // A part as a whole: its first field.
            ?? anchors.Find(anchor =>
                wanted.Length > 0 && anchor.StartsWith($"{wanted}-", StringComparison.Ordinal)
            )
            ?? Elsewhere;
    }

    public static ReportDraft Reported(this ReportDraft draft, Func<Report, Report> change) =>
        draft with
        {
            Tip = draft.Tip with { Report = change(draft.Tip.Report) },
        };

    private static ReportDraft Summary(
        this ReportDraft draft,
        Func<IncidentSummary, IncidentSummary> change
    ) => draft.Reported(report => report with { IncidentSummary = change(report.IncidentSummary) });
}
