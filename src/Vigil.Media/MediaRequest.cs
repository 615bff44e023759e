using Vigil.Hashing;

namespace Vigil.Media;

/// <summary>
/// Whether anything is near these estimates of a picture's eight hashes, made of its grey plane alone. Called on
/// the worker's thread.
/// </summary>
/// <param name="estimates">Eight.</param>
/// <param name="digests">Of the same file: what one finds is judged with the colours; null: not asked for.</param>
public delegate bool NearEstimate(IReadOnlyList<PdqResult> estimates, FileDigests? digests);

/// <summary>What is asked of one file.</summary>
public sealed record MediaRequest
{
    /// <summary>
    /// MD5, SHA-1 and SHA-256 of the bytes. Made in the calling process, also of files no decoder reads.
    /// </summary>
    public bool Digests { get; init; } = true;

    /// <summary>PDQ of the pictures in the file, made in the worker.</summary>
    public bool Pdq { get; init; } = true;

    public PdqResize Resize { get; init; } = PdqResize.None;

    /// <summary>The eight symmetries of each picture instead of the picture alone.</summary>
    public bool Dihedral { get; init; }

    /// <summary>Pieces that are hashed beside the whole, each in every symmetry asked for; of the first frame only.
    /// </summary>
    public PartKinds Parts { get; init; }

    /// <summary>Every distinct frame of an animation instead of the first.</summary>
    public bool AllFrames { get; init; }

    public TruncatedPolicy Truncated { get; init; } = TruncatedPolicy.HashAndMark;

    /// <summary>
    /// Asked first, with estimates of the grey plane, of a JPEG without orientation and colour profile; where it
    /// answers no, colours are not decoded and the result is <see cref="MediaResult.FarByGrey"/>. A filter that
    /// is measured, not proven: for those who choose speed. Null: every picture is hashed in full.
    /// </summary>
    public NearEstimate? GreyFirst { get; init; }
}
