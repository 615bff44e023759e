using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vigil.Hashing;

namespace Vigil.Matching.Search;

/// <summary>
/// Looks through the sketches of buckets and compares whole the few rows whose sketch is near enough. Places that
/// pass are collected, so that their cache misses overlap. Several tables may lead to one row; the first chunk on the
/// ring that could have led to it reports it, so no set of seen rows is kept.
/// </summary>
// SAFETY: the tables belong to a segment that the caller keeps alive, the buffers are on the caller's stack and of
// Capacity; a vector may read up to 31 sketches beyond the last, for which the section has room; what lies beyond the
// bucket is masked out.
internal unsafe ref struct RingWalk
{
    /// <summary>Places that are collected.</summary>
    public const int Capacity = 512;

    /// <summary>Sketches looked at at once.</summary>
    private const int Lanes = 32;

    private readonly RingTables _ring;
    private readonly PdqHash* _queries;
    private readonly int _radius;
    private readonly int _number;
    private readonly List<RowHit> _hits;

    /// <summary>Table, bucket and place in one word.</summary>
    private readonly ulong* _places;

    /// <summary>Whose place it is.</summary>
    private readonly int* _owners;
    private int _count;

    /// <summary>How many more may come before a scan is cheaper.</summary>
    private long _left;

    /// <param name="queries">By owner.</param>
    /// <param name="count">How many queries.</param>
    /// <param name="number">Of the first query, in the hits.</param>
    /// <param name="places">Of <see cref="Capacity"/>, as is <paramref name="owners"/>.</param>
    public RingWalk(
        in RingTables ring,
        PdqHash* queries,
        int count,
        int radius,
        int number,
        List<RowHit> hits,
        ulong* places,
        int* owners
    )
    {
        (_ring, _radius, _number, _hits) = (ring, radius, number, hits);
        _queries = queries;
        _places = places;
        _owners = owners;
        _left = count * ((ring.Count / (long)SearchLimits.SurvivorShare) + SearchLimits.MinSurvivors);
    }

    /// <summary>Looks through one bucket. False: too many rows came, a scan is cheaper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Filter(
        ushort* sketches,
        int table,
        int bucket,
        uint at,
        uint end,
        ushort neighbour,
        int bound,
        int owner
    )
    {
        var count = end - at;
        if (count > Lanes)
        {
            return FilterLong(sketches, table, bucket, at, end, neighbour, bound, owner);
        }
        if (count == 0)
        {
            return true;
        }
        // Within one cache line the whole line is loaded, so that the next one is not waited for.
        var from = (at ^ (end - 1)) < Lanes ? at & ~(Lanes - 1u) : at;
        var near =
            (Near(sketches + from, neighbour, bound) >> (int)(at - from))
            & (uint.MaxValue >> (int)(Lanes - count));
        return near == 0 || Collect(near, table, bucket, at, owner);
    }

    /// <summary>Compares what was collected. False: too many rows came.</summary>
    [SkipLocalsInit]
    public bool Verify()
    {
        var rows = stackalloc int[Capacity];
        for (var i = 0; i < _count; i++)
        {
            var place = _places[i];
            rows[i] = _ring.RowAt((int)(place >> 48), (int)(place >> 32) & 0xFFFF, (uint)place);
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(_ring.Rows + rows[i]);
            }
        }
        for (var i = 0; i < _count; i++)
        {
            var (row, owner) = (rows[i], _owners[i]);
            var distance = _queries[owner].DistanceTo(_ring.Rows[row]);
            if (
                distance <= _radius
                && FirstChunk(_queries[owner], _ring.Rows[row], _radius) == (int)(_places[i] >> 48)
            )
            {
                _hits.Add(new RowHit(_number + owner, row, distance));
            }
        }
        _left -= _count;
        _count = 0;
        return _left >= 0;
    }

    private bool FilterLong(
        ushort* sketches,
        int table,
        int bucket,
        uint at,
        uint end,
        ushort neighbour,
        int bound,
        int owner
    )
    {
        for (; end - at >= Lanes; at += Lanes)
        {
            var near = Near(sketches + at, neighbour, bound);
            if (near != 0 && !Collect(near, table, bucket, at, owner))
            {
                return false;
            }
        }
        return Filter(sketches, table, bucket, at, end, neighbour, bound, owner);
    }

    private bool Collect(uint near, int table, int bucket, uint at, int owner)
    {
        for (; near != 0; near &= near - 1)
        {
            var place = at + (uint)BitOperations.TrailingZeroCount(near);
            _ring.Prefetch(table, bucket, place);
            _owners[_count] = owner;
            _places[_count++] = ((ulong)table << 48) | ((ulong)bucket << 32) | place;
        }
        return _count <= Capacity - Lanes || Verify();
    }

    /// <summary>A bit for each of 32 sketches that differ in at most so many bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Near(ushort* sketches, ushort neighbour, int bound)
    {
        // Each step takes the lowest set bit away: what is nothing then had no more than so many.
        if (Vector512.IsHardwareAccelerated)
        {
            var all = Vector512.Load(sketches) ^ Vector512.Create(neighbour);
            for (; bound > 0; bound--)
            {
                all &= all - Vector512<ushort>.One;
            }
            return (uint)Vector512.Equals(all, Vector512<ushort>.Zero).ExtractMostSignificantBits();
        }
        if (!Vector128.IsHardwareAccelerated)
        {
            return NearOneByOne(sketches, neighbour, bound);
        }
        var a = Vector256.Load(sketches) ^ Vector256.Create(neighbour);
        var b = Vector256.Load(sketches + 16) ^ Vector256.Create(neighbour);
        for (; bound > 0; bound--)
        {
            a &= a - Vector256<ushort>.One;
            b &= b - Vector256<ushort>.One;
        }
        a = Vector256.Equals(a, Vector256<ushort>.Zero);
        b = Vector256.Equals(b, Vector256<ushort>.Zero);
        return (a | b) == Vector256<ushort>.Zero ? 0 : Vector256.Narrow(a, b).ExtractMostSignificantBits();
    }

    private static uint NearOneByOne(ushort* sketches, ushort neighbour, int bound)
    {
        var near = 0u;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var differs = BitOperations.PopCount((uint)(sketches[lane] ^ neighbour));
            near |= differs <= bound ? 1u << lane : 0;
        }
        return near;
    }

    /// <summary>
    /// The first chunk from which on the two hashes meet both bounds. Every row within the radius has one.
    /// </summary>
    private static int FirstChunk(in PdqHash query, in PdqHash row, int radius)
    {
        var difference = new PdqHash(
            query.Word0 ^ row.Word0,
            query.Word1 ^ row.Word1,
            query.Word2 ^ row.Word2,
            query.Word3 ^ row.Word3
        );
        var chunks = (ushort*)&difference;
        var (first, pair) = (Probes.FirstBound(radius), Probes.PairBound(radius));
        for (var chunk = 0; chunk < Probes.Chunks; chunk++)
        {
            var own = BitOperations.PopCount(chunks[chunk]);
            if (own <= first && own + BitOperations.PopCount(chunks[(chunk + 1) % Probes.Chunks]) <= pair)
            {
                return chunk;
            }
        }
        return -1;
    }
}
