using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>What is to be given. Kept sealed.</summary>
/// <param name="Contents">Ids; empty: no media.</param>
/// <param name="Facts">With what the cases of the scope say.</param>
internal sealed record ReleasePlan(IReadOnlyList<Guid> Contents, bool Facts);

/// <summary>The form of the first person.</summary>
internal sealed record ReleaseRequest
{
    public IReadOnlyList<Guid> Contents { get; init; } = [];
    public bool Facts { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// Two persons release: one who handles the request asks, another who may let contents out approves. Not before the
/// call-back, only what is in scope, to the key that the call-back confirmed. A team of one releases no media.
/// </summary>
internal static class Release
{
    /// <summary>The act that takes two persons.</summary>
    public const string Action = "legal.released";

    private const string SecondPersonNeeded = "second_person";

    public static async Task AskAsync(Tx tx, Guid id, ReleaseRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        RequirePerson(tx);
        await CheckAsync(tx, request);
        var plan = new ReleasePlan([.. wanted.Contents.Distinct()], wanted.Facts);
        if (plan.Contents.Count == 0 && !plan.Facts)
        {
            throw ProblemException.BadRequest(
                "nothing_chosen",
                "Choose contents, or the facts of the cases."
            );
        }
        await CheckAsync(tx, request, plan);
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        await SecondPerson.RequestAsync(tx, Action, id.ToString(), reason, TimeSpan.Zero);
        await tx.ExecuteAsync(
            """
            update legal_request set released = @released, asked_by = @me, owner = @owner, failed_because = null
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                released = LegalSecrets.Seal(tx, plan, id),
                me = tx.Actor.Name,
                owner = SecondPersonNeeded,
            }
        );
    }

    public static async Task ApproveAsync(Tx tx, Guid id)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        RequirePerson(tx);
        await CheckAsync(tx, request);
        if (request.Released is null)
        {
            throw ProblemException.Conflict("nothing_requested", "Nobody asked for a release.");
        }
        var plan = LegalSecrets.Open<ReleasePlan>(tx, request.Released, id);
        await CheckAsync(tx, request, plan);
        var cases = await CasesOfAsync(tx, request, plan);
        var isAlone = await ReleaseAlone.CheckAsync(tx, id, cases);
        var opened = await OpenedByApprover.ReadAsync(tx, plan, cases);
        await SecondPerson.ConfirmAsync(tx, Action, id.ToString());
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
        await request.MoveAsync(tx, LegalState.Releasing);
        await tx.RecordAsync(
            request.Act(
                "legal.release_approved",
                null,
                ("contents", $"{plan.Contents.Count}"),
                ("facts", plan.Facts ? "yes" : "no"),
                ("openedContents", $"{opened.Contents} of {plan.Contents.Count}"),
                ("openedWords", $"{opened.Words} of {(plan.Facts ? cases.Count : 0)} cases"),
                ("decidedAlone", isAlone ? "yes, in solo mode" : "no")
            )
        );
    }

    /// <summary>Before the second person approved, or while the package is being made.</summary>
    public static async Task StopAsync(Tx tx, Guid id, string? reason)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        var text = await request.ReasonAsync(tx, reason);
        if (request.State == LegalState.Releasing)
        {
            await request.MoveAsync(tx, LegalState.ScopeReview);
        }
        else
        {
            await SecondPerson.WithdrawAsync(tx, Action, id.ToString(), text);
            await tx.ExecuteAsync(
                "update legal_request set owner = @owner where tenant = @tenant and id = @id",
                new { id, owner = LegalMoves.OwnerOf(request.State) }
            );
        }
        await tx.RecordAsync(request.Act("legal.release_stopped", text));
    }

    /// <summary>Cases that the release is about.</summary>
    public static async Task<IReadOnlyList<string>> CasesOfAsync(
        Tx tx,
        LegalRequest request,
        ReleasePlan plan
    )
    {
        var cases = new List<string>();
        foreach (var content in plan.Contents)
        {
            cases.Add(
                (
                    await tx.FindAsync<string>(
                        "select case_ref from content_overview where tenant = @tenant and id = @content",
                        new { content }
                    )
                )!
            );
        }
        if (plan.Facts)
        {
            cases.AddRange(
                (await LegalTarget.OfAsync(tx, request.Id)).Select(target => target.CaseRef).OfType<string>()
            );
        }
        return [.. cases.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static void RequirePerson(Tx tx)
    {
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw ProblemException.Conflict("person_needed", "People release, signed in, by name.");
        }
    }

    private static async Task CheckAsync(Tx tx, LegalRequest request)
    {
        if (!request.MayRelease)
        {
            throw ProblemException.Conflict(
                "nothing_to_release",
                "A letter has things kept and a request to destroy has them destroyed: neither gives anything out."
            );
        }
        if (request.State != LegalState.ScopeReview)
        {
            throw ProblemException.Conflict(
                "wrong_state",
                request.State == LegalState.Received
                    ? "Nothing is released before the authority was called back and said that it is theirs."
                    : "Only what is under review of its scope is released."
            );
        }
        await LegalCall.RequireConfirmedAsync(tx, request.Id);
        if (request.RecipientKey is null)
        {
            throw ProblemException.Conflict(
                "no_recipient_key",
                "Record a call-back in which the authority confirmed its public key: a package is sealed to it."
            );
        }
    }

    /// <summary>Every content is there, in scope, and in the time that is asked about.</summary>
    private static async Task CheckAsync(Tx tx, LegalRequest request, ReleasePlan plan)
    {
        if (plan.Contents.Count > LegalLimits.PackageContents)
        {
            throw ProblemException.BadRequest(
                "too_many_contents",
                $"A package has at most {LegalLimits.PackageContents} contents: release in parts."
            );
        }
        if (plan.Contents.Count > 0 && await SoloMode.IsOnAsync(tx))
        {
            throw ProblemException.Conflict(
                "solo_mode",
                "No media is released in solo mode: it takes two persons. End solo mode when there are two, or "
                    + "release facts only."
            );
        }
        var targets = await LegalTarget.OfAsync(tx, request.Id);
        foreach (var id in plan.Contents)
        {
            var content =
                await HeldContents.FindAsync(tx, id)
                ?? throw ProblemException.NotFound("There is no such content.");
            if (
                targets.All(target => target.ContentId != id && target.CaseRef != content.CaseRef)
                || content.SealedAt < request.RangeFrom
                || content.SealedAt > request.RangeTo
            )
            {
                throw ProblemException.Conflict(
                    "out_of_scope",
                    "One of the contents is not what the authority asks for, by case, content or time."
                );
            }
            if (content.State != "Sealed")
            {
                throw ProblemException.Conflict("content_destroyed", "One of the contents was destroyed.");
            }
        }
    }
}
