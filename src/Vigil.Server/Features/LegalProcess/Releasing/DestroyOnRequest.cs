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
        var targets = await LegalTarget.OfAsync(tx, id);
        foreach (var content in chosen)
        {
            var found =
                await HeldContents.FindAsync(tx, content)
                ?? throw ProblemException.NotFound("There is no such content.");
            if (
                targets.All(target => target.ContentId != content && target.CaseRef != found.CaseRef)
                || found.SealedAt < request.RangeFrom
                || found.SealedAt > request.RangeTo
            )
            {
                throw ProblemException.Conflict(
                    "out_of_scope",
                    "One of the contents is not what the authority asks about, by case, content or time."
                );
            }
            await EarlyDestruction.RequestAsync(tx, content, text);
        }
        await tx.ExecuteAsync(
            """
            update legal_request set released = @plan, asked_by = @me, owner = 'second_person'
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                plan = LegalSecrets.Seal(tx, new ReleasePlan(chosen, false), id),
                me = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(request.Act("legal.destruction_asked", text, ("contents", $"{chosen.Count}")));
    }

    public static async Task ApproveAsync(Tx tx, Guid id)
    {
        var request = await RequireAsync(tx, id, LegalState.ScopeReview);
        var chosen = PlanOf(tx, request);
        foreach (var content in chosen)
        {
            await EarlyDestruction.ApproveAsync(tx, content);
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
            request.Act("legal.destruction_approved", null, ("contents", $"{chosen.Count}"))
        );
    }

    /// <summary>What was asked for and not approved is called off.</summary>
    public static async Task WithdrawAsync(Tx tx, LegalRequest request, string reason)
    {
        if (request is not { Kind: LegalKind.Destruction, Released: not null })
        {
            return;
        }
        foreach (var content in PlanOf(tx, request))
        {
            if (await SecondPerson.FindAsync(tx, EarlyDestruction.Action, $"{content}") is not null)
            {
                await EarlyDestruction.WithdrawAsync(tx, content, reason);
            }
        }
    }

    /// <summary>Everything is removed.</summary>
    public static async Task<bool> IsRemovedAsync(Tx tx, LegalRequest request)
    {
        foreach (var content in PlanOf(tx, request))
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
        foreach (var content in PlanOf(tx, request))
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

    private static IReadOnlyList<Guid> PlanOf(Tx tx, LegalRequest request) =>
        request.Released is { } plan
            ? LegalSecrets.Open<ReleasePlan>(tx, plan, request.Id).Contents
            : throw ProblemException.Conflict("nothing_requested", "Nobody asked for it.");

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
