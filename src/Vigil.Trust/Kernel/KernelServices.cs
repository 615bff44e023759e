namespace Vigil.Trust;

/// <summary>What a transaction needs of the kernel.</summary>
internal sealed record KernelServices(TimeProvider Time, Vault Vault, Reactions Reactions)
{
    /// <summary>Wakes who delivers.</summary>
    public Bell Bell { get; } = new();

    /// <summary>Wakes who journals what is held.</summary>
    public Bell Custody { get; } = new();

    /// <summary>Counts the changes of API keys made here, so that a new key is known at once.</summary>
    public KeyChanges Keys { get; } = new();

    /// <summary>UUIDv7 (RFC 9562): sorts by time.</summary>
    public Guid NewId() => Guid.CreateVersion7(Time.GetUtcNow());
}
