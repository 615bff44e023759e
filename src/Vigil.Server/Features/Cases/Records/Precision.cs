using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Records;

/// <summary>What may be said of a share that was counted a few times, or often.</summary>
internal static class Precision
{
    /// <summary>
    /// Under so many decisions nothing is said: 20 of 20 leave an interval from 84 % on, 5 of 5 one from 57 % on.
    /// </summary>
    public const int FewestDecisions = 20;

    /// <summary>Of the normal distribution, for 95 % in the middle.</summary>
    private const double Z = 1.959964;

    /// <summary>Upper ends in bits: corroborates a weak digest, near, within the usual radius of PDQ.</summary>
    private static readonly int[] Ends = [10, 20, 31];

    /// <summary>0 to 3; -1: no distance was measured. As <see cref="BandSql"/> has it.</summary>
    public static int BandOf(int? distanceBits) =>
        distanceBits is { } bits ? Ends.TakeWhile(end => bits > end).Count() : -1;

    public const string BandSql = """
        case when i.distance_bits is null then -1 when i.distance_bits <= 10 then 0
            when i.distance_bits <= 20 then 1 when i.distance_bits <= 31 then 2 else 3 end
        """;

    /// <summary>As "11 to 20 bits"; null: no distance was measured.</summary>
    public static string? NameOf(int band) =>
        band < 0 ? null
        : band == 0 ? $"up to {Ends[0]} bits"
        : band == Ends.Length ? $"over {Ends[^1]} bits"
        : $"{Ends[band - 1] + 1} to {Ends[band]} bits";

    /// <summary>
    /// The interval of E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of
    /// the American Statistical Association 22 (1927): it stays within 0 and 1, also for few.
    /// </summary>
    /// <param name="hits">0 to <paramref name="all"/>.</param>
    /// <param name="all">At least 1.</param>
    public static (double Low, double High) Wilson(long hits, long all)
    {
        var share = (double)hits / all;
        var square = Z * Z / all;
        var middle = share + (square / 2);
        var half = Z * Math.Sqrt((share * (1 - share) / all) + (square / (4 * all)));
        return (
            Math.Max(0, (middle - half) / (1 + square)),
            // All of them is an upper end of 1, whatever a division leaves.
            hits == all
                ? 1
                : (middle + half) / (1 + square)
        );
    }

    public static MeasuredPrecision Of(string strength, int band, Judged judged, long unseen, long entries)
    {
        var all = judged.Confirmed + judged.NotCsam;
        var where = $"{strength.Replace('_', ' ')} matches{(NameOf(band) is { } name ? $" at {name}" : "")}";
        if (all < FewestDecisions)
        {
            return new MeasuredPrecision(
                NameOf(band),
                judged,
                unseen,
                entries,
                null,
                null,
                null,
                $"Precision of its {where}: too few decisions to say ({judged.Confirmed} confirmed, {judged.NotCsam} "
                    + $"not CSAM; it takes {FewestDecisions})."
            );
        }
        var share = (double)judged.Confirmed / all;
        var (low, high) = Wilson(judged.Confirmed, all);
        return new MeasuredPrecision(
            NameOf(band),
            judged,
            unseen,
            entries,
            share,
            low,
            high,
            $"Precision of its {where}: {Percent(share)} % (95 % interval {Percent(low)} to {Percent(high)} %): "
                + $"{judged.Confirmed} confirmed, {judged.NotCsam} not CSAM, of {entries} "
                + (entries == 1 ? "entry" : "different entries")
                + (unseen > 0 ? $"; {unseen} decided without a look at the content." : ".")
        );
    }

    /// <summary>No share is rounded up to all, nor down to none.</summary>
    private static string Percent(double share)
    {
        var rounded = Math.Round(share * 100, 1);
        var honest =
            share < 1 && rounded >= 100 ? 99.9
            : share > 0 && rounded <= 0 ? 0.1
            : rounded;
        return honest.ToString("0.#", CultureInfo.InvariantCulture);
    }
}
