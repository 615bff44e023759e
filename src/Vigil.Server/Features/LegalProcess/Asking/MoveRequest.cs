using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>POST /v1/legal-process/{id}/state.</summary>
internal sealed record StateRequest
{
    /// <summary>scope_review, narrowed, refused, withdrawn or done.</summary>
    public string? To { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>POST /v1/legal-process/{id}/holds.</summary>
internal sealed record ExtendRequest
{
    public DateTimeOffset? Until { get; init; }
    public string? Reason { get; init; }
}

/// <summary>POST /v1/legal-process/{id}/nondisclosure.</summary>
internal sealed record SecrecyRequest
{
    /// <summary>False: the user may be told.</summary>
    public bool Nondisclosure { get; init; }
    public DateTimeOffset? Until { get; init; }
    public string? Reason { get; init; }
}

/// <summary>A person moves a request on. Releases and destructions have ways of their own, with two persons.</summary>
internal static class MoveRequest
{
    private static readonly LegalState[] ByHand =
    [
        LegalState.ScopeReview,
        LegalState.Narrowed,
        LegalState.Refused,
        LegalState.Withdrawn,
        LegalState.Done,
    ];

    public static async Task<LegalView> RunAsync(Tx tx, Guid id, StateRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        var to = Words.Read<LegalState>(wanted.To, "to");
        if (!ByHand.Contains(to))
        {
            throw ProblemException.BadRequest(
                "bad_to",
                $"'to' is one of: {string.Join(", ", ByHand.Select(state => Words.Of(state)))}."
            );
        }
        if (request.State == LegalState.Releasing)
        {
            throw ProblemException.Conflict("wrong_state", "Its package is being made: stop that first.");
        }
        if (
            to == LegalState.Done
            && request.State != LegalState.Released
            && request.Kind != LegalKind.PreservationLetter
        )
        {
            throw ProblemException.Conflict(
                "not_answered",
                "It was neither answered nor refused: release, refuse or withdraw it."
            );
        }
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        await request.MoveAsync(tx, to);
        await EndAsync(tx, request, to, reason);
        await tx.RecordAsync(request.Act("legal.moved", reason, ("to", Words.Of(to))));
        return await LegalView.ReadAsync(tx, id);
    }

    public static async Task<LegalView> SetSecrecyAsync(Tx tx, Guid id, SecrecyRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        if (wanted.Until is { } until && (!wanted.Nondisclosure || until <= tx.Now))
        {
            throw ProblemException.BadRequest(
                "bad_nondisclosure",
                "'until' is a time ahead, with 'nondisclosure': true."
            );
        }
        await tx.ExecuteAsync(
            """
            update legal_request set is_secret = @isSecret, secret_until = @until
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                isSecret = wanted.Nondisclosure,
                until = wanted.Until,
            }
        );
        await tx.RecordAsync(
            request.Act("legal.nondisclosure", reason, ("on", wanted.Nondisclosure ? "yes" : "no"))
        );
        return await LegalView.ReadAsync(tx, id);
    }

    /// <summary>What no longer stands keeps nothing, and waits for nobody.</summary>
    private static async Task EndAsync(Tx tx, LegalRequest request, LegalState to, string reason)
    {
        if (await SecondPerson.FindAsync(tx, Release.Action, request.Id.ToString()) is not null)
        {
            await SecondPerson.WithdrawAsync(tx, Release.Action, request.Id.ToString(), reason);
        }
        await DestroyOnRequest.WithdrawAsync(tx, request, reason);
        if (!LegalMoves.IsFinal(to))
        {
            return;
        }
        await HoldScope.LiftAllAsync(tx, request, reason);
        await tx.ClearAlarmAsync("legal_emergency", request.Id.ToString());
        await tx.ClearAlarmAsync("legal_forged", request.Id.ToString());
        await tx.ClearAlarmAsync(WaitingAsk.VoidAlarm, request.Id.ToString());
        if (to == LegalState.Withdrawn)
        {
            // The order went with the request; a refused one may bind all the same.
            await tx.ExecuteAsync(
                "update legal_request set is_secret = @no where tenant = @tenant and id = @id",
                new { id = request.Id, no = false }
            );
        }
    }
}
