using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Standing;

/// <summary>
/// Which contents of a case are alike: equal files, and those that matched the same entry. One of a stack is
/// looked at, the others stay unseen.
/// </summary>
internal static class Stacks
{
    /// <returns>A stack's number for each content, rising with the first of each stack.</returns>
    public static List<int> Of(IReadOnlyList<byte[]> digests, IReadOnlyList<MatchFacts> facts)
    {
        var firstOf = new int[digests.Count];
        var byKey = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < firstOf.Length; i++)
        {
            firstOf[i] = i;
            foreach (var key in KeysOf(digests[i], facts[i]))
            {
                if (byKey.TryGetValue(key, out var other))
                {
                    Join(firstOf, i, other);
                }
                else
                {
                    byKey.Add(key, i);
                }
            }
        }
        var firsts = Enumerable.Range(0, firstOf.Length).Select(i => Root(firstOf, i)).ToList();
        var numbers = firsts.Distinct().Order().ToList();
        return [.. firsts.Select(first => numbers.IndexOf(first))];
    }

    /// <summary>
    /// An exact match is alike only to its equals: files of one entry may have other things beside it.
    /// </summary>
    private static IEnumerable<string> KeysOf(byte[] digest, MatchFacts facts) =>
        (facts.IsExact ? [] : facts.Entries.Select(entry => $"{entry.ListId}/{entry.EntryId}")).Append(
            Convert.ToHexString(digest)
        );

    private static void Join(int[] firstOf, int one, int other)
    {
        var (a, b) = (Root(firstOf, one), Root(firstOf, other));
        firstOf[Math.Max(a, b)] = Math.Min(a, b);
    }

    private static int Root(int[] firstOf, int at)
    {
        while (firstOf[at] != at)
        {
            at = firstOf[at];
        }
        return at;
    }
}
