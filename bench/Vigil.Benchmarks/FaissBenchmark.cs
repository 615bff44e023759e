using System.Diagnostics;
using System.Runtime.InteropServices;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Benchmarks;

/// <summary>
/// Single queries at radius 31 beside faiss' flat binary index, where the machine has that: same hashes, same
/// queries, answers compared, in turn within one run.
/// </summary>
internal static class FaissBenchmark
{
    private const int Queries = 200;
    private const int Rounds = 3;

    /// <summary>No faiss here.</summary>
    private const int NoPeer = 3;

    public static int Run(int entries)
    {
        using var faiss = Faiss.TryOpen(PdqHash.Bits);
        if (faiss is null)
        {
            Console.Error.WriteLine(
                $"faiss with its C interface is not here: build it with AVX2 and name libfaiss_c in ${Faiss.PathVariable}."
            );
            return NoPeer;
        }
        var random = new Random(7);
        var hashes = new PdqHash[entries];
        random.NextBytes(MemoryMarshal.AsBytes(hashes.AsSpan()));
        var index = new PdqIndex();
        index.AddRange(hashes, 0, 0, threads: 1);
        // The order of bits does not matter to a distance: a hash's words as they stand in memory will do.
        faiss.Add(MemoryMarshal.AsBytes(hashes.AsSpan()), entries);
        var queries = Enumerable.Range(0, Queries).Select(i => Query(hashes, random, i)).ToArray();
        Print(entries, queries, hashes, faiss, index);
        return 0;
    }

    /// <summary>Every other one is planted, 0 to 40 bits off.</summary>
    private static PdqHash Query(PdqHash[] hashes, Random random, int number)
    {
        var query = new PdqHash[1];
        if (number % 2 == 0)
        {
            random.NextBytes(MemoryMarshal.AsBytes(query.AsSpan()));
            return query[0];
        }
        query[0] = hashes[random.Next(hashes.Length)];
        var bytes = MemoryMarshal.AsBytes(query.AsSpan());
        for (var flips = random.Next(41); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
        return query[0];
    }

    private static void Print(int entries, PdqHash[] queries, PdqHash[] hashes, Faiss faiss, PdqIndex index)
    {
        var (flat, plain, ring) = (new List<double>(), new List<double>(), new List<double>());
        var found = new List<PdqMatch>();
        var total = 0;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var query in queries)
            {
                var one = query;
                var start = Stopwatch.GetTimestamp();
                var theirs = faiss.CountNearer(
                    MemoryMarshal.AsBytes(new ReadOnlySpan<PdqHash>(in one)),
                    Radius.Default.Bits + 1
                );
                flat.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                start = Stopwatch.GetTimestamp();
                var scanned = hashes.Count(hash => hash.DistanceTo(one) <= Radius.Default.Bits);
                plain.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                found.Clear();
                start = Stopwatch.GetTimestamp();
                index.Current.Find(query, Radius.Default, found);
                ring.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                if (theirs != found.Count || scanned != found.Count)
                {
                    throw new InvalidOperationException(
                        $"{found.Count} found, {theirs} by faiss, {scanned} by looking at each."
                    );
                }
                total += found.Count;
            }
        }
        var (ours, peer, naive) = (Median(ring), Median(flat), Median(plain));
        Console.WriteLine(
            $"{entries:N0} entries, {Rounds * queries.Length} queries, {total} matches, all answers equal"
        );
        Console.WriteLine($"faiss flat, p50: {peer:N0} us; popcount scan: {naive:N0} us");
        Console.WriteLine($"PdqIndex, p50: {ours:N1} us, {peer / ours:N0} times as fast as faiss flat");
        if (peer > 2 * naive)
        {
            Console.WriteLine(
                "This faiss is slower than a plain scan: built without popcount, no fair peer."
            );
        }
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
