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

    /// <param name="isUnseen">Something is reported that nobody saw whole.</param>
    public static IReadOnlyList<ChecklistItem> Of(bool isHighPriority, bool isUnseen) =>
        [
            .. Always,
            .. isUnseen ? [Unseen] : Array.Empty<ChecklistItem>(),
            .. isHighPriority ? ImminentHarm : [],
        ];

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
