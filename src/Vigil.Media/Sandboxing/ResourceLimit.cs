namespace Vigil.Media.Sandboxing;

/// <summary>A limit that the kernel holds this process to, getrlimit(2).</summary>
internal readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    // RLIMIT_*, asm-generic/resource.h
    public const int FileSize = 1;
    public const int Core = 4;
    public const int OpenFiles = 7;
    public const int LockedMemory = 8;
    public const int AddressSpace = 9;

    public const ulong None = ulong.MaxValue;

    /// <summary>
    /// No limit where the kernel does not tell: whoever asks must not take it for a protection.
    /// </summary>
    public static unsafe ResourceLimit Of(int resource)
    {
        ulong* limit = stackalloc ulong[2];
        // SAFETY: struct rlimit is two 64-bit numbers, soft and hard.
        return LibC.GetRLimit(resource, limit) == 0
            ? new ResourceLimit(limit[0], limit[1])
            : new ResourceLimit(None, None);
    }
}
