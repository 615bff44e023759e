using Vigil.Media.Sandboxing;

namespace Vigil.Media.Worker;

/// <summary>
/// The bytes of one file: pages of their own, left out of dumps, emptied before the next file. Grows to what
/// a file needs and is given back when that was much.
/// </summary>
internal sealed unsafe class InputBuffer
{
    /// <summary>Kept between jobs up to here; mapping is cheaper than clearing above.</summary>
    private const int KeptBytes = 16 * 1024 * 1024;

    private nint _address;
    private int _capacity;
    private int _used;

    /// <summary>
    /// Room for a file, all zero; valid until <see cref="Clear"/>. Empty when there is no memory.
    /// </summary>
    public Span<byte> Take(int length)
    {
        if (length > _capacity)
        {
            Release();
            var capacity = Math.Max(length, KeptBytes);
            var address = LibC.MMap(0, (nuint)capacity, LibC.ProtReadWrite, LibC.MapPrivateAnonymous, -1, 0);
            if (address == -1)
            {
                return [];
            }
            _ = LibC.MAdvise(address, (nuint)capacity, LibC.AdviseDontDump);
            // Out of swap, as far as the limit on locked memory allows: asked for more, mlock(2) locks
            // nothing.
            var locked = Math.Min((ulong)capacity, ResourceLimit.Of(ResourceLimit.LockedMemory).Soft);
            _ = LibC.MLock(address, (nuint)locked);
            (_address, _capacity) = (address, capacity);
        }
        _used = length;
        // SAFETY: the mapping is private to this object, at least length bytes long, and unmapped by Release
        // only.
        return new Span<byte>((void*)_address, length);
    }

    /// <summary>The next file finds nothing of the last one.</summary>
    public void Clear()
    {
        if (_capacity > KeptBytes)
        {
            Release();
        }
        else
        {
            // SAFETY: _used is never more than the length of the mapping.
            new Span<byte>((void*)_address, _used).Clear();
        }
        _used = 0;
    }

    private void Release()
    {
        if (_capacity > 0)
        {
            _ = LibC.MUnmap(_address, (nuint)_capacity);
            (_address, _capacity) = (0, 0);
        }
    }
}
