namespace Vigil.Files;

/// <summary>What a sealed file is bound to: opening it under another name, tenant or version fails.</summary>
public sealed record SealContext(string Tenant, string ObjectId, int Version);

/// <summary>The bytes are not what was sealed here: cut, reordered, altered, or bound to something else.</summary>
public sealed class SealBrokenException(string message, Exception? inner = null)
    : IOException(message, inner);

/// <summary>AES-256-GCM in chunks of 64 KiB (STREAM construction, Hoang, Reyhanitabar, Rogaway, Vizar 2015).</summary>
public static class SealedFile
{
    /// <summary>A stream that seals what is written to it; dispose it to write the final chunk.</summary>
    public static Stream CreateWriter(Stream destination, KeyRing keys, SealContext context) =>
        throw new NotSupportedException();

    /// <summary>A forward-only stream of the plain bytes; every chunk is verified before a byte of it is returned.</summary>
    /// <exception cref="SealBrokenException">From reading: cut, reordered or altered.</exception>
    public static Stream OpenReader(Stream source, KeyRing keys, SealContext context) =>
        throw new NotSupportedException();
}
