using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>Queries against the ring tables, one after the other.</summary>
// SAFETY: the tables belong to a segment that the caller keeps alive; buckets have 16 bits; queries are pinned while
// pointers to them are in use.
internal static unsafe class RingSearch
{
    /// <summary>Up to so many probes a table, all lines of a table are asked for while another is filtered.</summary>
    private const int FewProbes = 17;

    /// <summary>Otherwise those of a probe are asked for so many probes earlier.</summary>
    private const int ProbesAhead = 8;

    /// <summary>Sketches of one cache line.</summary>
    private const int LineSketches = 32;

    /// <summary>Lines of a bucket that are asked for; the processor sees where a longer one leads.</summary>
    private const int AskedLines = 8;

    /// <summary>Lines that are asked for ahead: more than a core waits for at once, so that it never idles.</summary>
    private const int LinesAhead = 500;

    /// <summary>More than 1.5 sketches a row: then a scan is cheaper.</summary>
    public static bool IsTooMany(long sketches, int rows) => sketches > rows + (rows / 2L);

    /// <summary>
    /// Adds every row within the radius of each query. While one table is filtered for one query, what the next tables
    /// and the next query will read is asked for. False: too much of the segment would be looked at; some hits may
    /// have been added.
    /// </summary>
    /// <param name="number">Of the first query, in the hits.</param>
    [SkipLocalsInit]
    public static bool TryFind(
        in RingTables ring,
        ReadOnlySpan<PdqHash> queries,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var places = stackalloc ulong[RingWalk.Capacity];
        var owners = stackalloc int[RingWalk.Capacity];
        var probes = Probes.Count(radius);
        var ahead = TablesAhead(ring.Count, probes);
        fixed (PdqHash* hashes = queries)
        {
            var walk = new RingWalk(ring, hashes, queries.Length, radius, number, hits, places, owners);
            // Table by table of the first query, then of the next.
            var steps = queries.Length * Probes.Chunks;
            for (var step = 0; step < Math.Min(ahead, steps); step++)
            {
                Ask(ring, hashes, step, probes);
            }
            for (var step = 0; step < steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (ahead > 0 && step + ahead < steps)
                {
                    Ask(ring, hashes, step + ahead, probes);
                }
                if (!Filter(ring, hashes, step, radius, ref walk))
                {
                    return false;
                }
            }
            return walk.Verify();
        }
    }

    /// <summary>How many sketches a query would look through.</summary>
    public static long CountSketches(in RingTables ring, in PdqHash query, int radius)
    {
        var hash = query;
        var chunks = (ushort*)&hash;
        var masks = Probes.Masks.AsSpan(0, Probes.Count(radius));
        var sketches = 0L;
        for (var table = 0; table < Probes.Chunks; table++)
        {
            var directory = ring.Directory(table);
            foreach (var mask in masks)
            {
                var bucket = chunks[table] ^ mask;
                sketches += directory[bucket + 1] - directory[bucket];
            }
        }
        return sketches;
    }

    /// <summary>0: probes are too many, each asks for itself.</summary>
    private static int TablesAhead(int rows, int probes)
    {
        if (probes > FewProbes)
        {
            return 0;
        }
        var lines = probes * (1.5 + (rows / (double)(Probes.Buckets * LineSketches)));
        return Math.Max(1, (int)(LinesAhead / lines));
    }

    private static bool Filter(in RingTables ring, PdqHash* queries, int step, int radius, ref RingWalk walk)
    {
        var (owner, table) = (step / Probes.Chunks, step % Probes.Chunks);
        var chunks = (ushort*)(queries + owner);
        var (own, neighbour) = (chunks[table], chunks[(table + 1) % Probes.Chunks]);
        var masks = Probes.Masks.AsSpan(0, Probes.Count(radius));
        var pair = Probes.PairBound(radius);
        var directory = ring.Directory(table);
        var sketches = ring.Sketches(table);
        for (var probe = 0; probe < masks.Length; probe++)
        {
            if (masks.Length > FewProbes && probe + ProbesAhead < masks.Length)
            {
                Ask(sketches, directory + (own ^ masks[probe + ProbesAhead]));
            }
            var bucket = own ^ masks[probe];
            var bound = pair - Probes.FlipsOf(probe);
            var (at, end) = (directory[bucket], directory[bucket + 1]);
            if (!walk.Filter(sketches, table, bucket, at, end, neighbour, bound, owner))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Asks for all sketches that the few probes of a table will read.</summary>
    private static void Ask(in RingTables ring, PdqHash* queries, int step, int probes)
    {
        var table = step % Probes.Chunks;
        var own = ((ushort*)(queries + (step / Probes.Chunks)))[table];
        var directory = ring.Directory(table);
        var sketches = ring.Sketches(table);
        foreach (var mask in Probes.Masks.AsSpan(0, probes))
        {
            Ask(sketches, directory + (own ^ mask));
        }
    }

    private static void Ask(ushort* sketches, uint* bucket)
    {
        if (Sse.IsSupported && bucket[0] < bucket[1])
        {
            var (at, last) = (bucket[0], Math.Min(bucket[1] - 1, bucket[0] + (AskedLines * LineSketches)));
            for (; at < last; at += LineSketches)
            {
                Sse.Prefetch1(sketches + at);
            }
            Sse.Prefetch1(sketches + last);
        }
    }
}
