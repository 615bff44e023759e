using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Vigil.Evidence;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>Trees and proofs against the recursive definition and against published vectors.</summary>
public sealed class TreeProofTests
{
    /// <summary>The entries, roots and proofs that Certificate Transparency's own programs are tested on.</summary>
    private static readonly byte[][] CtEntries =
    [
        .. new[]
        {
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        }.Select(Convert.FromHexString),
    ];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_published_roots_hold(int size, string root)
    {
        Assert.Equal(root, Convert.ToHexStringLower(Grow(CtEntries[..size]).Root().ToArray()));
        Assert.Equal(root, Convert.ToHexStringLower(SlowTree.Root(CtEntries[..size])));
    }

    [Theory]
    [InlineData(
        0,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    )]
    [InlineData(
        5,
        8,
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    )]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    public void The_published_inclusion_proofs_hold(int index, int size, string hashes)
    {
        var proof = hashes.Split(' ').Select(hex => TreeHash.FromBytes(Convert.FromHexString(hex))).ToList();
        var root = Hash(SlowTree.Root(CtEntries[..size]));
        Assert.Equal(proof, TreeProof.Inclusion(index, size, SubtreesOf(CtEntries)));
        Assert.True(TreeProof.VerifyInclusion(TreeHash.OfEntry(CtEntries[index]), index, size, root, proof));
    }

    [Theory]
    [InlineData(
        6,
        8,
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    )]
    [InlineData(
        2,
        5,
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    )]
    public void The_published_consistency_proofs_hold(int from, int to, string hashes)
    {
        var proof = hashes.Split(' ').Select(hex => TreeHash.FromBytes(Convert.FromHexString(hex))).ToList();
        var (first, second) = (SlowTree.Root(CtEntries[..from]), SlowTree.Root(CtEntries[..to]));
        Assert.Equal(proof, TreeProof.Consistency(from, to, SubtreesOf(CtEntries)));
        Assert.True(TreeProof.VerifyConsistency(from, Hash(first), to, Hash(second), proof));
    }

    [Fact]
    public void Every_inclusion_proof_of_every_size_to_300_is_the_recursive_ones()
    {
        var tree = new MemoTree(300);
        for (var size = 1; size <= 300; size++)
        {
            var root = Hash(tree.Root(0, size));
            for (var index = 0; index < size; index++)
            {
                var proof = TreeProof.Inclusion(
                    index,
                    size,
                    (start, end) => Hash(tree.Root((int)start, (int)end))
                );
                Assert.Equal(tree.Path(index, 0, size), proof.Select(hash => hash.ToArray()));
                Assert.True(
                    TreeProof.VerifyInclusion(Hash(tree.Root(index, index + 1)), index, size, root, proof)
                );
                if (size > 1)
                {
                    var wrong = (index + 1) % size;
                    Assert.False(
                        TreeProof.VerifyInclusion(Hash(tree.Root(index, index + 1)), wrong, size, root, proof)
                    );
                }
            }
        }
    }

    [Fact]
    public void Every_consistency_proof_of_every_two_sizes_to_300_is_the_recursive_ones()
    {
        var tree = new MemoTree(300);
        for (var to = 0; to <= 300; to++)
        {
            for (var from = 0; from <= to; from++)
            {
                var (first, second) = (Hash(tree.Root(0, from)), Hash(tree.Root(0, to)));
                var proof = TreeProof.Consistency(
                    from,
                    to,
                    (start, end) => Hash(tree.Root((int)start, (int)end))
                );
                Assert.Equal(
                    from == 0 ? [] : tree.Proof(from, 0, to, true),
                    proof.Select(hash => hash.ToArray())
                );
                Assert.True(TreeProof.VerifyConsistency(from, first, to, second, proof));
                Assert.False(TreeProof.VerifyConsistency(from, Hash(new byte[32]), to, second, proof));
                if (from is > 0 && from < to)
                {
                    Assert.False(TreeProof.VerifyConsistency(from, first, to, Hash(new byte[32]), proof));
                    Assert.False(TreeProof.VerifyConsistency(from - 1, first, to, second, proof));
                }
            }
        }
    }

    [Fact]
    public void A_node_of_the_tree_does_not_pass_for_an_entry()
    {
        // The hashes are right, the way is too short: a root, or a node, shown as the hash of an entry.
        var tree = new MemoTree(8);
        var root = Hash(tree.Root(0, 8));
        Assert.False(TreeProof.VerifyInclusion(root, 0, 8, root, []));
        var (left, right) = (Hash(tree.Root(0, 4)), Hash(tree.Root(4, 8)));
        Assert.False(TreeProof.VerifyInclusion(left, 0, 8, root, [right]));
        Assert.False(TreeProof.VerifyInclusion(right, 1, 8, root, [left]));
    }

    [Fact]
    public void The_memory_of_the_slow_tree_changes_nothing()
    {
        var tree = new MemoTree(40);
        for (var size = 1; size <= 40; size++)
        {
            Assert.Equal(SlowTree.Root(tree.Entries[..size]), tree.Root(0, size));
            Assert.Equal(SlowTree.Path(size / 3, tree.Entries[..size]), tree.Path(size / 3, 0, size));
            Assert.Equal(
                SlowTree.Proof(1 + size / 3, tree.Entries[..size]),
                tree.Proof(1 + size / 3, 0, size, true)
            );
        }
    }

    [Fact]
    public void A_proof_with_anything_changed_is_refused() =>
        Prop.ForAll(
                Gen.Choose(2, 5000)
                    .SelectMany(n => Gen.Choose(0, 1_000_000).Select(seed => (n, seed)))
                    .ToArbitrary(),
                at => ChangedProofIsRefused(at.n, new Random(at.seed))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(1000)));

    private static bool ChangedProofIsRefused(int size, Random random)
    {
        var leaves = Enumerable
            .Range(0, size)
            .Select(i => TreeHash.OfEntry(BitConverter.GetBytes(i)))
            .ToArray();
        TreeHash Of(long start, long end) => Fold(leaves.AsSpan((int)start, (int)(end - start)));
        var (index, from) = (random.Next(size), random.Next(1, size));
        var inclusion = TreeProof.Inclusion(index, size, Of);
        var consistency = TreeProof.Consistency(from, size, Of);
        var (root, earlier) = (Of(0, size), Of(0, from));
        return TreeProof.VerifyInclusion(leaves[index], index, size, root, inclusion)
            && TreeProof.VerifyConsistency(from, earlier, size, root, consistency)
            && !TreeProof.VerifyInclusion(leaves[index], index, size, root, Changed(inclusion, random))
            && !TreeProof.VerifyInclusion(leaves[(index + 1) % size], index, size, root, inclusion)
            && !TreeProof.VerifyConsistency(from, earlier, size, root, Changed(consistency, random))
            && !TreeProof.VerifyConsistency(from, root, size, earlier, consistency);
    }

    private static List<TreeHash> Changed(List<TreeHash> proof, Random random)
    {
        var changed = new List<TreeHash>(proof);
        var at = random.Next(proof.Count);
        switch (random.Next(4))
        {
            case 0:
                var bytes = proof[at].ToArray();
                bytes[random.Next(32)] ^= (byte)(1 << random.Next(8));
                changed[at] = TreeHash.FromBytes(bytes);
                break;
            case 1:
                changed.RemoveAt(at);
                break;
            case 2:
                changed.Insert(at, proof[at]);
                break;
            default:
                changed.Add(proof[0]);
                break;
        }
        return changed;
    }

    private static TreeHash Fold(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }
        var split = 1;
        while (2 * split < leaves.Length)
        {
            split *= 2;
        }
        return TreeHash.OfPair(Fold(leaves[..split]), Fold(leaves[split..]));
    }

    private static OpenTree Grow(byte[][] entries)
    {
        var tree = new OpenTree();
        foreach (var entry in entries)
        {
            tree.Add(TreeHash.OfEntry(entry), (_, _, _) => { });
        }
        return tree;
    }

    private static TreeProof.Subtree SubtreesOf(byte[][] entries) =>
        (start, end) => Hash(SlowTree.Root(entries[(int)start..(int)end]));

    private static TreeHash Hash(byte[] bytes) => TreeHash.FromBytes(bytes);

    /// <summary>The slow tree with its roots remembered, else 300 sizes take minutes.</summary>
    private sealed class MemoTree
    {
        private readonly Dictionary<(int, int), byte[]> _roots = [];

        public MemoTree(int size) =>
            Entries = [.. Enumerable.Range(0, size).Select(i => new[] { (byte)i, (byte)(i >> 8) })];

        public byte[][] Entries { get; }

        public byte[] Root(int from, int to)
        {
            if (!_roots.TryGetValue((from, to), out var root))
            {
                root =
                    to == from ? SHA256.HashData([])
                    : to == from + 1 ? SHA256.HashData([0, .. Entries[from]])
                    : SlowTree.Node(Root(from, from + Split(to - from)), Root(from + Split(to - from), to));
                _roots[(from, to)] = root;
            }
            return root;
        }

        public List<byte[]> Path(int index, int from, int to)
        {
            if (to - from == 1)
            {
                return [];
            }
            var middle = from + Split(to - from);
            return index < middle
                ? [.. Path(index, from, middle), Root(middle, to)]
                : [.. Path(index, middle, to), Root(from, middle)];
        }

        /// <param name="end">Of the earlier tree.</param>
        public List<byte[]> Proof(int end, int from, int to, bool isWhole)
        {
            if (end == to)
            {
                return isWhole ? [] : [Root(from, to)];
            }
            var middle = from + Split(to - from);
            return end <= middle
                ? [.. Proof(end, from, middle, isWhole), Root(middle, to)]
                : [.. Proof(end, middle, to, false), Root(from, middle)];
        }

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
}
