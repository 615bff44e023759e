using System.Buffers.Binary;

namespace Vigil.Tests.Cli;

/// <summary>Harmless pictures drawn by formula: soft waves of colour, different for each seed.</summary>
internal static class Pictures
{
    public const int Side = 128;

    private const int Waves = 12;

    /// <summary>Raw RGB, rows from the top.</summary>
    public static byte[] Rgb(int seed, int side = Side)
    {
        var random = new Random(seed);
        var waves = Enumerable
            .Range(0, Waves)
            .Select(_ =>
                (X: random.NextDouble() * 5, Y: random.NextDouble() * 5, Phase: random.NextDouble() * 6)
            )
            .ToArray();
        var rgb = new byte[side * side * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            var (x, y) = (pixel % side * Math.PI / side, pixel / side * Math.PI / side);
            var value = waves.Sum(wave =>
                Math.Cos(wave.X * x + wave.Phase) * Math.Cos(wave.Y * y + wave.Phase + channel)
            );
            rgb[i] = (byte)Math.Clamp(128 + value * 40, 0, 255);
        }
        return rgb;
    }

    /// <summary>The same as a 24-bit BMP file.</summary>
    public static byte[] Bmp(int seed, int side = Side) => Bmp(Rgb(seed, side), side, side);

    /// <summary>Turned by a quarter.</summary>
    public static byte[] TurnedBmp(int seed)
    {
        var rgb = Rgb(seed);
        var turned = new byte[rgb.Length];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                rgb.AsSpan((y * Side + x) * 3, 3).CopyTo(turned.AsSpan((x * Side + Side - 1 - y) * 3));
            }
        }
        return Bmp(turned, Side, Side);
    }

    /// <summary>In the middle of black paper.</summary>
    public static byte[] FramedBmp(int seed, int edge = 40)
    {
        var side = Side + 2 * edge;
        var sheet = new byte[side * side * 3];
        var rgb = Rgb(seed);
        for (var y = 0; y < Side; y++)
        {
            rgb.AsSpan(y * Side * 3, Side * 3).CopyTo(sheet.AsSpan(((y + edge) * side + edge) * 3));
        }
        return Bmp(sheet, side, side);
    }

    /// <summary>Four pictures, white lines between and around.</summary>
    public static byte[] CollageBmp(params int[] seeds)
    {
        const int line = 10;
        const int side = 2 * Side + 3 * line;
        var sheet = new byte[side * side * 3];
        Array.Fill(sheet, byte.MaxValue);
        for (var i = 0; i < 4; i++)
        {
            var rgb = Rgb(seeds[i]);
            var (left, top) = (line + i % 2 * (Side + line), line + i / 2 * (Side + line));
            for (var y = 0; y < Side; y++)
            {
                rgb.AsSpan(y * Side * 3, Side * 3).CopyTo(sheet.AsSpan(((y + top) * side + left) * 3));
            }
        }
        return Bmp(sheet, side, side);
    }

    private static byte[] Bmp(byte[] rgb, int width, int height)
    {
        const int header = 54;
        var stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[header + stride * height];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), header);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(34), stride * height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var from = (y * width + x) * 3;
                var to = header + (height - 1 - y) * stride + x * 3;
                (file[to], file[to + 1], file[to + 2]) = (rgb[from + 2], rgb[from + 1], rgb[from]);
            }
        }
        return file;
    }
}
