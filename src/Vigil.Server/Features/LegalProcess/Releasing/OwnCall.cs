using Vigil.Evidence;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// Key and ask may not both be one person's word: who could invent an authority, a call and a key would need no more
/// than a click. Where who asks recorded the key too, the second person calls the authority and types what it said.
/// </summary>
internal static class OwnCall
{
    public static bool IsNeeded(LegalRequest request) =>
        request.KeyBy is null || request.KeyBy == request.AskedBy;

    /// <summary>The call is recorded as any other.</summary>
    /// <exception cref="ProblemException">It is needed and was not made, or the authority's key is another.</exception>
    public static async Task RequireAsync(
        Tx tx,
        LegalRequest request,
        ReleasePlan plan,
        ReleaseApproval approval
    )
    {
        var isTyped = !string.IsNullOrWhiteSpace(approval.Fingerprint);
        if (isTyped && !RecipientKey.FromBytes(plan.Key!).HasFingerprint(approval.Fingerprint!))
        {
            throw ProblemException.BadRequest(
                "other_fingerprint",
                "The authority's fingerprint is another than that of the key it would be sealed to: nothing leaves. "
                    + "Stop the release, and find out whose key that is."
            );
        }
        if (!IsNeeded(request))
        {
            return;
        }
        if (!isTyped || string.IsNullOrWhiteSpace(approval.Number))
        {
            throw ProblemException.Conflict(
                "own_call_needed",
                "Who asks for this recorded the recipient's key as well. Call the authority yourself, under a number "
                    + "that you found, and type the number and the key's fingerprint as they said it."
            );
        }
        await CallBack.AddAsync(
            tx,
            request,
            new CallRequest
            {
                Number = approval.Number,
                Source = approval.Source,
                SpokeWith = approval.SpokeWith,
                Result = Words.Of(CallResult.Confirmed),
            },
            "compared"
        );
    }
}
