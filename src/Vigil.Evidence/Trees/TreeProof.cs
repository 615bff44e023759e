using System.Numerics;

namespace Vigil.Evidence;

/// <summary>
/// Inclusion and consistency proofs: made as RFC 9162 sections 2.1.3.1 and 2.1.4.1 define them, verified as
/// 2.1.3.2 and 2.1.4.2 say. (The trees are those of RFC 6962.)
/// </summary>
public static class TreeProof
{
    /// <summary>Most hashes of a proof: a tree of 2^63 entries needs no more.</summary>
    public const int MaxHashes = 63;

    /// <summary>True when the leaf stands at that index of the tree of that size and root.</summary>
    /// <param name="leaf">Hash of the entry.</param>
    /// <param name="index">Zero-based.</param>
    /// <param name="size">Entries of the tree.</param>
    /// <param name="root">Of the tree.</param>
    /// <param name="proof">From the leaf's sibling to the root's child.</param>
    public static bool VerifyInclusion(
        TreeHash leaf,
        long index,
        long size,
        TreeHash root,
        IReadOnlyList<TreeHash> proof
    )
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size)
        {
            return false;
        }
        var (at, last, hash) = (index, size - 1, leaf);
        foreach (var step in proof)
        {
            if (last == 0)
            {
                return false;
            }
            if (IsRight(at, last))
            {
                hash = TreeHash.OfPair(step, hash);
                SkipLevelsWithoutSibling(ref at, ref last);
            }
            else
            {
                hash = TreeHash.OfPair(hash, step);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>True when the tree of the first size is the beginning of the tree of the second.</summary>
    public static bool VerifyConsistency(
        long fromSize,
        TreeHash fromRoot,
        long toSize,
        TreeHash toRoot,
        IReadOnlyList<TreeHash> proof
    )
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (fromSize < 0 || fromSize > toSize)
        {
            return false;
        }
        if (fromSize == toSize)
        {
            return proof.Count == 0 && fromRoot == toRoot;
        }
        if (fromSize == 0)
        {
            return proof.Count == 0 && fromRoot == TreeHash.Empty;
        }
        // A whole subtree's root is known to the verifier, so the proof leaves it out.
        IReadOnlyList<TreeHash> steps = BitOperations.IsPow2(fromSize) ? [fromRoot, .. proof] : proof;
        return steps.Count > 0 && Climb(fromSize - 1, fromRoot, toSize - 1, toRoot, steps);
    }

    /// <summary>Gives the hash of the entries from the first to before the second index.</summary>
    internal delegate TreeHash Subtree(long start, long end);

    /// <summary>Hash of a range by the recursion of RFC 6962; <paramref name="perfect"/> knows whole
    /// subtrees.</summary>
    internal static TreeHash RootOf(long start, long end, Subtree perfect)
    {
        if (end == start)
        {
            return TreeHash.Empty;
        }
        if (BitOperations.IsPow2(end - start))
        {
            return perfect(start, end);
        }
        var middle = start + LargestPowerBelow(end - start);
        return TreeHash.OfPair(perfect(start, middle), RootOf(middle, end, perfect));
    }

    internal static List<TreeHash> Inclusion(long index, long size, Subtree hashOf)
    {
        var proof = new List<TreeHash>();
        for (long start = 0, end = size; end - start > 1; )
        {
            var middle = start + LargestPowerBelow(end - start);
            var isLeft = index < middle;
            proof.Add(isLeft ? hashOf(middle, end) : hashOf(start, middle));
            (start, end) = isLeft ? (start, middle) : (middle, end);
        }
        proof.Reverse();
        return proof;
    }

    internal static List<TreeHash> Consistency(long fromSize, long toSize, Subtree hashOf)
    {
        var proof = new List<TreeHash>();
        if (fromSize == 0)
        {
            return proof;
        }
        long start = 0;
        var end = toSize;
        while (end != fromSize)
        {
            var middle = start + LargestPowerBelow(end - start);
            var isLeft = fromSize <= middle;
            proof.Add(isLeft ? hashOf(middle, end) : hashOf(start, middle));
            (start, end) = isLeft ? (start, middle) : (middle, end);
        }
        if (start > 0)
        {
            proof.Add(hashOf(start, end));
        }
        proof.Reverse();
        return proof;
    }

    private static bool Climb(
        long at,
        TreeHash fromRoot,
        long last,
        TreeHash toRoot,
        IReadOnlyList<TreeHash> steps
    )
    {
        while ((at & 1) == 1)
        {
            (at, last) = (at >> 1, last >> 1);
        }
        var (from, to) = (steps[0], steps[0]);
        foreach (var step in steps.Skip(1))
        {
            if (last == 0)
            {
                return false;
            }
            if (IsRight(at, last))
            {
                (from, to) = (TreeHash.OfPair(step, from), TreeHash.OfPair(step, to));
                SkipLevelsWithoutSibling(ref at, ref last);
            }
            else
            {
                to = TreeHash.OfPair(to, step);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        return last == 0 && from == fromRoot && to == toRoot;
    }

    private static bool IsRight(long at, long last) => (at & 1) == 1 || at == last;

    private static void SkipLevelsWithoutSibling(ref long at, ref long last)
    {
        while ((at & 1) == 0 && at != 0)
        {
            (at, last) = (at >> 1, last >> 1);
        }
    }

    /// <summary>The largest power of two smaller than a size of at least 2.</summary>
    private static long LargestPowerBelow(long size) => 1L << BitOperations.Log2((ulong)size - 1);
}
