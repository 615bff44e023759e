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

    public int Length { get; private set; }

    public byte* Pointer => memory;

    // SAFETY: memory holds `capacity` bytes, and Length never exceeds it.
    public Span<byte> Span => new(memory, Length);

    /// <summary>Makes room for <paramref name="bytes"/>; what was there before is gone.</summary>
    public Span<byte> Resize(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > capacity)
        {
            Free();
            // SAFETY: the only owner of the pointer is this object; Free released the former block.
            memory = (byte*)NativeMemory.Alloc((nuint)bytes);
            capacity = bytes;
        }
        Length = bytes;
        return Span;
    }

    /// <summary>Gives a large block back to the system at the end of a file.</summary>
    public void Trim()
    {
        Length = 0;
        if (capacity > KeptBytes)
        {
            Free();
        }
    }

    public void Dispose() => Free();

    private void Free()
    {
        // SAFETY: null is allowed, and the pointer is forgotten at once.
        NativeMemory.Free(memory);
        memory = null;
        capacity = 0;
        Length = 0;
    }
}
