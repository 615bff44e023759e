namespace Vigil.Files;

/// <summary>Why the keys are not to be had.</summary>
public enum KeyRingProblem
{
    /// <summary>Wrapped keys are there, the root key that opens them is not.</summary>
    RootKeyMissing,

    /// <summary>A root key is there, the keys that it wraps are not.</summary>
    RingMissing,

    /// <summary>Others than the owner may read the root key.</summary>
    RootKeyExposed,

    /// <summary>The root key belongs to another ring.</summary>
    RootKeyForeign,

    /// <summary>A key file is cut or altered.</summary>
    Damaged,

    /// <summary>No keys were ever made for this tenant.</summary>
    UnknownTenant,

    /// <summary>This ring never had that epoch.</summary>
    UnknownEpoch,

    /// <summary>The epoch's key was destroyed, and all that it sealed with it.</summary>
    EpochDestroyed,

    /// <summary>All epochs of the tenant are destroyed: there is none to seal under.</summary>
    NoLiveEpoch,

    /// <summary>Shares of the root key are mistyped, do not fit each other, or are of another key.</summary>
    ShareRefused,

    /// <summary>No recovery drill of the root key has passed: nothing that only lies here is sealed yet.</summary>
    NotDrilled,

    /// <summary>A documented number of tenants or epochs is reached.</summary>
    TooMany,
}

/// <summary>The keys are not to be had: why, as data, and what to do, as text.</summary>
public sealed class KeyRingException(KeyRingProblem problem, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public KeyRingProblem Problem { get; } = problem;
}

/// <summary>
/// One period of a tenant's keys; destroying its key makes all objects of the period unreadable.
/// </summary>
public sealed record KeyEpoch(int Id, bool IsDestroyed);
