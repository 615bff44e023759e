namespace Vigil.Trust;

public enum DeliveryKind
{
    /// <summary>An event to a webhook.</summary>
    Webhook,

    /// <summary>An alarm to a channel.</summary>
    Alarm,
}

/// <summary>What a delivery says.</summary>
public enum DeliveryNote
{
    Event,
    Ping,
    Raised,
    Repeated,
    Closed,
    Test,
}

public enum DeliveryState
{
    Waiting,
    Delivered,

    /// <summary>Given up: a person sends it again or discards it.</summary>
    Dead,
}

/// <summary>One thing on its way to one endpoint, as people see it: no contents.</summary>
public sealed class Delivery
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public Guid Target { get; init; }

    /// <summary>Label of the webhook or channel.</summary>
    public string Label { get; init; } = "";

    /// <summary>Of the event or alarm.</summary>
    public Guid Item { get; init; }

    /// <summary>Type of the event, or code of the alarm.</summary>
    public string Type { get; init; } = "";

    public string Note { get; init; } = "";
    public string State { get; init; } = "";
    public int Attempts { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Of the next attempt.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Of the last attempt.</summary>
    public DateTimeOffset? LastAt { get; init; }

    public int? LastStatus { get; init; }

    /// <summary>A code, never text of the other side.</summary>
    public string? LastError { get; init; }
}

/// <summary>A row that one dispatcher has taken, for the time of the lease.</summary>
internal sealed class Leased
{
    public Guid Id { get; init; }
    public Guid Target { get; init; }
    public Guid Item { get; init; }
    public string Note { get; init; } = "";
    public int Attempts { get; init; }
    public DateTimeOffset GiveUpAt { get; init; }

    /// <summary>Fences: who leased later has a higher one, and what an earlier one says is void.</summary>
    public int Epoch { get; init; }
}

/// <summary>How an attempt ended.</summary>
/// <param name="Error">Null: received.</param>
/// <param name="Status">HTTP or SMTP status, or a program's exit code.</param>
internal sealed record DeliveryOutcome(string? Error, int? Status = null, TimeSpan? RetryAfter = null)
{
    public bool IsReceived => Error is null;

    public static DeliveryOutcome Of(OutboundAnswer answer) =>
        new(answer.IsReceived ? null : "status", answer.Status, answer.RetryAfter);
}

/// <summary>A leased row with what it needs to be sent; the sending itself touches no database.</summary>
internal sealed record Parcel(
    TenantId Tenant,
    DeliveryKind Kind,
    Leased Row,
    Func<CancellationToken, Task<DeliveryOutcome>> SendAsync
);
