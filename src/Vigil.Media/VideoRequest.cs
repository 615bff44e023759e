using System.ComponentModel.DataAnnotations;

namespace Vigil.Media;

/// <summary>Which frames of a video are hashed, by the time at which they are shown.</summary>
/// <remarks>
/// The first frame always; then the next one that lies at least the interval after the last that was picked,
/// also where frames come irregularly. Frames without a time, or with one that goes back, are picked.
/// </remarks>
public sealed record FrameSampling
{
    /// <summary>Every frame.</summary>
    public static FrameSampling EveryFrame { get; } = new() { IntervalSeconds = 0 };

    /// <summary>
    /// What is looked up in lists of pictures: a frame a second, and of each scene, so that none is passed over
    /// because it is short.
    /// </summary>
    public static FrameSampling ForLookUps { get; } = new() { SceneChange = 0.3 };

    /// <value>1 s; 0: every frame.</value>
    [Range(0, 3600)]
    public double IntervalSeconds { get; init; } = 1;

    /// <summary>
    /// Above this share of change from one frame to the next, the frame begins a scene and is picked too; 0:
    /// scenes are not looked for.
    /// </summary>
    /// <value>0. What ffmpeg's documentation calls sane is 0.3 to 0.5.</value>
    [Range(0, 1)]
    public double SceneChange { get; init; }
}

/// <summary>What is asked of one video.</summary>
public sealed record VideoRequest
{
    /// <summary>MD5, SHA-1 and SHA-256 of the bytes.</summary>
    public bool Digests { get; init; } = true;

    /// <summary>PDQ of the picked frames: with their times the vPDQ hash.</summary>
    public bool Frames { get; init; } = true;

    /// <summary>TMK+PDQF of the whole: decodes the video once more, at 15 frames a second.</summary>
    public bool Tmk { get; init; }

    public FrameSampling Sampling { get; init; } = new();

    /// <summary>The eight symmetries of each picked frame instead of the frame alone.</summary>
    public bool Dihedral { get; init; }

    /// <summary>What is done when ffmpeg finds the data damaged or cut but gives frames all the same.</summary>
    public TruncatedPolicy Truncated { get; init; } = TruncatedPolicy.HashAndMark;
}
