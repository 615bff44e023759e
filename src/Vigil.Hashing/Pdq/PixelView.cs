namespace Vigil.Hashing;

/// <summary>How the bytes of a picture are laid out.</summary>
public enum PixelLayout
{
    /// <summary>One byte a pixel.</summary>
    Grey8 = 1,

    /// <summary>Three bytes a pixel: red, green, blue.</summary>
    Rgb24 = 3,
}

/// <summary>
/// A decoded picture in somebody else's memory: rows from the top, <c>StrideBytes</c> apart.
/// </summary>
public readonly ref struct PixelView
{
    /// <param name="pixels">At least <c>strideBytes * (height - 1) + width * bytesPerPixel</c> bytes.</param>
    /// <param name="width">Pixels, 1 or more.</param>
    /// <param name="height">Pixels, 1 or more.</param>
    /// <param name="layout">Grey or RGB, 8 bits a channel.</param>
    /// <param name="strideBytes">Bytes from one row to the next; 0 for rows without padding.</param>
    /// <exception cref="ArgumentException">The buffer is too short for the picture it is said to
    /// hold.</exception>
    public PixelView(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        PixelLayout layout,
        int strideBytes = 0
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var rowBytes = checked(width * (int)layout);
        StrideBytes = strideBytes == 0 ? rowBytes : strideBytes;
        if (StrideBytes < rowBytes || pixels.Length < (long)StrideBytes * (height - 1) + rowBytes)
        {
            throw new ArgumentException(
                $"{width}x{height} {layout} with rows {StrideBytes} bytes apart does not fit in {pixels.Length} bytes.",
                nameof(pixels)
            );
        }
        Pixels = pixels;
        Width = width;
        Height = height;
        Layout = layout;
    }

    public ReadOnlySpan<byte> Pixels { get; }

    public int Width { get; }

    public int Height { get; }

    public PixelLayout Layout { get; }

    public int StrideBytes { get; }

    /// <summary>A piece of the picture, in the same memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The piece reaches outside, or is empty.</exception>
    public PixelView Cut(PixelRectangle place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place.Left, nameof(place));
        ArgumentOutOfRangeException.ThrowIfNegative(place.Top, nameof(place));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place.Width, Width - place.Left, nameof(place));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(place.Height, Height - place.Top, nameof(place));
        var first = place.Top * StrideBytes + place.Left * (int)Layout;
        return new PixelView(Pixels[first..], place.Width, place.Height, Layout, StrideBytes);
    }

    /// <summary>The bytes of row <paramref name="y"/>, 0 at the top, without padding.</summary>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * StrideBytes, Width * (int)Layout);
}
