using System.Security.Cryptography;

namespace Vigil.Tests.Evidence;

/// <summary>RFC 6962 section 2.1 word by word: recursive, nothing kept, shares no code with the library.</summary>
internal static class SlowTree
{
    public static byte[] Root(IReadOnlyList<byte[]> entries) =>
        entries.Count switch
        {
            0 => SHA256.HashData([]),
            1 => SHA256.HashData([0, .. entries[0]]),
            var n => Node(Root(Take(entries, 0, Split(n))), Root(Take(entries, Split(n), n))),
        };

    /// <summary>PATH(m, D[n]).</summary>
    public static byte[][] Path(int index, IReadOnlyList<byte[]> entries)
    {
        var (n, k) = (entries.Count, Split(entries.Count));
        return n == 1 ? []
            : index < k ? [.. Path(index, Take(entries, 0, k)), Root(Take(entries, k, n))]
            : [.. Path(index - k, Take(entries, k, n)), Root(Take(entries, 0, k))];
    }

    /// <summary>PROOF(m, D[n]).</summary>
    public static byte[][] Proof(int from, IReadOnlyList<byte[]> entries) => SubProof(from, entries, true);

    private static byte[][] SubProof(int m, IReadOnlyList<byte[]> entries, bool isWhole)
    {
        var (n, k) = (entries.Count, Split(entries.Count));
        return m == n ? (isWhole ? [] : [Root(entries)])
            : m <= k ? [.. SubProof(m, Take(entries, 0, k), isWhole), Root(Take(entries, k, n))]
            : [.. SubProof(m - k, Take(entries, k, n), false), Root(Take(entries, 0, k))];
    }

    public static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    private static ArraySegment<byte[]> Take(IReadOnlyList<byte[]> entries, int from, int to) =>
        entries is ArraySegment<byte[]> segment
            ? segment[from..to]
            : new ArraySegment<byte[]>([.. entries])[from..to];

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
        {
            k *= 2;
        }
        return k;
    }
}
