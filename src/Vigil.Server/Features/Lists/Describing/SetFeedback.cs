using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Describing;

/// <summary>PUT /v1/lists/{list}/feedback.</summary>
internal sealed record FeedbackChannelRequest
{
    /// <summary>A webhook that takes the type list.opinion and no other; null: a person sends drafts.</summary>
    public Guid? WebhookId { get; init; }

    /// <summary>Confirmed matches are told, too. Off unless the list's keeper asks for it.</summary>
    public bool WantsConfirmed { get; init; }

    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

internal sealed record FeedbackChannelAnswer(Guid? WebhookId, bool WantsConfirmed);

/// <summary>Where who keeps a list hears what persons here judged of its entries.</summary>
internal static class SetFeedback
{
    /// <summary>Type of the messages; the channel's webhook takes it alone.</summary>
    public const string OpinionType = "list.opinion";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPut(
                "/v1/lists/{list}/feedback",
                async (HttpContext context, string list, ListWriting lists) =>
                {
                    var request = await JsonBody.ReadAsync<FeedbackChannelRequest>(context);
                    return Results.Json(
                        await lists.ActAsync(
                            context.Actor(),
                            Permission.ListWrite,
                            (tx, _) => RunAsync(tx, list, request),
                            context.RequestAborted
                        )
                    );
                }
            )
            .Require(Permission.ListWrite)
            .WithName("SetListFeedback")
            .WithSummary("Where the source of a list hears what persons here judged of its entries")
            .WithTags("Lists")
            .Accepts<FeedbackChannelRequest>("application/json")
            .Produces<FeedbackChannelAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

    public static async Task<FeedbackChannelAnswer> RunAsync(
        Tx tx,
        string reference,
        FeedbackChannelRequest request
    )
    {
        var reason = NamedText.Reason(request.Reason);
        var list = await StoredList.GetAsync(tx, reference);
        await tx.ExecuteAsync(
            "delete from list_feedback where tenant = @tenant and list_id = @id",
            new { id = list.Id }
        );
        if (request.WebhookId is { } webhook)
        {
            await RequireAloneAsync(tx, webhook);
            await tx.ExecuteAsync(
                """
                insert into list_feedback (tenant, list_id, webhook_id, wants_confirmed, set_at, set_by)
                values (@tenant, @id, @webhook, @wants, @now, @by)
                """,
                new
                {
                    id = list.Id,
                    webhook,
                    wants = request.WantsConfirmed,
                    now = tx.Now,
                    by = tx.Actor.Name,
                }
            );
        }
        await tx.RecordAsync(
            new LedgerAct("list.feedback_set", $"{list.Id}")
            {
                Reason = reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["webhook"] = request.WebhookId?.ToString() ?? "none",
                    ["confirmed"] = request.WantsConfirmed ? "too" : "not",
                },
            }
        );
        return new(request.WebhookId, request.WebhookId is not null && request.WantsConfirmed);
    }

    /// <summary>Who keeps a list hears of that list's entries, and of nothing else that happens here.</summary>
    private static async Task RequireAloneAsync(Tx tx, Guid webhook)
    {
        if ((await Trust.Webhooks.FindAsync(tx, webhook))?.Types != OpinionType)
        {
            throw ProblemException.BadRequest(
                "bad_webhook",
                $"'webhookId' is a webhook that takes the type '{OpinionType}' and no other: make one for this source."
            );
        }
    }
}
