using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Matching.Search;

/// <summary>
/// Zeroed memory outside the managed heap, in huge pages where the system has them. It lives as long as anything
/// refers to it, so that a reader of an old snapshot never sees it freed and no writer waits for readers.
/// </summary>
/// <remarks>Whoever keeps a pointer into it calls <see cref="GC.KeepAlive"/> on its owner after the last use.</remarks>
// SAFETY: the pointer is handed out with the block; it is freed once only, by Dispose of an owner who shares it with
// nobody, or by the finalizer of the handle when nobody refers to the block any more.
internal sealed unsafe class NativeBlock : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int CacheLineBytes = 64;
    private const int HugePageBytes = 2 << 20;
    private const int AdviseHugePages = 14; // MADV_HUGEPAGE of asm-generic/mman-common.h
    private readonly long _lengthBytes;

    /// <summary>Pages are taken when they are first written.</summary>
    /// <exception cref="OutOfMemoryException">There is not that much.</exception>
    public NativeBlock(long lengthBytes)
        : base(ownsHandle: true)
    {
        var isLarge = lengthBytes >= 2 * HugePageBytes;
        var alignment = isLarge ? HugePageBytes : CacheLineBytes;
        _lengthBytes = lengthBytes + alignment;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)_lengthBytes));
        GC.AddMemoryPressure(_lengthBytes);
        Pointer = (byte*)((handle + alignment - 1) / alignment * alignment);
        if (isLarge && OperatingSystem.IsLinux())
        {
            // Only advice: in small pages everything is right too, and up to twice as slow.
            _ = madvise(Pointer, (nuint)lengthBytes, AdviseHugePages);
        }
    }

    /// <summary>First byte.</summary>
    public byte* Pointer { get; }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        GC.RemoveMemoryPressure(_lengthBytes);
        return true;
    }

#pragma warning disable IDE1006 // the C library's own name
    [DllImport("libc")]
    private static extern int madvise(void* address, nuint length, int advice);
#pragma warning restore IDE1006
}
