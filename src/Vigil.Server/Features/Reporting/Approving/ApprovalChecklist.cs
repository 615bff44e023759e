using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Approving;

/// <param name="Code">Stable, for programs and the ledger.</param>
/// <param name="Text">What a person says by ticking it.</param>
public sealed record ChecklistItem(string Code, string Text);

/// <summary>What who approves says before it, point by point.</summary>
internal static class ApprovalChecklist
{
    private static readonly ChecklistItem[] Always =
    [
        new("read", "I have read the whole preview. It says what is known here, and nothing else."),
        new("destination", "The destination and the environment are the right ones."),
    ];

    /// <summary>The service asks that nothing but imminent harm is escalated.</summary>
    private static readonly ChecklistItem[] ImminentHarm =
    [
        new(
            "imminent",
            "A child is in danger now or within hours. The reason in the report says by what we know."
        ),
        new(
            "reachable",
            "The report says who and where as far as we know, and whom of us to ask at any hour."
        ),
        new(
            "emergency",
            "Where life is in danger the emergency services were called too: a report does not replace them."
        ),
    ];

    private static readonly ChecklistItem Unseen = new(
        "unseen",
        "Nobody here saw whole what stands under 'Not seen whole'. I read the reasons, and accept them."
    );

    /// <param name="isHighPriority">Its bytes ask for it.</param>
    /// <param name="isUnseen">Something is reported that nobody saw whole.</param>
    /// <param name="lost">Filed of the same cases before a restore, and not in this database any more.</param>
    public static IReadOnlyList<ChecklistItem> Of(
        bool isHighPriority,
        bool isUnseen,
        IReadOnlyList<LostReport> lost
    ) =>
        [
            .. Always,
            .. isUnseen ? [Unseen] : Array.Empty<ChecklistItem>(),
            .. lost.Count > 0 ? [BeforeRestore(lost)] : Array.Empty<ChecklistItem>(),
            .. isHighPriority ? ImminentHarm : [],
        ];

    private static ChecklistItem BeforeRestore(IReadOnlyList<LostReport> lost) =>
        new(
            "restored",
            "Of this case was filed before a restore, and is not in this database: "
                + $"{string.Join("; ", lost.Select(AnswerCaseReports.Name))}. This report adds to that: it is not the "
                + "same once more."
        );

    /// <exception cref="ProblemException">A point is not ticked; the text names it.</exception>
    public static void Require(IReadOnlyList<ChecklistItem> wanted, IReadOnlyList<string> ticked)
    {
        var missing = wanted.Where(item => !ticked.Contains(item.Code)).ToList();
        if (missing.Count > 0)
        {
            throw ProblemException.BadRequest(
                "checklist_incomplete",
                $"Say first, in 'checked': {string.Join(", ", missing.Select(item => item.Code))}."
            );
        }
    }
}
