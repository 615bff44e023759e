namespace Vigil.Media;

/// <summary>How the colours of a JPEG are stored.</summary>
public enum JpegColour
{
    Rgb,
    Grey,

    /// <summary>Four inks, inverted as Adobe stores them, with the Adobe marker.</summary>
    Cmyk,
}

/// <summary>
/// A JPEG to be made, for the demonstration and the tests. Pixels are RGB, 3 bytes each, rows without
/// padding.
/// </summary>
public sealed record JpegEncoding(
    int Width,
    int Height,
    int Quality = 90,
    JpegColour Colour = JpegColour.Rgb
);
