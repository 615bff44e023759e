using System.Runtime.CompilerServices;

namespace Vigil.Matching.Search;

/// <summary>Values that come one after the other, outside the managed heap: they leave nothing to collect.</summary>
internal sealed class NativeList<T>
    where T : unmanaged
{
    private const int FirstLength = 256;

    private NativeArray<T> _items = new(0);

    public int Count { get; private set; }

    public Span<T> Items => _items.Span[..Count];

    public void Add(in T item) => Reserve(1)[0] = item;

    public void AddRange(ReadOnlySpan<T> items) => items.CopyTo(Reserve(items.Length));

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        _items.Free();
        (_items, Count) = (new NativeArray<T>(0), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<T> Reserve(int count)
    {
        if (Count + (long)count > _items.Length)
        {
            Grow(Count + (long)count);
        }
        Count += count;
        return _items.Span[(Count - count)..];
    }

    private void Grow(long least)
    {
        var larger = new NativeArray<T>(
            Math.Min(Math.Max(Math.Max(FirstLength, least), _items.Length * 2L), Array.MaxLength)
        );
        Items.CopyTo(larger.Span);
        _items.Free();
        _items = larger;
    }
}
