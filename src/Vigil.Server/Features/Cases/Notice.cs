using System.Text.Json;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Cases;

/// <summary>What somebody outside wrote: a hotline, an authority, a trusted flagger. Kept sealed.</summary>
internal sealed record Notice
{
    /// <summary>Who sent it.</summary>
    public string? From { get; init; }

    /// <summary>Their own reference, to be named in the answer.</summary>
    public string? Reference { get; init; }
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Until when they ask for an answer.</summary>
    public DateTimeOffset? AnswerBy { get; init; }

    /// <exception cref="ProblemException">No sender, a text too long, or it came in the future.</exception>
    public Notice Checked(DateTimeOffset now)
    {
        if (ReceivedAt > now + CaseLimits.Skew)
        {
            throw ProblemException.BadRequest("bad_received_at", "'notice.receivedAt' is not in the future.");
        }
        return this with
        {
            From = CaseLimits.Required(From, CaseLimits.PseudonymCharacters, "notice.from"),
            Reference = CaseLimits.Optional(Reference, CaseLimits.PseudonymCharacters, "notice.reference"),
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static Notice? Of(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<Notice>(json, JsonSerializerOptions.Web);
}
