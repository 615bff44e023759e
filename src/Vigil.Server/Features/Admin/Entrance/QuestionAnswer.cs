using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>A passkey's question as the page's script reads it.</summary>
internal static class QuestionAnswer
{
    public const string NeedsScripts =
        "A passkey needs this page's script, which did not run: allow scripts here, or use a password.";

    public static IResult Of(PasskeyQuestion question)
    {
        using var options = JsonDocument.Parse(question.Options);
        return Results.Json(new { options = options.RootElement.Clone(), ticket = question.Ticket });
    }
}
