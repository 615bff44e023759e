using Vigil.Matching.Search;

namespace Vigil.Matching;

/// <summary>Where a hash stands.</summary>
/// <param name="List">Number of the list.</param>
/// <param name="Entry">Number of the entry in it.</param>
public readonly record struct Posting(int List, int Entry);

/// <summary>
/// A hash of any kind as four words, the most telling first; shorter ones are padded with zeros.
/// </summary>
internal readonly record struct HashKey(ulong Word0, ulong Word1, ulong Word2, ulong Word3)
    : IComparable<HashKey>
{
    public int CompareTo(HashKey other)
    {
        var order = Word0.CompareTo(other.Word0);
        order = order != 0 ? order : Word1.CompareTo(other.Word1);
        order = order != 0 ? order : Word2.CompareTo(other.Word2);
        return order != 0 ? order : Word3.CompareTo(other.Word3);
    }
}

/// <summary>
/// The entries behind each distinct hash. A search looks at a hash once however many entries carry it, so
/// that duplicates can neither slow it down nor, as in a peer's index of identical hashes, make it forget
/// some.
/// </summary>
internal sealed class Postings
{
    private readonly int[] _starts;
    private readonly Posting[] _items;

    private Postings(int[] starts, Posting[] items)
    {
        _starts = starts;
        _items = items;
    }

    public ReadOnlySpan<Posting> Of(int row) => _items.AsSpan(_starts[row].._starts[row + 1]);

    /// <summary>The postings of each distinct key of sorted rows, by its position among them.</summary>
    public static Postings Of(RowList sorted)
    {
        var rows = sorted.Rows;
        var starts = new int[sorted.CountDistinct() + 1];
        var items = new Posting[rows.Length];
        var row = -1;
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == 0 || rows[i].Key != rows[i - 1].Key)
            {
                starts[++row] = i;
            }
            items[i] = rows[i].Posting;
        }
        starts[^1] = rows.Length;
        return new Postings(starts, items);
    }
}
