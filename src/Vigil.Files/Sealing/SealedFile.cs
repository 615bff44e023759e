using Vigil.Files.Sealing;

namespace Vigil.Files;

/// <summary>
/// AES-256-GCM in chunks of 64 KiB (STREAM construction, Hoang, Reyhanitabar, Rogaway, Vizar 2015).
/// </summary>
public static class SealedFile
{
    internal const int ChunkBytes = 64 * 1024;
    internal const int TagBytes = 16;

    /// <summary>
    /// A stream that seals what is written to it. Call <see cref="SealedWriter.Complete"/> at the end: what
    /// is disposed without it stays unreadable, so that a failed writer never leaves a file that looks whole.
    /// </summary>
    /// <param name="destination">Is disposed with the writer.</param>
    /// <param name="keys">Of the installation.</param>
    /// <param name="context">What it is bound to.</param>
    /// <param name="epoch">Whose key it dies with; null: the tenant's newest.</param>
    /// <exception cref="KeyRingException">The tenant is unknown or has no live epoch, or not that one.</exception>
    public static SealedWriter CreateWriter(
        Stream destination,
        KeyRing keys,
        SealContext context,
        int? epoch = null
    )
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(context);
        return new SealedWriter(destination, SealHeader.New(SealHeader.FileKind, keys, context, epoch));
    }

    /// <summary>
    /// A forward-only stream of the plain bytes; every chunk is verified before a byte of it is returned.
    /// Read it to its end before acting on it: only there is a cut found.
    /// </summary>
    /// <param name="source">Is disposed with the reader.</param>
    /// <exception cref="SealBrokenException"> From here or from reading: cut, reordered or altered, another
    /// name, tenant, version or key ring. </exception>
    /// <exception cref="KeyRingException">Its epoch is destroyed, or the tenant is unknown.</exception>
    public static Stream OpenReader(Stream source, KeyRing keys, SealContext context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(context);
        var header = SealHeader.TryRead(SealHeader.FileKind, source, keys, context);
        return new SealedReader(source, header ?? throw SealHeader.Broken("is cut"));
    }
}
