namespace Vigil.Matching.Search;

/// <summary>Values of one size outside the managed heap, zeroed; none of them take no memory.</summary>
// SAFETY: the span covers exactly what was allocated; whoever uses it keeps this alive, or its owner, to the last use.
internal sealed unsafe class NativeArray<T>
    where T : unmanaged
{
    private readonly NativeBlock? _block;

    /// <exception cref="OverflowException">More than 2^31 values.</exception>
    public NativeArray(long length)
    {
        Length = checked((int)length);
        _block = length == 0 ? null : new NativeBlock(length * sizeof(T));
    }

    public int Length { get; }

    public Span<T> Span => _block is null ? [] : new Span<T>(_block.Pointer, Length);

    /// <summary>At once, not when it is collected; for the one owner.</summary>
    public void Free() => _block?.Dispose();
}
