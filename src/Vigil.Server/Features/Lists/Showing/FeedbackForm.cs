using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Showing;

/// <summary>Where the source of a list hears opinions, and the webhooks that it can be.</summary>
/// <param name="Channels">Those that take opinions alone, by id: a label and a state.</param>
/// <param name="WebhookId">The one that is used; null: off.</param>
internal sealed record FeedbackForm(
    IReadOnlyList<KeyValuePair<Guid, string>> Channels,
    Guid? WebhookId,
    bool WantsConfirmed
)
{
    public static async Task<FeedbackForm> ReadAsync(Tx tx, Guid list)
    {
        var set = await tx.FindAsync<Row>(
            "select webhook_id, wants_confirmed from list_feedback where tenant = @tenant and list_id = @list",
            new { list }
        );
        var channels = (await Trust.Webhooks.ListAsync(tx))
            .Where(webhook => webhook.Types == SetFeedback.OpinionType)
            .Select(webhook => KeyValuePair.Create(webhook.Id, LabelOf(webhook)));
        return new FeedbackForm([.. channels], set?.WebhookId, set?.WantsConfirmed ?? false);
    }

    /// <summary>As the API has it.</summary>
    /// <exception cref="ProblemException">The channel is none of the page's.</exception>
    public static FeedbackChannelRequest RequestOf(IFormCollection form) =>
        new()
        {
            WebhookId = ChannelOf(form["webhookId"].ToString()),
            WantsConfirmed = form["wantsConfirmed"] == "true",
            Reason = form["reason"],
        };

    private static Guid? ChannelOf(string text) =>
        text.Length == 0 ? null
        : Guid.TryParse(text, out var id) ? id
        : throw ProblemException.BadRequest("bad_webhook", "Choose the channel from the list, or 'off'.");

    private static string LabelOf(Webhook webhook) =>
        webhook.State == "On" ? webhook.Label : $"{webhook.Label} ({webhook.State.ToLowerInvariant()})";

    private sealed class Row
    {
        public Guid WebhookId { get; init; }
        public bool WantsConfirmed { get; init; }
    }
}
