using System.Buffers.Binary;
using Vigil.Hashing.Tmk;

namespace Vigil.Hashing;

/// <summary>Bytes that are no TMK+PDQF hash; the message says why.</summary>
public sealed class TmkFormatException(string message) : FormatException(message);

/// <summary>
/// The TMK+PDQF hash of a whole video (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ
/// Image-Hashing Algorithm", 2019): the mean of its frames' features, and their waves at four periods. In
/// bytes it is a `.tmk` file of the reference, all numbers little-endian: "TMK1", "FVEC", "PDQF"; frames a
/// second, periods, waves, dimensions and frames as 32-bit integers; the periods; the Fourier coefficients,
/// the mean, the cosine features and the sine features as 32-bit floats. A secret as any hash.
/// </summary>
public sealed class TmkHash
{
    /// <summary>Bytes of a `.tmk` file.</summary>
    public const int ByteLength =
        HeaderBytes + 4 * (TmkShape.Periods + TmkShape.Waves + TmkShape.Dimensions + 2 * TmkShape.Floats);

    private const int HeaderBytes = 32;

    /// <summary>Coefficients of another machine may differ in their last bit; the reference allows it.</summary>
    private const float CoefficientTolerance = 1e-6f;

    private static ReadOnlySpan<byte> Magic => "TMK1FVECPDQF"u8;

    internal TmkHash(int frames, float[] average, float[] cosines, float[] sines) =>
        (Frames, Average, Cosines, Sines) = (frames, average, cosines, sines);

    /// <summary>Frames that were hashed, at 15 a second.</summary>
    public int Frames { get; }

    /// <summary>Floats of <see cref="Mean"/>.</summary>
    public const int MeanLength = TmkShape.Dimensions;

    /// <summary>The mean of the frames' features: what level 1 compares.</summary>
    public ReadOnlySpan<float> Mean => Average;

    internal float[] Average { get; }

    /// <summary>Periods x waves x 256 floats.</summary>
    internal float[] Cosines { get; }

    internal float[] Sines { get; }

    /// <summary>Writes <see cref="ByteLength"/> bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        destination = destination[..ByteLength];
        Magic.CopyTo(destination);
        int[] numbers =
        [
            TmkHasher.FramesPerSecond,
            TmkShape.Periods,
            TmkShape.Waves,
            TmkShape.Dimensions,
            Frames,
            .. TmkShape.PeriodFrames,
        ];
        var at = Magic.Length;
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(destination[at..], number);
            at += 4;
        }
        foreach (var floats in (float[][])[TmkShape.Coefficients, Average, Cosines, Sines])
        {
            foreach (var value in floats)
            {
                BinaryPrimitives.WriteSingleLittleEndian(destination[at..], value);
                at += 4;
            }
        }
    }

    /// <summary>The `.tmk` file as bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        WriteTo(bytes);
        return bytes;
    }

    /// <param name="bytes">A whole `.tmk` file.</param>
    /// <exception cref="TmkFormatException">Another length, another algorithm, other parameters, or a number
    /// that is not finite.</exception>
    public static TmkHash Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteLength || !bytes.StartsWith(Magic))
        {
            throw new TmkFormatException(
                $"Not a TMK+PDQF file: it begins with TMK1FVECPDQF and has {ByteLength} bytes."
            );
        }
        var numbers = bytes[Magic.Length..];
        int[] expected = [TmkHasher.FramesPerSecond, TmkShape.Periods, TmkShape.Waves, TmkShape.Dimensions];
        var frames = BinaryPrimitives.ReadInt32LittleEndian(numbers[(4 * expected.Length)..]);
        var fixedPart = Integers(numbers, expected.Length).SequenceEqual(expected);
        var periods = Integers(bytes[HeaderBytes..], TmkShape.Periods).SequenceEqual(TmkShape.PeriodFrames);
        var floats = bytes[(HeaderBytes + 4 * TmkShape.Periods)..];
        var coefficients = Floats(ref floats, TmkShape.Waves);
        if (!fixedPart || !periods || frames < 1 || !AreOurs(coefficients))
        {
            throw new TmkFormatException(
                "A TMK+PDQF file with other parameters than the published ones: it cannot be compared. Hash the "
                    + "video again at 15 frames a second."
            );
        }
        return new TmkHash(
            frames,
            Floats(ref floats, TmkShape.Dimensions),
            Floats(ref floats, TmkShape.Floats),
            Floats(ref floats, TmkShape.Floats)
        );
    }

    private static bool AreOurs(float[] coefficients) =>
        coefficients
            .Zip(TmkShape.Coefficients)
            .All(pair => MathF.Abs(pair.First - pair.Second) <= CoefficientTolerance * pair.Second);

    private static int[] Integers(ReadOnlySpan<byte> bytes, int count)
    {
        var integers = new int[count];
        for (var i = 0; i < count; i++)
        {
            integers[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
        }
        return integers;
    }

    private static float[] Floats(ref ReadOnlySpan<byte> bytes, int count)
    {
        var floats = new float[count];
        for (var i = 0; i < count; i++)
        {
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
            if (!float.IsFinite(floats[i]))
            {
                throw new TmkFormatException("The file holds a number that is not finite: it is damaged.");
            }
        }
        bytes = bytes[(4 * count)..];
        return floats;
    }

    /// <summary>The name only: a value in a log would be a leak.</summary>
    public override string ToString() => "TMK+PDQF hash";
}
