namespace Vigil.Trust;

public enum WebhookState
{
    /// <summary>Events are delivered.</summary>
    On,

    /// <summary>Events are collected, and delivered when it is on again.</summary>
    Paused,

    /// <summary>Events that happen now are not for it.</summary>
    Off,
}

/// <summary>An endpoint of the tenant that is told of events.</summary>
public sealed class Webhook
{
    public Guid Id { get; init; }
    public string Label { get; init; } = "";

    /// <summary>Opened from its seal: an address may carry a token.</summary>
    public string Url { get; set; } = "";

    /// <summary>Wanted types with spaces between; empty: all.</summary>
    public string Types { get; init; } = "";

    public string State { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset? RotatedAt { get; init; }
    public int Waiting { get; init; }
    public int Dead { get; init; }

    /// <summary>Of what waits.</summary>
    public DateTimeOffset? OldestAt { get; init; }

    internal byte[] SealedUrl { get; init; } = [];

    internal static bool Wants(string types, string type) =>
        types.Length == 0 || types.Split(' ').Contains(type, StringComparer.Ordinal);

    public override string ToString() => $"webhook {Id}";
}
