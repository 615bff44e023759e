namespace Vigil.Files;

/// <summary>What a sealed file is bound to: opening it under another name, tenant or version fails.</summary>
public sealed record SealContext(string Tenant, string ObjectId, int Version)
{
    /// <summary>
    /// It may be begun before a recovery drill has passed: a copy of what stands elsewhere, or a record of work. All
    /// else waits, since whoever loses the root key would lose it for ever.
    /// </summary>
    public bool BeforeDrill { get; init; }
}

/// <summary>
/// The bytes are not what was sealed here: cut, reordered, altered, or bound to something else.
/// </summary>
public sealed class SealBrokenException(string message, Exception? inner = null)
    : IOException(message, inner);
