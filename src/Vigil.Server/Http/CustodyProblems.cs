using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>Why contents are not sealed, opened or destroyed, as a caller sees it.</summary>
internal static class CustodyProblems
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public static ProblemException Of(ContentException e)
    {
        var (status, code) = e.Problem switch
        {
            ContentProblem.NotPermittedHere => (StatusCodes.Status403Forbidden, "not_permitted_here"),
            ContentProblem.NoDrill => (StatusCodes.Status409Conflict, "no_recovery_drill"),
            ContentProblem.TooLarge => (StatusCodes.Status413PayloadTooLarge, "content_too_large"),
            ContentProblem.OtherDigest => (StatusCodes.Status422UnprocessableEntity, "other_digest"),
            ContentProblem.NoSuchCase => (StatusCodes.Status404NotFound, "not_found"),
            ContentProblem.CaseClosed => (StatusCodes.Status409Conflict, "case_closed"),
            ContentProblem.CaseCleared => (StatusCodes.Status409Conflict, "case_cleared"),
            ContentProblem.QuotaReached => (StatusCodes.Status409Conflict, "content_quota_reached"),
            ContentProblem.Busy => (StatusCodes.Status429TooManyRequests, "too_many_seals"),
            ContentProblem.TooSlow => (StatusCodes.Status408RequestTimeout, "content_too_slow"),
            ContentProblem.DiskFull => (StatusCodes.Status507InsufficientStorage, "locker_full"),
            ContentProblem.DiskFailed => (StatusCodes.Status503ServiceUnavailable, "locker_failing"),
            ContentProblem.Elsewhere => (StatusCodes.Status503ServiceUnavailable, "locker_elsewhere"),
            ContentProblem.NoSuchContent => (StatusCodes.Status404NotFound, "not_found"),
            ContentProblem.Destroyed => (StatusCodes.Status410Gone, "content_destroyed"),
            _ => (StatusCodes.Status503ServiceUnavailable, "content_damaged"),
        };
        return new ProblemException(status, code, e.Message)
        {
            RetryAfter = e.Problem is ContentProblem.Busy or ContentProblem.Elsewhere ? Soon : null,
        };
    }

    public static ProblemException Of(RetentionException e) =>
        e.Code switch
        {
            "not_found" => ProblemException.NotFound(e.Message),
            "missing" or "nothing_to_hold" or "expiry_over" => ProblemException.BadRequest(e.Code, e.Message),
            _ => ProblemException.Conflict(e.Code, e.Message),
        };
}
