using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases.</summary>
internal sealed record HandRequest
{
    public string? Account { get; init; }
    public string? ContentRef { get; init; }
    public string? Surface { get; init; }
    public string? Jurisdiction { get; init; }

    /// <summary>What it is about; sealed.</summary>
    public string? Text { get; init; }

    /// <summary>Why it is opened; stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>Somebody was told something, or saw it: a case that no match and no flag made.</summary>
internal static class OpenCaseByHand
{
    public static async Task<CaseStatus> RunAsync(Tx tx, HandRequest request)
    {
        var item = new NewItem
        {
            Origin = CaseOrigin.Hand,
            Account = CaseLimits.Optional(request.Account, CaseLimits.PseudonymCharacters, "account"),
            ContentRef = CaseLimits.Optional(
                request.ContentRef,
                CaseLimits.ContentRefCharacters,
                "contentRef"
            ),
            Surface = SubmitFlag.SurfaceOf(request.Surface),
            Jurisdiction = SubmitFlag.JurisdictionOf(request.Jurisdiction),
            Decision = "none",
            Summary = "Added by hand.",
            Words = CaseLimits.Required(request.Text, CaseLimits.NoteCharacters, "text"),
        };
        var reason = CaseLimits.Required(request.Reason, CaseLimits.ReasonCharacters, "reason");
        var joined = await JoinCase.AddAsync(tx, item);
        var file = (await CaseFile.FindAsync(tx, joined.Ref.Value))!;
        _ = CaseActs.ReasonFor(tx, file, await CaseItem.OfAsync(tx, file.Id), reason);
        await tx.RecordAsync(
            CaseActs.Ledger("case.opened_by_hand", file, reason, ("new", joined.IsNew ? "yes" : "no"))
        );
        return CaseStatus.Of(file);
    }
}
