using Vigil.Hashing;
using Vigil.Media.Transforms;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>One picture of the run. Its hashes stay in this process's memory.</summary>
/// <param name="Name">Relative to the folder.</param>
/// <param name="Category">The first folder of its name.</param>
/// <param name="Entry">Its hash as a list would hold it: the whole file as decoded, at full size.</param>
/// <param name="Uploads">The hashes of each transform; empty of pictures that only stand on the list.</param>
internal sealed record SourcePicture(
    string Name,
    string Category,
    PdqResult Entry,
    IReadOnlyList<TransformHash> Uploads
)
{
    /// <summary>Pictures of one group show the same thing: none of them is a false match of another.</summary>
    public int Group { get; set; }

    /// <summary>0 or 1: thresholds chosen on one are tried on the other.</summary>
    public int Half { get; set; }

    public bool IsNegative => Uploads.Count == 0;
}

/// <summary>Two pictures that were taken for one, for a person to check.</summary>
internal readonly record struct NearPair(string A, string B, int Bits);

/// <summary>Which pictures belong together, and into which half each group goes.</summary>
internal static class Halves
{
    /// <summary>
    /// Originals so near are taken for one picture: unrelated ones are 128 bits apart, give or take 8.
    /// </summary>
    public const int SameBits = 63;

    /// <summary>
    /// One group: pictures of one folder below a category, and pictures whose originals are near. A negative that is
    /// near a picture joins its group, so that it counts neither as found nor as false.
    /// </summary>
    public static IReadOnlyList<NearPair> Group(IReadOnlyList<SourcePicture> pictures)
    {
        var parents = Enumerable.Range(0, pictures.Count).ToArray();
        var near = new List<NearPair>();
        var folders = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < pictures.Count; i++)
        {
            var folder = Path.GetDirectoryName(pictures[i].Name) ?? "";
            if (!pictures[i].IsNegative && folder.Contains('/') && !folders.TryAdd(folder, i))
            {
                Join(parents, i, folders[folder]);
            }
        }
        for (var i = 0; i < pictures.Count; i++)
        {
            for (var j = i + 1; j < pictures.Count && !pictures[i].IsNegative; j++)
            {
                var bits = pictures[i].Entry.Hash.DistanceTo(pictures[j].Entry.Hash);
                if (bits <= SameBits)
                {
                    near.Add(new NearPair(pictures[i].Name, pictures[j].Name, bits));
                    Join(parents, i, j);
                }
            }
        }
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures[i].Group = RootOf(parents, i);
        }
        return near;
    }

    /// <summary>Category by category, groups in an order of the seed's, each into the smaller half.</summary>
    public static void Deal(IReadOnlyList<SourcePicture> pictures, int seed)
    {
        var random = new Random(seed);
        foreach (var category in pictures.GroupBy(picture => (picture.IsNegative, picture.Category)))
        {
            var groups = category.Select(picture => picture.Group).Distinct().ToArray();
            random.Shuffle(groups);
            var sizes = new int[2];
            foreach (var group in groups)
            {
                var half = sizes[0] <= sizes[1] ? 0 : 1;
                foreach (var picture in category.Where(picture => picture.Group == group))
                {
                    picture.Half = half;
                    sizes[half]++;
                }
            }
        }
        // A group over two categories has one half: that of its first picture.
        foreach (var group in pictures.GroupBy(picture => picture.Group))
        {
            var half = group.First().Half;
            foreach (var picture in group)
            {
                picture.Half = half;
            }
        }
    }

    private static int RootOf(int[] parents, int at)
    {
        while (parents[at] != at)
        {
            at = parents[at] = parents[parents[at]];
        }
        return at;
    }

    private static void Join(int[] parents, int a, int b)
    {
        // The lower number stays: pictures come before negatives.
        (a, b) = (RootOf(parents, a), RootOf(parents, b));
        parents[Math.Max(a, b)] = Math.Min(a, b);
    }
}
