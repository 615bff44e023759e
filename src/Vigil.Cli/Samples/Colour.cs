namespace Vigil.Cli.Samples;

/// <summary>Red, green, blue.</summary>
internal readonly record struct Colour(byte R, byte G, byte B)
{
    public static readonly Colour Black = new(0, 0, 0);
    public static readonly Colour White = new(255, 255, 255);

    /// <summary>Brightness by Rec. 601, in whole numbers.</summary>
    public byte Luma => (byte)((299 * R + 587 * G + 114 * B + 500) / 1000);

    /// <summary>Six hexadecimal digits, red first.</summary>
    public static Colour Of(int hex) => new((byte)(hex >> 16), (byte)(hex >> 8), (byte)hex);

    public static Colour Clamp(double r, double g, double b) => new(Byte(r), Byte(g), Byte(b));

    /// <param name="hue">Turns round the colour wheel, any number.</param>
    /// <param name="saturation">0 to 1.</param>
    /// <param name="value">0 to 1.</param>
    public static Colour Hsv(double hue, double saturation, double value)
    {
        double Channel(double offset)
        {
            var k = (offset + 6 * (hue - Math.Floor(hue))) % 6;
            return 255 * value * (1 - saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
        return Clamp(Channel(5), Channel(3), Channel(1));
    }

    /// <summary>This colour at 0, the other at 1.</summary>
    public Colour Mix(Colour other, double share)
    {
        var t = Math.Clamp(share, 0, 1);
        return Clamp(R + t * (other.R - R), G + t * (other.G - G), B + t * (other.B - B));
    }

    public Colour Times(double factor) => Clamp(R * factor, G * factor, B * factor);

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
