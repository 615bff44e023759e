using Vigil.Hashing;

namespace Vigil.Media.Transforms;

/// <summary>One hash of a transformed picture.</summary>
/// <param name="Transform">Index in <see cref="EverydayTransforms.All"/>.</param>
public readonly record struct TransformHash(
    int Transform,
    PicturePart Part,
    Dihedral Variant,
    PdqHash Hash,
    Quality Quality
);
