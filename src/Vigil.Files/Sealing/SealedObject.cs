using Vigil.Files.Keys;
using Vigil.Files.Sealing;

namespace Vigil.Files;

/// <summary>
/// A sealed file with its head apart: the head holds the wrapped key, and <see cref="SealedFile.Rewrap"/> gives another
/// one for the same content. It is made last, by the epoch that is the newest then: contents may come for hours, and
/// epochs be destroyed meanwhile. Without a head the content is lost.
/// </summary>
public sealed class SealedObject : IDisposable
{
    private readonly KeyRing _keys;
    private readonly SealContext _context;
    private readonly SecretKey _key = SecretKey.Random();
    private readonly SealHeader _header;

    /// <param name="keys">Of the installation.</param>
    /// <param name="context">What it is bound to.</param>
    /// <exception cref="KeyRingException">The tenant is unknown or has no live epoch.</exception>
    public SealedObject(KeyRing keys, SealContext context)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(context);
        (_keys, _context) = (keys, context);
        _header = SealHeader.OfObject(keys, context, _key);
    }

    /// <summary>Once: a second content under the same key would betray both.</summary>
    /// <param name="destination">Is disposed with the writer; gets the content without its head.</param>
    public SealedWriter CreateWriter(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return new SealedWriter(destination, _header, isHeadApart: true);
    }

    /// <summary>With the key wrapped by the tenant's newest epoch.</summary>
    /// <exception cref="KeyRingException">The tenant has no live epoch any more.</exception>
    public byte[] Head() => SealHeader.Rewrap(_header.Bytes, _keys, _context, _key);

    public void Dispose()
    {
        _header.Dispose();
        _key.Dispose();
    }
}
