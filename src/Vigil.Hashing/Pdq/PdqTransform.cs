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

    /// <summary>The same with rows and columns exchanged: 64 rows of 16.</summary>
    private static readonly float[] MatrixTurned = Turned();

    /// <summary>
    /// B = D A D^t in float, each sum in index order from 0 to 63, never fused: the reference's bits.
    /// </summary>
    /// <param name="small">4096 floats, the 64x64 picture.</param>
    /// <param name="dct">Takes 256 floats, row by row.</param>
    public static void Dct(ReadOnlySpan<float> small, Span<float> dct)
    {
        Span<float> half = stackalloc float[Side * Samples];
        for (var i = 0; i < Side; i++)
        {
            MultiplyRow(Matrix.AsSpan(i * Samples, Samples), small, half.Slice(i * Samples, Samples));
        }
        for (var i = 0; i < Side; i++)
        {
            MultiplyRow(half.Slice(i * Samples, Samples), MatrixTurned, dct.Slice(i * Side, Side));
        }
    }

    /// <summary>A row of 64 times a matrix of 64 rows, as wide as the result (a multiple of 16).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void MultiplyRow(ReadOnlySpan<float> row, ReadOnlySpan<float> matrix, Span<float> result)
    {
        for (var j = 0; j < result.Length; j += 2 * Lanes)
        {
            var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
            for (var k = 0; k < Samples; k++)
            {
                var factor = Vector256.Create(row[k]);
                var at = matrix.Slice(k * result.Length + j, 2 * Lanes);
                a += factor * Vector256.Create(at);
                b += factor * Vector256.Create(at[Lanes..]);
            }
            a.CopyTo(result[j..]);
            b.CopyTo(result[(j + Lanes)..]);
        }
    }

    /// <summary>
    /// Bit k is set where coefficient k is above the lower median, so 128 are set unless values are equal.
    /// </summary>
    public static PdqHash Bits(ReadOnlySpan<float> dct)
    {
        Span<float> sorted = stackalloc float[Coefficients];
        dct.CopyTo(sorted);
        sorted.Sort();
        var median = sorted[Coefficients / 2 - 1];
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        for (var k = 0; k < Coefficients; k++)
        {
            words[k >> 6] |= (dct[k] > median ? 1UL : 0UL) << (k & 63);
        }
        return new PdqHash(words[0], words[1], words[2], words[3]);
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
