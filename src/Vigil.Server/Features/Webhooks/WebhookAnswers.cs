using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

/// <summary>A webhook as programs see it.</summary>
internal sealed record WebhookAnswer(
    Guid Id,
    string Label,
    string Url,
    IReadOnlyList<string> Types,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SecretRotatedAt,
    int Waiting,
    int Dead,
    DateTimeOffset? OldestWaitingAt
)
{
    public static WebhookAnswer Of(Webhook webhook) =>
        new(
            webhook.Id,
            webhook.Label,
            webhook.Url,
            webhook.Types.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Words.Of(webhook.State),
            webhook.CreatedAt,
            webhook.RotatedAt,
            webhook.Waiting,
            webhook.Dead,
            webhook.OldestAt
        );
}

internal sealed record WebhookList(IReadOnlyList<WebhookAnswer> Webhooks);

/// <param name="Id">Of the webhook.</param>
/// <param name="Secret">whsec_…, given out this once.</param>
internal sealed record WebhookSecret(Guid Id, string Secret) : IShownOnce
{
    string? IShownOnce.MadeId => $"{Id}";

    /// <summary>Until when the secret before signs too; null: there was none.</summary>
    public DateTimeOffset? PreviousSignsUntil { get; init; }
}

/// <param name="DeliveryId">Where to look whether it arrived.</param>
internal sealed record PingAnswer(Guid DeliveryId);

/// <summary>What a caller sets. Left out: as it was, or the default.</summary>
internal sealed record WebhookBody
{
    public string? Url { get; init; }
    public string? Label { get; init; }
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>on, paused or off.</summary>
    public string? State { get; init; }

    public WebhookSettings ToSettings() =>
        new()
        {
            Url = Url,
            Label = Label,
            Types = Types,
            State = State is null ? null : Words.Read<WebhookState>(State, "state"),
        };
}

/// <summary>One delivery as programs see it.</summary>
internal sealed record DeliveryAnswer(
    Guid Id,
    string Kind,
    Guid Target,
    string Label,
    Guid EventId,
    string Type,
    string State,
    int Attempts,
    DateTimeOffset CreatedAt,
    long AgeSeconds,
    DateTimeOffset? NextAt,
    DateTimeOffset? LastAt,
    int? LastStatus,
    string? LastError
)
{
    public static DeliveryAnswer Of(Delivery delivery, DateTimeOffset now) =>
        new(
            delivery.Id,
            Words.Of(delivery.Kind),
            delivery.Target,
            delivery.Label,
            delivery.Item,
            delivery.Type,
            Words.Of(delivery.State),
            delivery.Attempts,
            delivery.CreatedAt,
            (long)(now - delivery.CreatedAt).TotalSeconds,
            delivery.State == nameof(DeliveryState.Waiting) ? delivery.DueAt : null,
            delivery.LastAt,
            delivery.LastStatus,
            delivery.LastError
        );
}

/// <param name="Waiting">Of all, not of this page.</param>
/// <param name="Dead">Of all, not of this page.</param>
/// <param name="OldestWaitingAt">Since when the oldest waits.</param>
/// <param name="Deliveries">Oldest first.</param>
/// <param name="Next">Give it as "after" for the next page; null: this was the last.</param>
internal sealed record OutboxAnswer(
    int Waiting,
    int Dead,
    DateTimeOffset? OldestWaitingAt,
    IReadOnlyList<DeliveryAnswer> Deliveries,
    Guid? Next
);

/// <summary>Which dead deliveries; left out: all.</summary>
internal sealed record ManyBody
{
    /// <summary>Of one webhook.</summary>
    public Guid? Webhook { get; init; }

    /// <summary>For the ledger; needed to discard.</summary>
    public string? Reason { get; init; }
}

/// <param name="Count">How many; up to 1,000 in one act: ask again until it is 0.</param>
internal sealed record CountAnswer(int Count);
