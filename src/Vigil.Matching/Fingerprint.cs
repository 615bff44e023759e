using Vigil.Hashing;

namespace Vigil.Matching;

/// <summary>
/// What is known of a file that is looked up: digests, pictures (the file's own, upright, mirrored, frames
/// ...), or both.
/// </summary>
public sealed record Fingerprint
{
    public Digest? Md5 { get; init; }
    public Digest? Sha1 { get; init; }
    public Digest? Sha256 { get; init; }

    /// <summary>
    /// Every picture that stands for the file; a match reports which one by its index here.
    /// </summary>
    public IReadOnlyList<PdqResult> Pictures { get; init; } = [];

    /// <summary>
    /// The first so many of <see cref="Pictures"/> show the whole file; those behind them a piece of it, such as the
    /// picture without its border. A piece is similar at most, and corroborates and contradicts nothing.
    /// </summary>
    /// <value>All of them.</value>
    public int WholePictures { get; init; } = int.MaxValue;

    /// <summary>
    /// Of a video: when each of <see cref="Pictures"/> is shown, in seconds, rising; null for other files.
    /// </summary>
    public IReadOnlyList<double>? PictureSeconds { get; init; }
}
