using Vigil.Hashing;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>A way to look an uploaded picture up: which of its hashes are compared with the list.</summary>
/// <param name="Parts">Beside the whole.</param>
/// <param name="Dihedral">Each in eight symmetries.</param>
internal sealed record QueryWay(string Name, PartKinds Parts, bool Dihedral)
{
    /// <summary>Kinds of hashes that ways are made of: whole, borderless or region; as it is or turned.</summary>
    public const int Classes = 6;

    public static IReadOnlyList<QueryWay> All { get; } =
    [
        new("plain", PartKinds.None, Dihedral: false),
        new("borders", PartKinds.Border, Dihedral: false),
        new("dihedral", PartKinds.None, Dihedral: true),
        new("parts", PartKinds.Regions, Dihedral: false),
        new("borders, dihedral", PartKinds.Border, Dihedral: true),
        new("borders, parts", PartKinds.Border | PartKinds.Regions, Dihedral: false),
        new("all", PartKinds.Border | PartKinds.Regions, Dihedral: true),
    ];

    public static int ClassOf(PicturePart part, Hashing.Dihedral variant) =>
        (variant == Hashing.Dihedral.Original ? 0 : 3)
        + part switch
        {
            PicturePart.Whole => 0,
            PicturePart.Borderless or PicturePart.Innermost => 1,
            _ => 2,
        };

    public bool Takes(int hashClass) =>
        (Dihedral || hashClass < 3)
        && (hashClass % 3) switch
        {
            0 => true,
            1 => Parts.HasFlag(PartKinds.Border),
            _ => Parts.HasFlag(PartKinds.Regions),
        };

    /// <summary>The least of the distances of its kinds of hashes.</summary>
    /// <param name="ofClass">The least distance of each class.</param>
    public int Least(ReadOnlySpan<int> ofClass)
    {
        var least = int.MaxValue;
        for (var i = 0; i < Classes; i++)
        {
            least = Takes(i) ? Math.Min(least, ofClass[i]) : least;
        }
        return least;
    }
}
