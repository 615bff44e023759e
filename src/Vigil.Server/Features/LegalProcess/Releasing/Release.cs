using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>The form of the first person.</summary>
internal sealed record ReleaseRequest
{
    public IReadOnlyList<Guid> Contents { get; init; } = [];
    public bool Facts { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>The form of the second person.</summary>
internal sealed record ReleaseApproval
{
    /// <summary>Of the request that was read.</summary>
    public string? Read { get; init; }

    /// <summary>Of the recipient's key, as the authority said it in an own call; where one is needed.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The number of that call, found apart from the request.</summary>
    public string? Number { get; init; }
    public string? Source { get; init; }
    public string? SpokeWith { get; init; }
}

/// <summary>
/// Two persons release: one who handles the request asks, another who may let contents out approves. Not before the
/// call-back, only what is in scope, to the key that the call-back confirmed. What is asked for is fixed then, and the
/// second person confirms that. A team of one releases no media.
/// </summary>
internal static class Release
{
    /// <summary>The act that takes two persons.</summary>
    public const string Action = "legal.released";

    public static async Task AskAsync(Tx tx, Guid id, ReleaseRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        RequirePerson(tx);
        await CheckAsync(tx, request);
        List<Guid> contents = [.. wanted.Contents.Distinct()];
        if (contents.Count == 0 && !wanted.Facts)
        {
            throw ProblemException.BadRequest(
                "nothing_chosen",
                "Choose contents, or the facts of the cases."
            );
        }
        await CheckAsync(tx, request, contents);
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        var isAnother = await WaitingAsk.VoidAsync(tx, request, AskVoid.AskedAgain);
        var plan = await ReleasePlan.OfAsync(tx, request, contents, wanted.Facts, reason);
        await SecondPerson.RequestAsync(tx, Action, id.ToString(), reason, TimeSpan.Zero, plan.ToUtf8Json());
        await WaitingAsk.SetAsync(tx, request, plan, isAnother);
    }

    public static async Task ApproveAsync(Tx tx, Guid id, ReleaseApproval approval)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        RequirePerson(tx);
        await CheckAsync(tx, request);
        var plan = request.PlanOf(tx);
        await CheckAsync(tx, request, plan.Contents);
        List<string> cases = [.. plan.Cases.Select(planned => planned.CaseRef)];
        var isAlone = await ReleaseAlone.CheckAsync(tx, id, cases);
        var opened = await OpenedByApprover.ReadAsync(tx, plan, cases);
        var asked = await SecondPerson.FindAsync(tx, Action, id.ToString());
        await SecondPerson.ConfirmAsync(tx, Action, id.ToString(), approval.Read, plan.ToUtf8Json());
        if (asked is not { IsSolo: true })
        {
            await OwnCall.RequireAsync(tx, request, plan, approval);
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

    private static async Task CheckAsync(Tx tx, LegalRequest request, IReadOnlyList<Guid> contents)
    {
        if (contents.Count > LegalLimits.PackageContents)
        {
            throw ProblemException.BadRequest(
                "too_many_contents",
                $"A package has at most {LegalLimits.PackageContents} contents: release in parts."
            );
        }
        if (contents.Count > 0 && await SoloMode.IsOnAsync(tx))
        {
            throw ProblemException.Conflict(
                "solo_mode",
                "No media is released in solo mode: it takes two persons. End solo mode when there are two, or "
                    + "release facts only."
            );
        }
        await ReleasePlan.RequireInScopeAsync(tx, request, contents);
    }
}
