using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Vigil.Server.Http;

/// <summary>
/// An error as a caller sees it: RFC 9457 with a stable <c>code</c> that programs go by, and a text that says
/// what to do. Carries no value of the request.
/// </summary>
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;
    public string Code { get; } = code;

    /// <summary>For 429 and 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Of what is there by the same request before; a member <c>id</c>. Null: no such member.</summary>
    public string? MadeId { get; init; }

    public ProblemDetails ToDetails()
    {
        var details = new ProblemDetails
        {
            Status = Status,
            Title = Code.Replace('_', ' '),
            Detail = Message,
            Type = $"urn:vigil:problem:{Code}",
            Extensions = { ["code"] = Code },
        };
        if (MadeId is not null)
        {
            details.Extensions["id"] = MadeId;
        }
        return details;
    }

    public static ProblemException BadRequest(string code, string detail) =>
        new(StatusCodes.Status400BadRequest, code, detail);

    public static ProblemException NotFound(string detail) =>
        new(StatusCodes.Status404NotFound, "not_found", detail);

    public static ProblemException Conflict(string code, string detail) =>
        new(StatusCodes.Status409Conflict, code, detail);
}

/// <summary>What every problem of this request says besides, as what its caller said about failures.</summary>
internal sealed record ProblemFacts(Dictionary<string, object?> Members);
