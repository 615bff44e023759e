using Vigil.Hashing;

namespace Vigil.Media.Decoding;

/// <summary>
/// One frame as 8-bit grey or RGB in reused memory, and what is needed for its other views.
/// </summary>
internal sealed class DecodedFrame : IDisposable
{
    /// <summary>
    /// Rows without padding, <see cref="Layout"/> bytes a pixel; four a pixel while inks wait to be
    /// converted.
    /// </summary>
    public NativeBuffer Pixels { get; } = new();

    /// <summary>One byte a pixel when <see cref="HasAlpha"/>.</summary>
    public NativeBuffer Alpha { get; } = new();

    /// <summary>The other views, one after the other.</summary>
    public NativeBuffer Derived { get; } = new();

    public int Width { get; set; }
    public int Height { get; set; }
    public PixelLayout Layout { get; set; }
    public bool HasAlpha { get; set; }

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; set; } = ExifOrientation.Upright;

    /// <summary>The embedded ICC profile; empty when there is none, or when it is already applied.</summary>
    public byte[] Profile { get; set; } = [];

    public int ByteCount => checked(Width * Height * (int)Layout);

    public PixelView View => new(Pixels.Span[..ByteCount], Width, Height, Layout);

    /// <summary>Forgets the picture; large memory goes back to the system.</summary>
    public void Clear()
    {
        Pixels.Trim();
        Alpha.Trim();
        Derived.Trim();
        HasAlpha = false;
        Orientation = ExifOrientation.Upright;
        Profile = [];
    }

    public void Dispose()
    {
        Pixels.Dispose();
        Alpha.Dispose();
        Derived.Dispose();
    }
}
