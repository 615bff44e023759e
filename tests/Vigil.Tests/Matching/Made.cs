using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Tests.Matching;

/// <summary>
/// Made-up hashes, entries and lists. The seed rotates and is printed: VIGIL_TEST_SEED repeats a run.
/// </summary>
internal static class Made
{
    public static bool Long => Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1";

    /// <summary>The full count in long runs, otherwise a fifth of it.</summary>
    public static int Count(int full) => Long ? full : full / 5;

    public static Random Luck()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("VIGIL_TEST_SEED"), out var given)
            ? given
            : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"VIGIL_TEST_SEED={seed}");
        return new Random(seed);
    }

    public static PdqHash Pdq(Random luck) => new(Word(luck), Word(luck), Word(luck), Word(luck));

    /// <summary>128 bits set, as in the hash of a real picture.</summary>
    public static PdqHash Balanced(Random luck) => Flip(default, luck, 128);

    public static Digest Digest(Random luck, DigestAlgorithm algorithm)
    {
        var bytes = new byte[Vigil.Hashing.Digest.LengthOf(algorithm)];
        luck.NextBytes(bytes);
        return Vigil.Hashing.Digest.FromBytes(algorithm, bytes);
    }

    /// <summary>The hash with exactly <paramref name="count"/> bits changed, anywhere.</summary>
    public static PdqHash Flip(PdqHash hash, Random luck, int count)
    {
        var positions = Enumerable.Range(0, PdqHash.Bits).ToArray();
        luck.Shuffle(positions);
        return FlipAt(hash, positions.AsSpan(0, count));
    }

    public static PdqHash FlipAt(PdqHash hash, ReadOnlySpan<int> positions)
    {
        Span<byte> bytes = stackalloc byte[PdqHash.ByteLength];
        hash.CopyTo(bytes);
        foreach (var position in positions)
        {
            bytes[position / 8] ^= (byte)(1 << (position % 8));
        }
        return PdqHash.FromBytes(bytes);
    }

    public static SignalList List(string name, params IEnumerable<PdqHash> hashes) =>
        List(name, hashes.Select(hash => new ListEntry { Id = "", Pdq = hash }));

    public static SignalList List(string name, IEnumerable<ListEntry> entries) =>
        new(
            new ListInfo { Name = name, Purpose = ListPurpose.Harmless },
            [.. entries.Select((entry, index) => entry with { Id = $"{index + 1}" })]
        );

    /// <summary>
    /// Calls back with the first of the things, weakly held: whether anyone still holds it can then be
    /// asked.
    /// </summary>
    public static IEnumerable<T> Watched<T>(
        IEnumerable<T> things,
        Action<WeakReference> onFirst,
        Func<T, object?> part
    )
    {
        var isFirst = true;
        foreach (var thing in things)
        {
            if (isFirst && part(thing) is { } first)
            {
                onFirst(new WeakReference(first));
                isFirst = false;
            }
            yield return thing;
        }
    }

    /// <summary>A query that ends with the test run.</summary>
    public static IReadOnlyList<Match> Find(this MatchIndex index, Fingerprint file, Radius? radius = null) =>
        index.Query(file, radius, TestContext.Current.CancellationToken);

    private static ulong Word(Random luck) => (ulong)luck.NextInt64(long.MinValue, long.MaxValue);
}
