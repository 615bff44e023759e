using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// Many queries against the ring tables: the probes of all are sorted by bucket, table by table, so that each bucket
/// comes from memory once and in order. Kept by a thread and used again.
/// </summary>
// SAFETY: the tables belong to a segment that the caller keeps alive; arrays are pinned while pointers to them are
// in use; buckets have 16 bits and owners are smaller than the number of queries.
internal sealed unsafe class RingBatch
{
    /// <summary>Buckets ahead whose sketches are asked for.</summary>
    private const int Ahead = 4;

    private const int FlipsShift = 24;
    private const uint OwnerMask = (1 << FlipsShift) - 1;

    [ThreadStatic]
    private static RingBatch? _mine;

    /// <summary>After sorting: where the probes of each bucket end.</summary>
    private readonly uint[] _ends = new uint[Probes.Buckets];
    private readonly uint[] _probes = new uint[SearchLimits.BatchProbes];

    /// <summary>Two neighbouring chunks of each query.</summary>
    private readonly uint[] _chunks = new uint[SearchLimits.BatchProbes];

    /// <summary>Queries that are sorted in one round.</summary>
    public static int MostQueries(int radius) => SearchLimits.BatchProbes / Probes.Count(radius);

    /// <summary>False: too much of the segment would be looked at; some hits may have been added.</summary>
    /// <param name="queries">At most <see cref="MostQueries"/>.</param>
    /// <param name="number">Of the first query.</param>
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
        if (queries.Length > MostQueries(radius))
        {
            throw new ArgumentException($"{queries.Length} queries in one round.", nameof(queries));
        }
        var batch = _mine ??= new RingBatch();
        var places = stackalloc ulong[RingWalk.Capacity];
        var owners = stackalloc int[RingWalk.Capacity];
        fixed (PdqHash* hashes = queries)
        {
            var walk = new RingWalk(ring, hashes, queries.Length, radius, number, hits, places, owners);
            for (var table = 0; table < Probes.Chunks; table++)
            {
                cancellation.ThrowIfCancellationRequested();
                batch.Sort(hashes, queries.Length, table, radius);
                if (!batch.Walk(ring, table, radius, ref walk))
                {
                    return false;
                }
            }
            return walk.Verify();
        }
    }

    /// <summary>All probes of one table in the order of their buckets, by counting.</summary>
    private void Sort(PdqHash* queries, int count, int table, int radius)
    {
        var masks = Probes.Masks.AsSpan(0, Probes.Count(radius));
        var neighbour = (table + 1) % Probes.Chunks;
        Array.Clear(_ends);
        fixed (
            uint* ends = _ends,
                probes = _probes,
                chunks = _chunks
        )
        {
            for (var i = 0; i < count; i++)
            {
                var all = (ushort*)(queries + i);
                var own = all[table];
                chunks[i] = own | ((uint)all[neighbour] << Probes.ChunkBits);
                foreach (var mask in masks)
                {
                    ends[own ^ mask]++;
                }
            }
            var before = 0u;
            for (var bucket = 0; bucket < Probes.Buckets; bucket++)
            {
                (before, ends[bucket]) = (before + ends[bucket], before);
            }
            for (var i = 0; i < count; i++)
            {
                var own = (ushort)chunks[i];
                for (var probe = 0; probe < masks.Length; probe++)
                {
                    var flips = (uint)Probes.FlipsOf(probe);
                    probes[ends[own ^ masks[probe]]++] = (uint)i | (flips << FlipsShift);
                }
            }
        }
    }

    private bool Walk(in RingTables ring, int table, int radius, ref RingWalk walk)
    {
        var directory = ring.Directory(table);
        var sketches = ring.Sketches(table);
        var pair = Probes.PairBound(radius);
        var first = 0u;
        for (var bucket = 0; bucket < Probes.Buckets; bucket++)
        {
            var (probe, last) = (first, _ends[bucket]);
            first = last;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(sketches + directory[Math.Min(bucket + Ahead, Probes.Buckets)]);
            }
            var (at, end) = (directory[bucket], directory[bucket + 1]);
            for (; probe < last; probe++)
            {
                var owner = (int)(_probes[probe] & OwnerMask);
                var bound = pair - (int)(_probes[probe] >> FlipsShift);
                var neighbour = (ushort)(_chunks[owner] >> Probes.ChunkBits);
                if (!walk.Filter(sketches, table, bucket, at, end, neighbour, bound, owner))
                {
                    return false;
                }
            }
        }
        return true;
    }
}
