namespace Vigil.Files;

/// <summary>What a sealed file is bound to: opening it under another name, tenant or version fails.</summary>
public sealed record SealContext(string Tenant, string ObjectId, int Version);

/// <summary>
/// The bytes are not what was sealed here: cut, reordered, altered, or bound to something else.
/// </summary>
public sealed class SealBrokenException(string message, Exception? inner = null)
    : IOException(message, inner);
