using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>One thing that a request is about; of the three one is given.</summary>
internal sealed record ScopeItem
{
    public string? CaseRef { get; init; }

    /// <summary>The platform's pseudonym, or an address; sealed.</summary>
    public string? Account { get; init; }
    public Guid? ContentId { get; init; }
}

/// <summary>POST /v1/legal-process/{id}/scope.</summary>
internal sealed record ScopeRequest
{
    public IReadOnlyList<ScopeItem>? Scope { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// Adds to what a request is about. Everything of it that is here is under the request's hold in the same transaction.
/// </summary>
internal static class AddScope
{
    public static async Task<LegalView> RunAsync(Tx tx, Guid id, ScopeRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        if (request.State is not (LegalState.Received or LegalState.Verified or LegalState.ScopeReview))
        {
            throw ProblemException.Conflict(
                "wrong_state",
                "What it is about is set until it is released, refused or withdrawn; a narrowed one goes back to "
                    + "review first."
            );
        }
        var items = wanted.Scope ?? [];
        if (items.Count == 0)
        {
            throw ProblemException.BadRequest("nothing_named", "Name a case, an account or a content.");
        }
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        var held = await AddAsync(tx, request, items);
        await WaitingAsk.VoidAsync(tx, request, AskVoid.ScopeGrew);
        await tx.RecordAsync(
            request.Act("legal.scope_added", reason, ("entries", $"{items.Count}"), ("held", $"{held}"))
        );
        return await LegalView.ReadAsync(tx, id);
    }

    /// <summary>How many cases and contents are held by it.</summary>
    /// <exception cref="ProblemException">What is named is not here, or too many.</exception>
    public static async Task<int> AddAsync(Tx tx, LegalRequest request, IReadOnlyList<ScopeItem> items)
    {
        var known = await ScopeEntry.OfAsync(tx, request.Id);
        if (known.Count + items.Count > LegalLimits.ScopeEntries)
        {
            throw ProblemException.Conflict(
                "scope_too_large",
                $"A request has at most {LegalLimits.ScopeEntries} entries: have the authority narrow it."
            );
        }
        var held = 0;
        foreach (var item in items)
        {
            var (kind, value) = await CheckAsync(tx, item);
            await InsertAsync(tx, request.Id, kind, value);
            held += await HoldScope.PlaceAsync(tx, request, kind, value);
        }
        return held;
    }

    private static async Task<(ScopeKind Kind, string Value)> CheckAsync(Tx tx, ScopeItem? item)
    {
        var account = Given.Optional(item?.Account, LegalLimits.AccountCharacters, "account");
        var reference = item?.CaseRef?.Trim().ToUpperInvariant();
        switch (reference, account, item?.ContentId)
        {
            case ({ Length: > 0 }, null, null):
                return await IsThereAsync(tx, reference)
                    ? (ScopeKind.Case, reference)
                    : throw ProblemException.NotFound("There is no case of this reference.");
            case (null or "", { } pseudonym, null):
                return (ScopeKind.Account, pseudonym);
            case (null or "", null, { } content):
                return
                    await HeldContents.FindAsync(tx, content) is { } found
                    && await tx.MaySeeCaseAsync(found.CaseRef)
                    ? (ScopeKind.Content, $"{content}")
                    : throw ProblemException.NotFound("There is no such content.");
            default:
                throw ProblemException.BadRequest(
                    "bad_scope",
                    "Each entry of 'scope' has one of 'caseRef', 'account' and 'contentId'."
                );
        }
    }

    private static async Task<bool> IsThereAsync(Tx tx, string reference) =>
        CaseRef.IsWellFormed(reference)
        && await tx.MaySeeCaseAsync(reference)
        && (
            await tx.AskAsync<ContentCase, CaseForContent>(new ContentCase(new CaseRef(reference), null))
        ).IsThere;

    private static Task<int> InsertAsync(Tx tx, Guid requestId, ScopeKind kind, string value)
    {
        var id = tx.NewId();
        return tx.ExecuteAsync(
            """
            insert into legal_scope (tenant, id, request_id, kind, value, digest, added_at, added_by)
            values (@tenant, @id, @requestId, @kind, @value, @digest, @at, @me)
            """,
            new
            {
                id,
                requestId,
                kind = kind.ToString(),
                value = LegalSecrets.Seal(tx, value, id),
                digest = LegalSecrets.ScopeDigest(tx, kind, value),
                at = tx.Now,
                me = tx.Actor.Name,
            }
        );
    }
}
