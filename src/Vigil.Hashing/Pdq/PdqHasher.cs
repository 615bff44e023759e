namespace Vigil.Hashing;

/// <summary>PDQ of decoded pictures. Keeps its working memory between calls; not for use by two threads at once.</summary>
public sealed class PdqHasher
{
    /// <summary>Hash and quality of one picture.</summary>
    public PdqResult Hash(PixelView picture, PdqResize resize = PdqResize.None) => default;

    /// <summary>The hashes of the picture's eight symmetries, in the order of <see cref="Dihedral"/>.</summary>
    /// <param name="results">At least 8 places.</param>
    public void HashDihedral(
        PixelView picture,
        Span<PdqResult> results,
        PdqResize resize = PdqResize.None
    ) { }
}
