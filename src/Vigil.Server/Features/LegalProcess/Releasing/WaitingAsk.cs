using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>Why what waited for a second person is void.</summary>
internal enum AskVoid
{
    ScopeGrew,

    /// <summary>A later case of an account that the request names.</summary>
    CaseCame,
    ScopeNarrowed,

    /// <summary>The authority said that the request is not theirs.</summary>
    Denied,
    OtherKey,
    AskedAgain,
}

/// <summary>
/// A release or a destruction that waits for a second person. Once something of it changes it is void, visibly: an act
/// in the ledger, a line on the page, an alarm. Then it is asked for again, and read again.
/// </summary>
internal static class WaitingAsk
{
    public const string VoidAlarm = "legal_ask_void";
    private const string SecondPersonNeeded = "second_person";

    public static string TextOf(AskVoid because) =>
        because switch
        {
            AskVoid.ScopeGrew => "something was added to what the request is about",
            AskVoid.CaseCame => "a later case of the account came under the request",
            AskVoid.ScopeNarrowed => "the authority asks for less",
            AskVoid.Denied => "the authority denied the request",
            AskVoid.OtherKey => "another key was confirmed",
            _ => "another was asked for in its place",
        };

    /// <summary>From now on this waits for a second person.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="request">Of the authority.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="isAnother">One that waited was called off for it: its line stays on the page.</param>
    public static async Task SetAsync(Tx tx, LegalRequest request, ReleasePlan plan, bool isAnother)
    {
        await tx.ExecuteAsync(
            """
            update legal_request set released = @released, asked_by = @me, owner = @owner, failed_because = null,
                void_at = @voidAt, void_because = @because
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = request.Id,
                released = LegalSecrets.Seal(tx, plan, request.Id),
                me = tx.Actor.Name,
                owner = SecondPersonNeeded,
                voidAt = isAnother ? tx.Now : (DateTimeOffset?)null,
                because = isAnother ? nameof(AskVoid.AskedAgain) : null,
            }
        );
        await tx.ClearAlarmAsync(VoidAlarm, request.Id.ToString());
    }

    /// <summary>What waits is void, if something does.</summary>
    /// <returns>Something did.</returns>
    public static async Task<bool> VoidAsync(Tx tx, LegalRequest request, AskVoid because)
    {
        if (
            request is not { State: LegalState.ScopeReview, Released: not null }
            || !await WithdrawAsync(tx, request, $"Void: {TextOf(because)}.")
        )
        {
            return false;
        }
        await tx.ExecuteAsync(
            """
            update legal_request set released = null, owner = @owner, void_at = @now, void_because = @because
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = request.Id,
                owner = LegalMoves.OwnerOf(request.State),
                now = tx.Now,
                because = because.ToString(),
            }
        );
        await tx.RecordAsync(request.Act("legal.ask_void", null, ("because", Words.Of(because))));
        if (because != AskVoid.AskedAgain)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    VoidAlarm,
                    AlarmSeverity.Urgent,
                    $"What waited for a second person is void: {TextOf(because)}. Who asked for it looks at it "
                        + "again, and asks anew; who was to confirm it reads that."
                )
                {
                    About = request.Id.ToString(),
                }
            );
        }
        return true;
    }

    private static async Task<bool> WithdrawAsync(Tx tx, LegalRequest request, string reason)
    {
        if (request.Kind == LegalKind.Destruction)
        {
            return await DestroyOnRequest.WithdrawAsync(tx, request, reason);
        }
        if (await SecondPerson.FindAsync(tx, Release.Action, request.Id.ToString()) is null)
        {
            return false;
        }
        await SecondPerson.WithdrawAsync(tx, Release.Action, request.Id.ToString(), reason);
        return true;
    }
}
