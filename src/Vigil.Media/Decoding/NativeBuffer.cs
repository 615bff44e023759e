using System.Runtime.InteropServices;

namespace Vigil.Media.Decoding;

/// <summary>
/// Memory for pixels outside the managed heap, reused from file to file, so that a picture of 300 MB neither
/// meets the heap limit of the worker nor waits for a collection to be given back.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>What is kept between files: a 12 megapixel photo fits.</summary>
    private const int KeptBytes = 48 * 1024 * 1024;

    private byte* memory;
    private int capacity;
    private int used;

    public int Length { get; private set; }

    public byte* Pointer => memory;

    // SAFETY: memory holds `capacity` bytes, and Length never exceeds it.
    public Span<byte> Span => new(memory, Length);

    /// <summary>Makes room for <paramref name="bytes"/>: zeros, or what this file had there before.</summary>
    public Span<byte> Resize(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > capacity)
        {
            Free();
            // SAFETY: the only owner of the pointer is this object; Free released the former block.
            memory = (byte*)NativeMemory.AllocZeroed((nuint)bytes);
            capacity = bytes;
        }
        Length = bytes;
        used = Math.Max(used, bytes);
        return Span;
    }

    /// <summary>
    /// At the end of a file: gives a large block back to the system, clears a small one, so that no decoder's
    /// fault can show one file's pixels as another's.
    /// </summary>
    public void Trim()
    {
        if (capacity > KeptBytes)
        {
            Free();
        }
        // SAFETY: memory holds `capacity` bytes, and `used` never exceeds it.
        new Span<byte>(memory, used).Clear();
        Length = 0;
        used = 0;
    }

    public void Dispose() => Free();

    private void Free()
    {
        // SAFETY: null is allowed, and the pointer is forgotten at once.
        NativeMemory.Free(memory);
        memory = null;
        capacity = 0;
        used = 0;
        Length = 0;
    }
}
