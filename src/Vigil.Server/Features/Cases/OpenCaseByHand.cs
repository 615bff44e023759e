using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases.</summary>
internal sealed record HandRequest
{
    public string? Account { get; init; }
    public string? ContentRef { get; init; }
    public string? Surface { get; init; }
    public string? Jurisdiction { get; init; }

    /// <summary>A word of the closed enumeration; left out: other.</summary>
    public string? ProblemType { get; init; }

    /// <summary>What it is about, or the words themselves; sealed. No media is needed.</summary>
    public string? Text { get; init; }

    /// <summary>Who wrote, where somebody outside did.</summary>
    public Notice? Notice { get; init; }

    /// <summary>The text is what was found, as a conversation or an advert; there is no other content.</summary>
    public bool TextAlone { get; init; }

    /// <summary>Why it is opened; stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// A case that no match and no flag made: somebody saw something, a notice came, or there are words alone.
/// </summary>
internal static class OpenCaseByHand
{
    /// <exception cref="ProblemException">
    /// The request says too little; or the actor sees granted cases only: a new item joins the account's open case,
    /// which they may not see.
    /// </exception>
    public static async Task<CaseStatus> RunAsync(Tx tx, HandRequest request)
    {
        if (tx.Actor.IsFenced)
        {
            throw ProblemException.Conflict(
                "inside_fences",
                "Who sees granted cases only opens none: tell the person who granted you cases."
            );
        }
        var item = ItemOf(request, tx.Now);
        var reason = CaseLimits.Required(request.Reason, CaseLimits.ReasonCharacters, "reason");
        var joined = await JoinCase.AddAsync(tx, item);
        var file = (await CaseFile.FindAsync(tx, joined.Ref.Value))!;
        _ = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), reason);
        await tx.RecordAsync(
            CaseActs.Ledger(
                item.Origin switch
                {
                    CaseOrigin.Notice => "case.opened_by_notice",
                    CaseOrigin.Text => "case.opened_by_text",
                    _ => "case.opened_by_hand",
                },
                file,
                reason,
                ("new", joined.IsNew ? "yes" : "no")
            )
        );
        return CaseStatus.Of(file);
    }

    public static string SummaryOf(CaseOrigin origin) =>
        origin switch
        {
            CaseOrigin.Notice => "A notice from outside.",
            CaseOrigin.Text => "Words alone, no media.",
            _ => "Added by hand.",
        };

    private static NewItem ItemOf(HandRequest request, DateTimeOffset now)
    {
        var origin =
            request.Notice is not null ? CaseOrigin.Notice
            : request.TextAlone ? CaseOrigin.Text
            : CaseOrigin.Hand;
        var content = CaseLimits.Optional(request.ContentRef, CaseLimits.ContentRefCharacters, "contentRef");
        if (origin == CaseOrigin.Text && content is not null)
        {
            throw ProblemException.BadRequest(
                "not_text_alone",
                "'textAlone' has no 'contentRef': leave one of them out."
            );
        }
        return new NewItem
        {
            Origin = origin,
            Account = CaseLimits.Optional(request.Account, CaseLimits.PseudonymCharacters, "account"),
            ContentRef = content,
            Surface = Given.Surface(request.Surface),
            Jurisdiction = Given.Jurisdiction(request.Jurisdiction),
            Decision = "none",
            ProblemType = string.IsNullOrEmpty(request.ProblemType)
                ? null
                : Words.Parse<ProblemType>(request.ProblemType, "problemType"),
            Summary = SummaryOf(origin),
            Notice = request.Notice?.Checked(now),
            Words = CaseLimits.Required(request.Text, CaseLimits.NoteCharacters, "text"),
        };
    }
}
