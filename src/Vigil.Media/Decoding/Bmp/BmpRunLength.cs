namespace Vigil.Media.Decoding.Bmp;

/// <summary>
/// RLE8 and RLE4 (Windows GDI reference, "Bitmap Compression"). Pixels outside the picture are dropped.
/// </summary>
internal ref struct BmpRunLength(BmpHeader header, BmpPalette palette, DecodedFrame frame)
{
    private readonly BmpPalette palette = palette;
    private readonly bool nibbles = header.Packing == BmpPacking.RunLength4;
    private int x;
    private int y;

    /// <returns>False when the data ends before it says so and before the last row is full.</returns>
    public bool Read(ReadOnlySpan<byte> data)
    {
        while (data.Length >= 2 && y < header.Height)
        {
            int count = data[0],
                value = data[1];
            data = data[2..];
            if (count > 0)
            {
                Run(count, value);
                continue;
            }
            switch (value)
            {
                case 0:
                    x = 0;
                    y++;
                    break;
                case 1:
                    return true;
                case 2 when data.Length < 2:
                    return false;
                case 2:
                    x = Math.Min(x + data[0], header.Width);
                    y += data[1];
                    data = data[2..];
                    break;
                default:
                    var bytes = nibbles ? (value + 1) / 2 : value;
                    if (bytes > data.Length)
                    {
                        return false;
                    }
                    Literal(value, data);
                    // Padded to two bytes; the last pad may be missing.
                    data = data[Math.Min(bytes + (bytes & 1), data.Length)..];
                    break;
            }
        }
        return y >= header.Height || (y == header.Height - 1 && x >= header.Width);
    }

    private void Run(int count, int value)
    {
        var end = Math.Min(x + count, header.Width);
        for (var odd = false; x < end; odd = !odd)
        {
            Put(
                !nibbles ? value
                : odd ? value & 15
                : value >> 4
            );
        }
    }

    private void Literal(int count, ReadOnlySpan<byte> values)
    {
        for (var at = 0; at < count && x < header.Width; at++)
        {
            Put(
                !nibbles ? values[at]
                : (at & 1) == 1 ? values[at / 2] & 15
                : values[at / 2] >> 4
            );
        }
    }

    private void Put(int index)
    {
        var bytes = (int)palette.Layout;
        var row = header.Height - 1 - y;
        palette.Write(index, frame.Pixels.Span.Slice((row * header.Width + x) * bytes, bytes));
        x++;
    }
}
