using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vigil.Hashing.Pdq;

/// <summary>PDQ's quality: how much the small picture changes from sample to sample.</summary>
internal static class PdqGradient
{
    private const int Samples = BoxWindow.Samples;
    private const int Lanes = 8;

    /// <summary>
    /// Sum over all neighbours of |(int)((u - v) * 100 / 255)|, truncated one by one as the reference does,
    /// divided by 90 and cut at 100.
    /// </summary>
    /// <param name="small">4096 floats, the 64x64 picture.</param>
    public static Quality Quality(ReadOnlySpan<float> small) => new(Math.Min(100, LeastSteps(small, 0) / 90));

    /// <summary>
    /// The sum before it is divided, with each difference nearer to zero by <paramref name="uncertainty"/>,
    /// and none beyond it.
    /// </summary>
    /// <param name="uncertainty">Luma, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int LeastSteps(ReadOnlySpan<float> small, float uncertainty)
    {
        var less = Vector256.Create(uncertainty * (100f / 255f));
        var sum = Vector256<int>.Zero;
        for (var p = 0; p < Samples * (Samples - 1); p += Lanes)
        {
            sum += Steps(small[p..], Vector256.Create(small[(p + Samples)..]), less);
        }
        for (var p = 0; p < Samples * Samples; p += Lanes)
        {
            var endsRow = (p + Lanes) % Samples == 0;
            sum += Steps(
                small[p..],
                endsRow ? SuccessorsToRowEnd(small, p) : Vector256.Create(small[(p + 1)..]),
                less
            );
        }
        return Vector256.Sum(sum);
    }

    private static Vector256<int> Steps(ReadOnlySpan<float> from, Vector256<float> to, Vector256<float> less)
    {
        var difference = (Vector256.Create(from) - to) * Vector256.Create(100f) / Vector256.Create(255f);
        var certain = Vector256.Max(Vector256.Abs(difference) - less, Vector256<float>.Zero);
        return Vector256.ConvertToInt32(certain);
    }

    /// <summary>
    /// The seven values after place <paramref name="p"/>, and the last once more: it has no right neighbour.
    /// </summary>
    private static Vector256<float> SuccessorsToRowEnd(ReadOnlySpan<float> small, int p) =>
        Vector256.Shuffle(Vector256.Create(small[p..]), Vector256.Create(1, 2, 3, 4, 5, 6, 7, 7));
}
