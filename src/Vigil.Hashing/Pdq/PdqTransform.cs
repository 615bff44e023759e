using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Hashing.Pdq;

/// <summary>
/// The 16x16 lowest cosine frequencies of the 64x64 picture, without the constant, and the hash of their
/// signs.
/// </summary>
internal static class PdqTransform
{
    /// <summary>Frequencies 1 to 16 in each direction.</summary>
    public const int Side = 16;

    public const int Coefficients = Side * Side;

    private const int Samples = BoxWindow.Samples;
    private const int Lanes = 8;

    /// <summary>
    /// D[i][j] = sqrt(2 / 64) cos(pi / 128 (i + 1) (2 j + 1)), rounded to float where the reference rounds.
    /// </summary>
    private static readonly float[] Matrix = MakeMatrix();

    /// <summary>Row i of the matrix: 64 floats.</summary>
    public static ReadOnlySpan<float> Row(int i) => Matrix.AsSpan(i * Samples, Samples);

    /// <summary>The same with rows and columns exchanged: 64 rows of 16.</summary>
    private static readonly float[] MatrixTurned = Turned();

    /// <summary>
    /// B = D A D^t in float, each sum in index order from 0 to 63, never fused: the reference's bits.
    /// </summary>
    /// <param name="small">4096 floats, the 64x64 picture.</param>
    /// <param name="half">Takes D A, 16 rows of 64.</param>
    /// <param name="dct">Takes 256 floats, row by row.</param>
    public static void Dct(ReadOnlySpan<float> small, Span<float> half, Span<float> dct)
    {
        Multiply(Matrix, small[..(Samples * Samples)], half[..(Side * Samples)]);
        Multiply(half, MatrixTurned, dct[..Coefficients]);
    }

    /// <summary>
    /// 16 rows of 64 times a matrix of 64 rows, 16 or 64 wide as the result is. Four rows at a time, so that
    /// what is loaded of the matrix serves four sums.
    /// </summary>
    // SAFETY: the three spans have the sizes named above; their rows are taken within them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Multiply(
        ReadOnlySpan<float> rows,
        ReadOnlySpan<float> matrix,
        Span<float> result
    )
    {
        var width = result.Length / Side;
        fixed (float* allRows = rows)
        fixed (float* allMatrix = matrix)
        fixed (float* allResult = result)
        {
            for (var i = 0; i < Side; i += 4)
            {
                for (var j = 0; j < width; j += Lanes)
                {
                    var row = allRows + i * Samples;
                    var at = allMatrix + j;
                    var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
                    var (c, d) = (Vector256<float>.Zero, Vector256<float>.Zero);
                    for (var k = 0; k < Samples; k++, row++, at += width)
                    {
                        var factor = Vector256.Load(at);
                        a += Vector256.Create(row[0]) * factor;
                        b += Vector256.Create(row[Samples]) * factor;
                        c += Vector256.Create(row[2 * Samples]) * factor;
                        d += Vector256.Create(row[3 * Samples]) * factor;
                    }
                    var target = allResult + i * width + j;
                    a.Store(target);
                    b.Store(target + width);
                    c.Store(target + 2 * width);
                    d.Store(target + 3 * width);
                }
            }
        }
    }

    /// <summary>
    /// For each of the 16 rows of D A the most that the sizes of its partial sums add up to in a column: what
    /// rounding in these sums can be held against.
    /// </summary>
    /// <param name="small">4096 floats, the 64x64 picture.</param>
    /// <param name="ways">Takes 16 floats.</param>
    // SAFETY: rows i to i + 3 of the matrix and columns j to j + 7 of the picture are within them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static unsafe void LongestWays(ReadOnlySpan<float> small, Span<float> ways)
    {
        ways[..Side].Clear();
        fixed (float* allRows = Matrix)
        fixed (float* picture = small[..(Samples * Samples)])
        {
            for (var i = 0; i < Side; i += 2)
            {
                var (mostA, mostB) = (Vector256<float>.Zero, Vector256<float>.Zero);
                for (var j = 0; j < Samples; j += Lanes)
                {
                    var row = allRows + i * Samples;
                    var at = picture + j;
                    var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
                    var (wayA, wayB) = (Vector256<float>.Zero, Vector256<float>.Zero);
                    for (var k = 0; k < Samples; k++, row++, at += Samples)
                    {
                        var factor = Vector256.Load(at);
                        a += Vector256.Create(row[0]) * factor;
                        b += Vector256.Create(row[Samples]) * factor;
                        wayA += Vector256.Abs(a);
                        wayB += Vector256.Abs(b);
                    }
                    mostA = Vector256.Max(mostA, wayA);
                    mostB = Vector256.Max(mostB, wayB);
                }
                ways[i] = Largest(mostA);
                ways[i + 1] = Largest(mostB);
            }
        }
    }

    private static float Largest(Vector256<float> values)
    {
        var largest = values[0];
        for (var lane = 1; lane < Lanes; lane++)
        {
            largest = Math.Max(largest, values[lane]);
        }
        return largest;
    }

    /// <summary>
    /// Bit k is set where coefficient k is above the lower median, so 128 are set unless values are equal.
    /// </summary>
    public static PdqHash Bits(ReadOnlySpan<float> dct)
    {
        var median = Vector256.Create(LowerMedian(dct));
        Span<ulong> words = stackalloc ulong[Coefficients / 64];
        words.Clear();
        for (var k = 0; k < Coefficients; k += Lanes)
        {
            var above = Vector256.GreaterThan(Vector256.Create(dct[k..]), median);
            words[k >> 6] |= (ulong)above.ExtractMostSignificantBits() << (k & 63);
        }
        return new PdqHash(words[0], words[1], words[2], words[3]);
    }

    /// <summary>
    /// The 128th smallest of 256 values, selected bit by bit: floats order like the integers of their bits
    /// once the negative ones are mirrored, and the answer is the largest integer with at most 127 below it.
    /// The same work for any values.
    /// </summary>
    /// <param name="dct">256 floats, none of them NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float LowerMedian(ReadOnlySpan<float> dct)
    {
        Span<int> keys = stackalloc int[Coefficients];
        for (var k = 0; k < Coefficients; k += Lanes)
        {
            Mirrored(Vector256.Create(dct[k..]).AsInt32()).CopyTo(keys[k..]);
        }
        var selected = int.MinValue;
        for (var bit = 31; bit >= 0; bit--)
        {
            var candidate = unchecked(selected + (1 << bit));
            if (CountBelow(keys, candidate) < Coefficients / 2)
            {
                selected = candidate;
            }
        }
        return BitConverter.Int32BitsToSingle(selected ^ ((selected >> 31) & int.MaxValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Mirrored(Vector256<int> bits) =>
        bits ^ ((bits >> 31) & Vector256.Create(int.MaxValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountBelow(ReadOnlySpan<int> keys, int bound)
    {
        var limit = Vector256.Create(bound);
        var (a, b) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var k = 0; k < Coefficients; k += 2 * Lanes)
        {
            // A lane that holds counts as minus one.
            a -= Vector256.LessThan(Vector256.Create(keys[k..]), limit);
            b -= Vector256.LessThan(Vector256.Create(keys[(k + Lanes)..]), limit);
        }
        return Vector256.Sum(a + b);
    }

    /// <summary>
    /// The transform of the turned or mirrored picture, from that of the picture: mirroring negates the odd
    /// frequencies of one direction, turning exchanges the directions as well. Frequencies count from 1.
    /// </summary>
    public static void Turn(ReadOnlySpan<float> dct, Dihedral variant, Span<float> turned)
    {
        for (var i = 0; i < Side; i++)
        {
            for (var j = 0; j < Side; j++)
            {
                var negate = variant switch
                {
                    Dihedral.Rotate90 or Dihedral.FlipY => (j & 1) == 0,
                    Dihedral.Rotate270 or Dihedral.FlipX => (i & 1) == 0,
                    Dihedral.Rotate180 or Dihedral.FlipMinus1 => ((i + j) & 1) == 1,
                    _ => false,
                };
                var exchanged =
                    variant
                    is Dihedral.Rotate90
                        or Dihedral.Rotate270
                        or Dihedral.FlipPlus1
                        or Dihedral.FlipMinus1;
                var value = dct[i * Side + j];
                turned[exchanged ? j * Side + i : i * Side + j] = negate ? -value : value;
            }
        }
    }

    private static float[] MakeMatrix()
    {
        var matrix = new float[Side * Samples];
        var scale = (float)Math.Sqrt(2.0 / Samples);
        for (var i = 0; i < Side; i++)
        {
            for (var j = 0; j < Samples; j++)
            {
                matrix[i * Samples + j] = (float)(
                    scale * Math.Cos(Math.PI / 2 / Samples * (i + 1) * (2 * j + 1))
                );
            }
        }
        return matrix;
    }

    private static float[] Turned()
    {
        var turned = new float[Side * Samples];
        for (var i = 0; i < Side; i++)
        {
            for (var j = 0; j < Samples; j++)
            {
                turned[j * Side + i] = Matrix[i * Samples + j];
            }
        }
        return turned;
    }
}
