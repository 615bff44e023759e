using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>One content's certificate: removed, and from then on no backup opens it.</summary>
internal sealed record DestroyedContent(
    Guid ContentId,
    string CaseRef,
    DateTimeOffset SealedAt,
    DateTimeOffset? RemovedAt,
    DateTimeOffset? KeyDestroyedAt
);

/// <param name="IsComplete">All is removed, and the keys that backups would need are destroyed.</param>
internal sealed record DestructionCertificate(
    Guid RequestId,
    string Authority,
    string Country,
    string Reference,
    string AskedBy,
    string ApprovedBy,
    DateTimeOffset ApprovedAt,
    bool IsComplete,
    IReadOnlyList<DestroyedContent> Contents
);

/// <summary>
/// An authority has contents destroyed before their time: by the kernel's early destruction, so by two persons, and
/// never what a hold that somebody placed keeps.
/// </summary>
internal static class DestroyOnRequest
{
    public static async Task AskAsync(Tx tx, Guid id, IReadOnlyList<Guid> contents, string? reason)
    {
        var request = await RequireAsync(tx, id, LegalState.ScopeReview);
        var text = await request.ReasonAsync(tx, reason);
        List<Guid> chosen = [.. contents.Distinct()];
        if (chosen.Count is 0 or > LegalLimits.DestroyedContents)
        {
            throw ProblemException.BadRequest(
                "bad_contents",
                $"Choose 1 to {LegalLimits.DestroyedContents} contents of the scope."
            );
        }
        var isAnother = await WaitingAsk.VoidAsync(tx, request, AskVoid.AskedAgain);
        await ReleasePlan.RequireInScopeAsync(tx, request, chosen);
        var plan = await ReleasePlan.OfAsync(tx, request, chosen, facts: false, text);
        var reads = new Dictionary<Guid, string>();
        foreach (var content in chosen)
        {
            reads[content] = (await EarlyDestruction.RequestAsync(tx, content, text)).Read;
        }
        await WaitingAsk.SetAsync(tx, request, plan with { Reads = reads }, isAnother);
        await tx.RecordAsync(request.Act("legal.destruction_asked", text, ("contents", $"{chosen.Count}")));
    }

    /// <summary>What the second person reads of it, in one word: the plan names the request of every content.</summary>
    public static string ReadOf(Tx tx, ReleasePlan plan) => LegalSecrets.PlanDigest(tx, plan);

    /// <param name="tx">Of the act.</param>
    /// <param name="id">Of the request.</param>
    /// <param name="read"><see cref="ReadOf"/> of what was read.</param>
    public static async Task ApproveAsync(Tx tx, Guid id, string? read)
    {
        var request = await RequireAsync(tx, id, LegalState.ScopeReview);
        var plan = request.PlanOf(tx);
        RequireRead(tx, request, plan, read);
        // Asked of the scope as it is now: the authority may have asked for less since.
        await ReleasePlan.RequireInScopeAsync(tx, request, plan.Contents);
        foreach (var content in plan.Contents)
        {
            await EarlyDestruction.ApproveAsync(tx, content, plan.Reads.GetValueOrDefault(content));
        }
        await tx.ExecuteAsync(
            """
            update legal_request set approved_by = @me, approved_at = @now where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                me = tx.Actor.Name,
                now = tx.Now,
            }
        );
        await request.MoveAsync(tx, LegalState.Destroying);
        await tx.RecordAsync(
            request.Act("legal.destruction_approved", null, ("contents", $"{plan.Contents.Count}"))
        );
    }

    private static void RequireRead(Tx tx, LegalRequest request, ReleasePlan plan, string? read)
    {
        if (string.IsNullOrWhiteSpace(read))
        {
            throw ProblemException.Conflict(
                "read_missing",
                "Say in 'read' what you read: open the page again, and approve there."
            );
        }
        if (read.Trim() != ReadOf(tx, plan))
        {
            throw ProblemException.Conflict(
                "asked_anew",
                $"This is not what you read: {request.AskedBy} asked since, {plan.AskedAt:yyyy-MM-dd HH:mm} UTC, for "
                    + $"{plan.Contents.Count} contents. Read the page again, and approve that or let it be."
            );
        }
    }

    /// <summary>What was asked for and not approved is called off.</summary>
    /// <returns>Something waited.</returns>
    public static async Task<bool> WithdrawAsync(Tx tx, LegalRequest request, string reason)
    {
        if (request is not { Kind: LegalKind.Destruction, Released: not null })
        {
            return false;
        }
        var plan = request.PlanOf(tx);
        var isWaiting = false;
        foreach (var content in plan.Contents)
        {
            if (await WaitsAsync(tx, plan, content))
            {
                await EarlyDestruction.WithdrawAsync(tx, content, reason);
                isWaiting = true;
            }
        }
        return isWaiting;
    }

    /// <summary>One of its contents waits for a second person, asked for by this plan and nowhere else.</summary>
    public static async Task<bool> WaitsAsync(Tx tx, ReleasePlan plan)
    {
        foreach (var content in plan.Contents)
        {
            if (await WaitsAsync(tx, plan, content))
            {
                return true;
            }
        }
        return false;
    }

    private static async Task<bool> WaitsAsync(Tx tx, ReleasePlan plan, Guid content) =>
        await SecondPerson.FindAsync(tx, EarlyDestruction.Action, $"{content}") is { } asked
        && plan.Reads.GetValueOrDefault(content, asked.Read) == asked.Read;

    /// <summary>Everything is removed.</summary>
    public static async Task<bool> IsRemovedAsync(Tx tx, LegalRequest request)
    {
        foreach (var content in request.PlanOf(tx).Contents)
        {
            if (await HeldContents.FindAsync(tx, content) is not { RemovedAt: not null })
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>It is over.</summary>
    public static async Task FinishAsync(Tx tx, Guid id)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        if (request.State == LegalState.Destroying)
        {
            await request.MoveAsync(tx, LegalState.Done);
        }
        await tx.RecordAsync(request.Act("legal.destroyed", null));
    }

    public static async Task<DestructionCertificate> CertificateAsync(Tx tx, Guid id)
    {
        if (
            await LegalRequest.FindAsync(tx, id)
            is not { Kind: LegalKind.Destruction, ApprovedAt: { } approved } request
        )
        {
            throw ProblemException.NotFound("There is no destruction on request of this id.");
        }
        var contents = new List<DestroyedContent>();
        foreach (var content in request.PlanOf(tx).Contents)
        {
            var held = (await HeldContents.FindAsync(tx, content))!;
            contents.Add(new(content, held.CaseRef, held.SealedAt, held.RemovedAt, held.ClosedAt));
        }
        var intake = request.IntakeOf(tx);
        return new DestructionCertificate(
            id,
            intake.Authority,
            request.Country,
            intake.Reference,
            request.AskedBy ?? "",
            request.ApprovedBy ?? "",
            approved,
            contents.TrueForAll(content => content is { RemovedAt: not null, KeyDestroyedAt: not null }),
            contents
        );
    }

    private static async Task<LegalRequest> RequireAsync(Tx tx, Guid id, LegalState state)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        if (request.Kind != LegalKind.Destruction || request.State != state)
        {
            throw ProblemException.Conflict(
                "wrong_state",
                "Only a request to destroy, called back and under review, has anything destroyed."
            );
        }
        await LegalCall.RequireConfirmedAsync(tx, id);
        return tx.Actor.Kind == ActorKind.Person
            ? request
            : throw ProblemException.Conflict("person_needed", "People have things destroyed, signed in.");
    }
}
