using System.Collections;
using System.Runtime.CompilerServices;

namespace Vigil.CyberTip;

/// <summary>Several values in order. Cannot be changed, and equals another of equal values in the same order.</summary>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items;

    internal ValueList(T[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <summary>The same, with another item at <paramref name="index"/>.</summary>
    public ValueList<T> With(int index, T item)
    {
        T[] items = [.. _items];
        items[index] = item;
        return new ValueList<T>(items);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ValueList<T>? other) => other is not null && _items.SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items)
        {
            hash.Add(item);
        }
        return hash.ToHashCode();
    }

    /// <summary>How many; never which.</summary>
    public override string ToString() => $"{Count} values";
}

/// <summary>Makes lists of values; collection expressions come here.</summary>
public static class ValueList
{
    /// <summary>A list of these values.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
