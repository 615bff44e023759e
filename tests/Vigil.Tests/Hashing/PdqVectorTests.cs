using System.Globalization;
using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>
/// The algorithm owner's criterion, first half: the same pixels give exactly the same hash.
/// </summary>
public class PdqVectorTests
{
    [Fact]
    public void Every_synthetic_buffer_hashes_as_the_reference_program_does()
    {
        var rows = Rows();
        Assert.Equal(64, rows.Count);
        var hasher = new PdqHasher();
        foreach (var row in rows)
        {
            var (kind, width, height) = (row[0][4] - '0', int.Parse(row[1]), int.Parse(row[2]));
            var picture = new PixelView(
                SyntheticPicture.Make(kind, width, height),
                width,
                height,
                PixelLayout.Rgb24
            );
            var name = $"{row[0]} {width}x{height}";

            var result = hasher.Hash(picture);
            Assert.True(row[3] == result.Hash.ToHex(), $"{name}: hash differs");
            Assert.True(
                row[4] == result.Quality.Value.ToString(CultureInfo.InvariantCulture),
                $"{name}: quality differs"
            );
        }
    }

    [Fact]
    public void Every_synthetic_buffer_has_the_reference_program_s_seven_other_hashes()
    {
        var hasher = new PdqHasher();
        var results = new PdqResult[8];
        foreach (var row in Rows().Where(row => row.Length > 5))
        {
            var (kind, width, height) = (row[0][4] - '0', int.Parse(row[1]), int.Parse(row[2]));
            hasher.HashDihedral(
                new PixelView(SyntheticPicture.Make(kind, width, height), width, height, PixelLayout.Rgb24),
                results
            );
            for (var variant = 1; variant < 8; variant++)
            {
                Assert.True(
                    row[4 + variant] == results[variant].Hash.ToHex(),
                    $"{row[0]} {width}x{height}: {(Dihedral)variant} differs"
                );
            }
        }
    }

    [Fact]
    public void The_slow_reference_of_these_tests_has_the_reference_program_s_float_bits()
    {
        foreach (var row in Rows().Where(row => row.Length > 12))
        {
            var (kind, width, height) = (row[0][4] - '0', int.Parse(row[1]), int.Parse(row[2]));
            var slow = PdqReference.HashDihedral(
                SyntheticPicture.Make(kind, width, height),
                width,
                height,
                PixelLayout.Rgb24
            )!;
            float[] floats =
            [
                slow.Dct.Order().ElementAt(127),
                slow.Dct[0],
                slow.Dct[255],
                slow.Luma64[0],
                slow.Luma64[^1],
            ];
            Assert.True(
                row[12..17]
                    .SequenceEqual(floats.Select(f => BitConverter.SingleToUInt32Bits(f).ToString("x8"))),
                $"{row[0]} {width}x{height}: a float differs"
            );
        }
    }

    private static List<string[]> Rows() =>
        File.ReadLines(SharedData.Need("vectors/pdq-synthetic.csv"))
            .Skip(1)
            .Select(line => line.Split(','))
            .ToList();
}
