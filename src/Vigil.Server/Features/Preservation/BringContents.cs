using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <param name="ContentId">Its id, also where the same file was there already.</param>
internal sealed record BroughtContent(Guid ContentId);

/// <summary>
/// POST /v1/cases/{ref}/contents: the file of a case, sealed as it comes. Its digest stands in a header, because an
/// address ends up in other people's logs.
/// </summary>
internal static class BringContents
{
    /// <summary>RFC 9530; of its algorithms sha-256.</summary>
    public const string DigestHeader = "Content-Digest";

    public const string ItemHeader = "Vigil-Item";
    private const string Sha256 = "sha-256=:";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/cases/{reference}/contents", (Delegate)HandleAsync)
            .Require(Permission.ContentBring)
            .WithName("bringContents")
            .WithSummary("Bring a file into a case, to be sealed under a hold.")
            .WithDescription(
                "The body is the file itself. Only where profile and jurisdiction permit it, and after a recovery "
                    + "drill. The same file again has the same answer."
            )
            .TakesFile(
                new FileBody(
                    "The file, as it is.",
                    ["application/octet-stream"],
                    [
                        new(
                            DigestHeader,
                            "sha-256=:BASE64: (RFC 9530), of the body, and of the item where one is named."
                        )
                        {
                            IsHeader = true,
                            IsNeeded = true,
                        },
                        new(ItemHeader, "The id of an item of the case; without it, a content of the case.")
                        {
                            IsHeader = true,
                        },
                    ]
                )
            )
            .WithTags("Contents")
            .Produces<BroughtContent>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(HttpContext context, string reference, Contents contents)
    {
        var (item, digest) = (ItemOf(context), DigestOf(context));
        if (!CaseRef.IsWellFormed(reference))
        {
            throw ProblemException.NotFound("There is no case of this reference.");
        }
        var limit = contents.Limits.MaxBytes;
        if (context.Request.ContentLength is { } length && (length > limit || length == 0))
        {
            throw CustodyProblems.Of(
                new ContentException(ContentProblem.TooLarge, $"A content has 1 to {limit} bytes.")
            );
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // One more: the limit's own answer says what to do.
            size.MaxRequestBodySize = limit + 1;
        }
        var id = await contents.SealAsync(
            context.Actor(),
            new ContentToSeal
            {
                Case = new CaseRef(reference),
                ItemId = item,
                Sha256 = digest,
            },
            context.Request.Body,
            context.RequestAborted
        );
        return Results.Json(new BroughtContent(id), statusCode: StatusCodes.Status201Created);
    }

    private static Guid? ItemOf(HttpContext context)
    {
        var text = context.Request.Headers[ItemHeader].ToString();
        return text.Length == 0 ? null
            : Guid.TryParse(text, out var id) ? id
            : throw ProblemException.BadRequest(
                "bad_item",
                $"{ItemHeader} is the id of an item of the case."
            );
    }

    /// <exception cref="ProblemException">None, several, or not SHA-256.</exception>
    private static byte[] DigestOf(HttpContext context)
    {
        var bytes = new byte[32];
        return
            context.Request.Headers[DigestHeader] is [{ } text]
            && text.StartsWith(Sha256, StringComparison.Ordinal)
            && text.EndsWith(':')
            && text.Length > Sha256.Length
            && Convert.TryFromBase64String(text[Sha256.Length..^1], bytes, out var count)
            && count == bytes.Length
            ? bytes
            : throw ProblemException.BadRequest(
                "digest_needed",
                $"Send {DigestHeader}: sha-256=:BASE64: once, with the SHA-256 of the body in base64."
            );
    }
}
