namespace Vigil.Simulators;

/// <summary>One request that a receiver had.</summary>
public sealed record ReceivedHook
{
    /// <summary>Path, and query where there is one.</summary>
    public required string Path { get; init; }

    public required string Id { get; init; }
    public required string Timestamp { get; init; }
    public required string Signature { get; init; }
    public required string Body { get; init; }
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The signature was made with one of the receiver's secrets, and the time was near its own.</summary>
    public required bool IsGenuine { get; init; }

    /// <summary>It was answered with 2xx.</summary>
    public required bool IsAccepted { get; init; }
}
