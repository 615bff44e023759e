using System.Globalization;
using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>The vPDQ file form and both published formulas, on the reference's own files and scores.</summary>
public class VpdqTests
{
    private static readonly Quality Good = new(100);

    [Theory]
    [InlineData("vpdq-1s", 56)]
    [InlineData("vpdq-every-frame", 1649)]
    public void Every_file_of_the_reference_is_read_and_written_back_byte_for_byte(string folder, int frames)
    {
        var read = 0;
        foreach (var path in Directory.EnumerateFiles(SharedData.Need($"vectors/{folder}")))
        {
            var text = File.ReadAllText(path);
            var features = VpdqFile.Read(new StringReader(text));
            using var written = new StringWriter();
            VpdqFile.Write(written, features);
            Assert.Equal(text, written.ToString());
            read += features.Count;
        }
        Assert.Equal(frames, read);
    }

    /// <summary>
    /// The table was made of the hashes that the algorithm's owners publish, not of the files beside it: of one
    /// clip it counts 643 different frames where the file has 642. The percentages of that pair are therefore
    /// held only to be as near as another decoder's frames are, and to the bit against the plain loops below.
    /// </summary>
    [Fact]
    public void Every_pair_has_the_percentages_of_both_reference_programs()
    {
        var rows = File.ReadLines(SharedData.Need("vectors/vpdq-pair-scores.csv")).Skip(1).ToList();
        Assert.Equal(6, rows.Count);
        var exact = 0;
        foreach (var cells in rows.Select(row => row.Split(',')))
        {
            var (query, target) = (Reference(cells[0]), Reference(cells[1]));
            var program = VpdqMatch.Score(query, target);
            var exchange = VpdqMatch.Score(query, target, VpdqFormula.Exchange);

            Assert.Equal<string[]>(cells[2..4], [$"{program.QueryFrames}", $"{program.TargetFrames}"]);
            Assert.Equal(cells[10] == "1", exchange.Reaches(80, 0));
            var same = (cells[6], cells[7]) == ($"{exchange.QueryFrames}", $"{exchange.TargetFrames}");
            exact += same ? 1 : 0;
            var tolerance = same ? 0.00005 : 1.5;
            double[] scores =
            [
                program.QueryPercent,
                program.TargetPercent,
                exchange.QueryPercent,
                exchange.TargetPercent,
            ];
            Assert.All(
                scores.Zip([.. cells[4..6], .. cells[8..10]]),
                pair => Assert.Equal(double.Parse(pair.Second), pair.First, tolerance)
            );
        }
        Assert.InRange(exact, 3, 6);
    }

    [Theory]
    [InlineData(VpdqFormula.Program)]
    [InlineData(VpdqFormula.Exchange)]
    public void Every_pair_has_the_percentages_of_plain_loops_at_any_limit(VpdqFormula formula)
    {
        string[] clips = ["chair-19-sd-bar", "chair-22-with-large-logo-bar", "pattern-sd-grey-bar"];
        foreach (var (a, b) in clips.SelectMany(a => clips.Select(b => (a, b))))
        {
            foreach (var bits in (int[])[0, 20, 31, 32])
            {
                var score = VpdqMatch.Score(Reference(a), Reference(b), formula, bits);
                var (left, right) = (Counting(Reference(a), formula), Counting(Reference(b), formula));
                Assert.Equal(Plain(left, right, formula, bits), score.QueryPercent);
                Assert.Equal(Plain(right, left, formula, bits), score.TargetPercent);
            }
        }
        Assert.Equal(
            formula == VpdqFormula.Program ? "11.8794" : "11.9217",
            Four(VpdqMatch.Score(Reference(clips[0]), Reference(clips[1]), formula).QueryPercent)
        );
    }

    private static List<string> Counting(IReadOnlyList<VpdqFeature> features, VpdqFormula formula)
    {
        var hashes = features
            .Where(feature => feature.Quality.Value >= 50)
            .Select(feature => feature.Hash.ToHex());
        return [.. formula == VpdqFormula.Exchange ? hashes.Distinct() : hashes];
    }

    private static double Plain(List<string> hashes, List<string> others, VpdqFormula formula, int bits)
    {
        var others256 = others.Select(Number).ToList();
        var near = hashes
            .Select(Number)
            .Count(hash =>
                others256.Any(other =>
                {
                    var distance =
                        UInt128.PopCount(hash.High ^ other.High) + UInt128.PopCount(hash.Low ^ other.Low);
                    return formula == VpdqFormula.Program
                        ? distance < (UInt128)bits
                        : distance <= (UInt128)bits;
                })
            );
        return near * 100.0 / hashes.Count;

        static (UInt128 High, UInt128 Low) Number(string hex) =>
            (
                UInt128.Parse(hex[..32], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                UInt128.Parse(hex[32..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            );
    }

    [Fact]
    public void A_frame_at_the_very_limit_counts_in_one_formula_and_not_in_the_other()
    {
        VpdqFeature[] query = [new(0, Good, Bits(0), 0)];
        VpdqFeature[] target = [new(0, Good, Bits(31), 0)];
        Assert.Equal(0, VpdqMatch.Score(query, target).QueryPercent);
        Assert.Equal(100, VpdqMatch.Score(query, target, VpdqFormula.Exchange).QueryPercent);
        Assert.Equal(100, VpdqMatch.Score(query, [new(0, Good, Bits(30), 0)]).QueryPercent);
        Assert.Equal(
            0,
            VpdqMatch.Score(query, [new(0, Good, Bits(32), 0)], VpdqFormula.Exchange).QueryPercent
        );
    }

    [Fact]
    public void Of_equal_frames_the_first_alone_counts_in_the_exchange_s_formula_and_decides_about_quality()
    {
        VpdqFeature[] query =
        [
            new(0, new Quality(10), Bits(100), 0),
            new(1, Good, Bits(100), 1),
            new(2, Good, Bits(0), 2),
            new(3, Good, Bits(0), 3),
        ];
        VpdqFeature[] target = [new(0, Good, Bits(1), 0)];
        var program = VpdqMatch.Score(query, target);
        var exchange = VpdqMatch.Score(query, target, VpdqFormula.Exchange);
        Assert.Equal((3, 200 / 3.0), (program.QueryFrames, program.QueryPercent));
        Assert.Equal((1, 100.0), (exchange.QueryFrames, exchange.QueryPercent));
    }

    [Fact]
    public void A_side_without_a_frame_that_counts_matches_nothing()
    {
        VpdqFeature[] flat = [new(0, new Quality(49), Bits(0), 0)];
        VpdqFeature[] good = [new(0, new Quality(50), Bits(0), 0)];
        Assert.Equal(new VpdqScore(0, 0, 0, 1), VpdqMatch.Score(flat, good));
        Assert.False(VpdqMatch.Score(flat, good).Reaches(0, 0));
        Assert.True(VpdqMatch.Score(good, good).Reaches(100, 100));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0,100,HASH")]
    [InlineData("0,101,HASH,0.000")]
    [InlineData("-1,100,HASH,0.000")]
    [InlineData("0,100,HASH0,0.000")]
    [InlineData("0,100,HASH,NaN")]
    [InlineData("0,100,HASH,0.000\nx,1,HASH,1")]
    public void A_line_that_is_no_frame_is_refused_without_showing_a_hash(string text)
    {
        var hash = Bits(77).ToHex();
        var broken = text.Replace("HASH", hash, StringComparison.Ordinal);
        var error = Assert.Throws<VpdqFormatException>(() => VpdqFile.Read(new StringReader(broken)));
        Assert.DoesNotContain(hash[..8], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_line_ends_is_not_read_whole()
    {
        using var endless = new StringReader(new string('1', 1_000_000));
        Assert.Throws<VpdqFormatException>(() => VpdqFile.Read(endless));
        Assert.Equal(1_000_000 - 257, endless.ReadToEnd().Length);
    }

    internal static IReadOnlyList<VpdqFeature> Reference(string clip, string folder = "vpdq-every-frame") =>
        VpdqFile.Read(new StringReader(File.ReadAllText(SharedData.Need($"vectors/{folder}/{clip}.txt"))));

    /// <summary>A hash with the lowest <paramref name="count"/> bits set.</summary>
    private static PdqHash Bits(int count)
    {
        Span<ulong> words = stackalloc ulong[4];
        for (var bit = 0; bit < count; bit++)
        {
            words[bit / 64] |= 1UL << (bit % 64);
        }
        return new PdqHash(words[0], words[1], words[2], words[3]);
    }

    private static string Four(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
