using System.Runtime.InteropServices;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// Which sample value is black and which is white where the format does not say: 16-bit files that hold 8-bit
/// values, 32-bit integers, floating point from 0 to 1, to 255 or to 65535. PDQ hardly depends on the scale,
/// but a picture that fills 1/256 of its range would turn black.
/// </summary>
internal readonly record struct SampleRange(double Black, double White)
{
    /// <summary>How far resampling may overshoot a range that the values still belong to.</summary>
    private const double Overshoot = 0.1;

    private static readonly double[] UsualWhites = [1, 255, 65535];

    /// <summary>The range of whole bytes: no conversion.</summary>
    public static readonly SampleRange Bytes = new(0, 255);

    public static readonly SampleRange Words = new(0, 65535);

    /// <param name="min">Smallest colour sample.</param>
    /// <param name="max">Largest colour sample.</param>
    /// <param name="whole">Samples are integers: 1 is then nearly black, not white.</param>
    public static SampleRange Of(double min, double max, bool whole)
    {
        foreach (var white in UsualWhites)
        {
            var slack = whole ? 0 : white * Overshoot;
            if ((white > 1 || !whole) && max <= white + slack && min >= -slack)
            {
                return new SampleRange(0, white);
            }
        }
        return new SampleRange(Math.Min(min, 0), Math.Max(max, 1));
    }

    public byte ToByte(double sample)
    {
        var scaled = (sample - Black) * 255 / (White - Black);
        return scaled >= 255 ? (byte)255
            : scaled > 0 ? (byte)(scaled + 0.5)
            : (byte)0; // Not a number compares false twice and is black.
    }

    /// <summary>Reads one sample of any real format.</summary>
    public static double Read(ReadOnlySpan<byte> samples, int index, SampleFormat format) =>
        format switch
        {
            SampleFormat.UInt8 => samples[index],
            SampleFormat.Int8 => (sbyte)samples[index],
            SampleFormat.UInt16 => MemoryMarshal.Cast<byte, ushort>(samples)[index],
            SampleFormat.Int16 => MemoryMarshal.Cast<byte, short>(samples)[index],
            SampleFormat.UInt32 => MemoryMarshal.Cast<byte, uint>(samples)[index],
            SampleFormat.Int32 => MemoryMarshal.Cast<byte, int>(samples)[index],
            SampleFormat.Single => MemoryMarshal.Cast<byte, float>(samples)[index],
            SampleFormat.Double => MemoryMarshal.Cast<byte, double>(samples)[index],
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a real sample format."),
        };
}
