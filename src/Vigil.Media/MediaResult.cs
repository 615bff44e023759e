using Vigil.Hashing;

namespace Vigil.Media;

/// <summary>
/// How a media job ended. Everything but <see cref="Done"/> and <see cref="NotMedia"/> means "could not be
/// looked up".
/// </summary>
public enum MediaOutcome
{
    /// <summary>Hashed; see <see cref="MediaResult.Truncated"/>.</summary>
    Done = 1,

    /// <summary>No known picture format: there are digests, and no pictures to hash.</summary>
    NotMedia,

    /// <summary>A known format that is not read: a picture format without a reader, a video codec that is not
    /// allowed, or a video without pictures. A video given to <see cref="MediaPool"/>: <see
    /// cref="VideoHasher"/> reads it.</summary>
    Unsupported,

    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>Over <see cref="MediaLimits.MaxFileBytes"/>: nothing was read.</summary>
    TooManyBytes,

    /// <summary>Over a limit of pixels, side or interlaced pixels, told by the header.</summary>
    TooManyPixels,

    /// <summary>Over <see cref="MediaLimits.MaxFrames"/>.</summary>
    TooManyFrames,

    /// <summary>The decoder refused the data.</summary>
    Damaged,

    /// <summary>The data ends early and the policy is to refuse.</summary>
    RefusedTruncated,

    /// <summary>The worker was killed at the limit of memory.</summary>
    OutOfMemory,

    /// <summary>The worker was killed at the limit of processor or wall time.</summary>
    OutOfTime,

    /// <summary>The worker died; the file was tried once and not again.</summary>
    WorkerCrashed,

    /// <summary>The bytes could not be read from their source.</summary>
    ReadError,
}

/// <summary>The formats that are told apart by content, never by name.</summary>
public enum MediaFormat
{
    Unknown,
    Jpeg,
    Png,
    Gif,
    WebP,
    Tiff,
    Bmp,
    Heif,
    Avif,

    /// <summary>A video container: for <see cref="VideoHasher"/>.</summary>
    Video,

    /// <summary>A picture of a format that is known and not read, such as JPEG XL or JPEG 2000.</summary>
    OtherPicture,
}

/// <summary>Which reading of the stored picture a hash belongs to. All of them are looked up.</summary>
public enum PictureView
{
    /// <summary>
    /// The pixels as stored, alpha dropped, profile ignored: what other PDQ implementations hash.
    /// </summary>
    Stored,

    /// <summary>Turned upright by the EXIF orientation.</summary>
    Upright,

    /// <summary>Laid over white by its alpha channel, as a viewer shows it.</summary>
    Flattened,

    /// <summary>Converted to sRGB by its embedded colour profile, as a viewer shows it.</summary>
    ColourManaged,
}

/// <summary>One PDQ hash of one frame, or of a piece of it.</summary>
public readonly record struct FrameHash(
    int Frame,
    PictureView View,
    Dihedral Variant,
    PdqHash Hash,
    Quality Quality,
    PicturePart Part = PicturePart.Whole
);

/// <summary>What a media job gave.</summary>
public sealed record MediaResult
{
    public required MediaOutcome Outcome { get; init; }
    public MediaFormat Format { get; init; }

    /// <summary>Pixels, as stored; 0 when not known.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    /// <summary>Frames in the file, hashed or not; 0 when not known.</summary>
    public int Frames { get; init; }

    /// <summary>The data ended early; the hashes are of what decoded.</summary>
    public bool Truncated { get; init; }

    /// <summary>Present whenever the bytes could be read, also when no decoder could use them.</summary>
    public FileDigests? Digests { get; init; }

    /// <summary>The first is always (frame 0, Stored, Original) when there is any.</summary>
    public IReadOnlyList<FrameHash> Hashes { get; init; } = [];

    /// <summary>
    /// <see cref="MediaRequest.GreyFirst"/> answered that nothing is near: there are no hashes.
    /// </summary>
    public bool FarByGrey { get; init; }

    /// <summary>When the hashed frames are shown, and the hash of the whole; null where there is no video.</summary>
    public VideoFacts? Video { get; init; }

    /// <summary>
    /// What the person at the keyboard can do about an outcome that is not Done; empty otherwise.
    /// </summary>
    public string Advice { get; init; } = "";
}
