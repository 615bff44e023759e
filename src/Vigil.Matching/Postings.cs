namespace Vigil.Matching;

/// <summary>Where a hash stands: index of the list, index of the entry in it.</summary>
internal readonly record struct Posting(int List, int Entry);

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

    /// <summary>The distinct keys in ascending order, and the postings by their position there.</summary>
    public static (HashKey[] Keys, Postings Postings) Group(List<(HashKey Key, Posting Posting)> rows)
    {
        // By posting within a key, so that equal lists give equal indexes.
        rows.Sort(
            static (a, b) =>
            {
                var order = a.Key.CompareTo(b.Key);
                order = order != 0 ? order : a.Posting.List.CompareTo(b.Posting.List);
                return order != 0 ? order : a.Posting.Entry.CompareTo(b.Posting.Entry);
            }
        );
        var keys = new List<HashKey>();
        var starts = new List<int>();
        var items = new Posting[rows.Count];
        for (var i = 0; i < items.Length; i++)
        {
            if (i == 0 || rows[i].Key != rows[i - 1].Key)
            {
                keys.Add(rows[i].Key);
                starts.Add(i);
            }
            items[i] = rows[i].Posting;
        }
        starts.Add(items.Length);
        return ([.. keys], new Postings([.. starts], items));
    }
}
