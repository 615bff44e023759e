using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>PUT /v1/recipients.</summary>
internal sealed record RecipientRequest
{
    /// <summary>Code of a destination that takes packages.</summary>
    public string? Destination { get; init; }

    /// <summary>Whose authority it is, as DE: of "police", where it is needed; otherwise none.</summary>
    public string? Country { get; init; }

    /// <summary>Office and place; names no person.</summary>
    public string? Name { get; init; }

    /// <summary>x25519+…, as "vigil package key" prints it.</summary>
    public string? PublicKey { get; init; }
}

/// <summary>POST /v1/recipients/{id}/verification.</summary>
internal sealed record VerificationRequest
{
    /// <summary>As the recipient said it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whose authority said it, as DE: of a key that has a country.</summary>
    public string? Country { get; init; }

    /// <summary>By which other way.</summary>
    public string? How { get; init; }

    /// <summary>The word `read` of the key in the list.</summary>
    public string? Read { get; init; }
}

internal sealed record RevocationRequest
{
    public string? Reason { get; init; }
}

/// <param name="State">"waiting", "verified" or "revoked".</param>
/// <param name="Read">Of a key that waits: given back with its verification; null: ask again.</param>
internal sealed record RecipientView(
    Guid RecipientId,
    string Destination,
    string Country,
    string Name,
    string PublicKey,
    string Fingerprint,
    string State,
    DateTimeOffset AddedAt,
    string AddedBy,
    DateTimeOffset? VerifiedAt,
    string? VerifiedBy,
    string? VerifiedHow,
    DateTimeOffset? RevokedAt,
    string? RevokedBecause,
    string? Read
)
{
    public static RecipientView Of(Recipient recipient, string? read) =>
        new(
            recipient.Id,
            recipient.Destination,
            recipient.Country,
            recipient.Name,
            recipient.Key.ToString(),
            recipient.Fingerprint,
            recipient.RevokedAt is not null ? "revoked"
                : recipient.IsUsable ? "verified"
                : "waiting",
            recipient.AddedAt,
            recipient.AddedBy,
            recipient.VerifiedAt,
            recipient.VerifiedBy,
            recipient.VerifiedHow,
            recipient.RevokedAt,
            recipient.RevokedBecause,
            read
        );
}

internal sealed record RecipientAnswer(Guid RecipientId);

/// <summary>The API of recipients' keys.</summary>
internal static class RecipientRoutes
{
    private const string Root = "/v1/recipients";
    private const string Tag = "Destinations";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                Root,
                async (HttpContext context, Db db) =>
                    Results.Json(
                        await db.ReadAsync(
                            context.Actor(),
                            Permission.ReportFile,
                            Recipients.ViewAsync,
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ReportFile)
            .WithName("listRecipients")
            .WithSummary("Keys of those who receive packages, newest first, with who verified them and how.")
            .WithTags(Tag)
            .Produces<IReadOnlyList<RecipientView>>();
        routes
            .MapPut(Root, (Delegate)((HttpContext context) => ActAsync<RecipientRequest>(context, AddAsync)))
            .Require(Permission.ReportFile)
            .WithName("putRecipient")
            .WithSummary("Add a recipient's key. It is used only after a second person verified it.")
            .WithTags(Tag)
            .Accepts<RecipientRequest>("application/json")
            .Produces<RecipientAnswer>();
        Act<VerificationRequest>(
            routes,
            "verification",
            "verifyRecipient",
            "Second person: the recipient said this fingerprint by another way.",
            (tx, id, body) =>
                Recipients.VerifyAsync(
                    tx,
                    id,
                    body.Fingerprint ?? "",
                    body.How ?? "",
                    body.Country ?? "",
                    body.Read
                )
        );
        Act<RevocationRequest>(
            routes,
            "revocation",
            "revokeRecipient",
            "Nothing is sealed to this key any more.",
            (tx, id, body) => Recipients.RevokeAsync(tx, id, body.Reason ?? "")
        );
    }

    private static void Act<TBody>(
        IEndpointRouteBuilder routes,
        string verb,
        string name,
        string summary,
        Func<Tx, Guid, TBody, Task> act
    )
        where TBody : notnull =>
        routes
            .MapPost(
                $"{Root}/{{id:guid}}/{verb}",
                (Delegate)(
                    (HttpContext context, Guid id) =>
                        ActAsync<TBody>(
                            context,
                            async (tx, body) =>
                            {
                                await act(tx, id, body);
                                return id;
                            }
                        )
                )
            )
            .Require(Permission.ReportFile)
            .WithName(name)
            .WithSummary(summary)
            .WithTags(Tag)
            .Accepts<TBody>("application/json")
            .Produces<RecipientAnswer>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    private static Task<Guid> AddAsync(Tx tx, RecipientRequest body) =>
        Recipients.AddAsync(
            tx,
            body.Destination ?? "",
            body.Name ?? "",
            body.PublicKey ?? "",
            body.Country ?? ""
        );

    private static async Task<IResult> ActAsync<TBody>(HttpContext context, Func<Tx, TBody, Task<Guid>> act)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var body = JsonBody.Parse<TBody>(bytes);
        return await Idempotent.ActAsync(
            context,
            Permission.ReportFile,
            "recipient",
            bytes,
            StatusCodes.Status200OK,
            async tx => new RecipientAnswer(await act(tx, body))
        );
    }
}
