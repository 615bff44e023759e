using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>One query against the ring tables.</summary>
// SAFETY: the tables belong to a segment that the caller keeps alive; buckets have 16 bits.
internal static unsafe class RingSearch
{
    /// <summary>Probes ahead whose sketches are asked for: as many lines as one core waits for at once.</summary>
    private const int Ahead = 6;

    /// <summary>Up to so many probes a table all first lines are asked for before any is used.</summary>
    private const int FewProbes = 17;

    /// <summary>Up to so many rows a bucket mostly fits into the lines that are asked for at first.</summary>
    private const int SmallBucketRows = 1 << 21;

    /// <summary>Sketches of one cache line.</summary>
    private const int LineSketches = 32;

    /// <summary>Lines of a bucket that are asked for.</summary>
    private const int AskedLines = 6;

    /// <summary>More than 1.5 sketches a row: then a scan is cheaper.</summary>
    public static bool IsTooMany(long sketches, int rows) => sketches > rows + (rows / 2L);

    /// <summary>False: too much of the segment would be looked at; some hits may have been added.</summary>
    [SkipLocalsInit]
    public static bool TryFind(
        in RingTables ring,
        in PdqHash query,
        int radius,
        int number,
        List<RowHit> hits,
        CancellationToken cancellation
    )
    {
        var hash = query;
        var chunks = (ushort*)&hash;
        if (!Plan(ring, chunks, radius))
        {
            return false;
        }
        var places = stackalloc ulong[RingWalk.Capacity];
        var owners = stackalloc int[RingWalk.Capacity];
        var walk = new RingWalk(ring, &hash, 1, radius, number, hits, places, owners);
        var masks = Probes.Masks;
        var probes = Probes.Count(radius);
        var pair = Probes.PairBound(radius);
        var asksAhead = probes > FewProbes || ring.Count > SmallBucketRows;
        for (var table = 0; table < Probes.Chunks; table++)
        {
            cancellation.ThrowIfCancellationRequested();
            var directory = ring.Directory(table);
            var sketches = ring.Sketches(table);
            var (own, neighbour) = (chunks[table], chunks[(table + 1) % Probes.Chunks]);
            for (var probe = 0; probe < probes; probe++)
            {
                if (asksAhead && probe + Ahead < probes)
                {
                    Ask(sketches, directory + (own ^ masks[probe + Ahead]));
                }
                var bucket = own ^ masks[probe];
                var bound = pair - Probes.FlipsOf(probe);
                var (at, end) = (directory[bucket], directory[bucket + 1]);
                if (!walk.Filter(sketches, table, bucket, at, end, neighbour, bound, owner: 0))
                {
                    return false;
                }
            }
        }
        return walk.Verify();
    }

    /// <summary>
    /// Reads the directories, and asks for the sketches where there are few probes. False: a scan is cheaper.
    /// </summary>
    private static bool Plan(in RingTables ring, ushort* chunks, int radius)
    {
        var masks = Probes.Masks;
        var probes = Probes.Count(radius);
        var sketches = 0L;
        for (var table = 0; table < Probes.Chunks; table++)
        {
            var directory = ring.Directory(table);
            var lines = ring.Sketches(table);
            for (var probe = 0; probe < probes; probe++)
            {
                var bucket = chunks[table] ^ masks[probe];
                var start = directory[bucket];
                sketches += directory[bucket + 1] - start;
                if (Sse.IsSupported && probes <= FewProbes)
                {
                    // A vector reads as much as a line, so it may end in the next one.
                    Sse.Prefetch0(lines + start);
                    Sse.Prefetch0(lines + start + LineSketches - 1);
                }
            }
        }
        return !IsTooMany(sketches, ring.Count);
    }

    private static void Ask(ushort* sketches, uint* bucket)
    {
        if (Sse.IsSupported)
        {
            var (start, end) = (bucket[0], Math.Min(bucket[1], bucket[0] + (AskedLines * LineSketches)));
            for (var at = start; at < end; at += LineSketches)
            {
                Sse.Prefetch0(sketches + at);
            }
        }
    }
}
