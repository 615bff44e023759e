namespace Vigil.Hashing;

/// <summary>
/// What hashing one picture gives. A picture under 5 pixels on a side gives the zero hash at quality 0.
/// </summary>
public readonly record struct PdqResult(PdqHash Hash, Quality Quality);

/// <summary>
/// What is done to the picture before hashing; implementations differ, and so do their hashes.
/// </summary>
public enum PdqResize
{
    /// <summary>Full resolution, as python-threatexchange, HMA and the Java port do: the default.</summary>
    None,

    /// <summary>
    /// Over 512 pixels on a side: nearest neighbour to exactly 512x512, as the C++ command line does.
    /// </summary>
    Nearest512,
}

/// <summary>The eight symmetries of the square, in the order of the reference's dihedral output.</summary>
public enum Dihedral
{
    Original,
    Rotate90,
    Rotate180,
    Rotate270,
    FlipX,
    FlipY,
    FlipPlus1,
    FlipMinus1,
}
