using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Tests.Hashing;
using Vigil.Tests.Media.Decoding;

namespace Vigil.Tests.Cli;

public sealed class HashCommandTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("none", 8)]
    [InlineData("512", 6)]
    public void All_reference_pictures_hash_as_the_reference_does(string resize, int column)
    {
        var images = SharedData.Need("images");
        var expected = File.ReadLines(SharedData.Need("vectors/pdq-image-vectors.csv"))
            .Skip(1)
            .Select(line => line.Split(','))
            .ToDictionary(
                cells => Path.Combine(images, cells[0]),
                cells => $"{cells[column]},{cells[column + 1]}"
            );

        var ran = _folder.Vigil.Call("hash", "--algorithms", "pdq", "--pdq-resize", resize, images);

        Assert.Equal(0, ran.ExitCode);
        Assert.Equal("path,algorithm,hash,quality", ran.Lines[0]);
        var actual = ran.Rows.ToDictionary(row => row[0], row => $"{row[2]},{row[3]}");
        Assert.Equal(19, actual.Count);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void All_symmetries_of_the_reference_pictures_hash_as_the_reference_does()
    {
        var images = SharedData.Need("images");
        var lines = File.ReadLines(SharedData.Need("vectors/pdq-dihedral.csv"))
            .Select(line => line.Split(','))
            .ToList();
        string[] names = ["pdq", .. lines[0][1..8].Select(name => $"pdq:{name}")];

        var ran = _folder.Vigil.Call(
            "hash",
            "--algorithms",
            "pdq",
            "--pdq-resize",
            "512",
            "--dihedral",
            images
        );

        Assert.Equal(0, ran.ExitCode);
        var actual = ran.Rows.ToDictionary(row => (row[0], row[1]), row => row[2]);
        Assert.Equal(8 * (lines.Count - 1), actual.Count);
        foreach (var cells in lines.Skip(1))
        {
            var path = Path.Combine(images, cells[9]);
            Assert.Equal(cells[..8], names.Select(name => actual[(path, name)]));
        }
    }

    [Fact]
    public void Raw_pixels_hash_as_the_synthetic_vectors_say()
    {
        const int width = 63;
        const int height = 65;
        var vectors = File.ReadLines(SharedData.Need("vectors/pdq-synthetic.csv"))
            .Select(line => line.Split(','))
            .Where(cells => cells[1] == $"{width}" && cells[2] == $"{height}")
            .ToList();
        string[] paths =
        [
            .. vectors.Select(cells =>
                _folder.Write($"{cells[0]}.rgb", SyntheticPicture.Make(cells[0][4] - '0', width, height))
            ),
        ];

        var ran = _folder.Vigil.Call([
            "hash",
            "--algorithms",
            "pdq",
            "--dihedral",
            "--raw-rgb",
            $"{width}x{height}",
            .. paths,
        ]);

        Assert.Equal(0, ran.ExitCode);
        Assert.Equal(4, vectors.Count);
        Assert.Equal(
            vectors.SelectMany(cells => (string[])[cells[3], .. cells[5..12]]),
            ran.Rows.Select(row => row[2])
        );
        Assert.Equal(
            vectors.SelectMany(cells => Enumerable.Repeat(cells[4], 8)),
            ran.Rows.Select(row => row[3])
        );
    }

    [Fact]
    public void Raw_pixels_of_another_size_than_said_are_refused_with_both_sizes()
    {
        var path = _folder.Write("pixels.rgb", new byte[100]);
        var ran = _folder.Vigil.Call("hash", "--raw-rgb", "10x10", path);
        Assert.Equal(3, ran.ExitCode);
        Assert.Contains("300 bytes; the file has 100", ran.Error, StringComparison.Ordinal);
        Assert.Equal(2, _folder.Vigil.Call("hash", "--raw-rgb", "10by10", path).ExitCode);
    }

    [Fact]
    public void All_four_algorithms_come_in_their_order_and_digests_are_right()
    {
        var bytes = Pictures.Bmp(seed: 1);
        var path = _folder.Write("a.bmp", bytes);

        var ran = _folder.Vigil.Call("hash", path);

        Assert.Equal(0, ran.ExitCode);
        Assert.Equal(["pdq", "md5", "sha1", "sha256"], ran.Rows.Select(row => row[1]));
        Assert.Equal(Convert.ToHexStringLower(MD5.HashData(bytes)), ran.Rows[1][2]);
        Assert.Equal(Convert.ToHexStringLower(SHA1.HashData(bytes)), ran.Rows[2][2]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), ran.Rows[3][2]);
        Assert.Equal("", ran.Rows[3][3]);
    }

    [Fact]
    public void Rows_come_in_the_order_of_the_inputs_whatever_runs_in_parallel()
    {
        var paths = Enumerable
            .Range(0, 20)
            .Select(i => _folder.Write($"{19 - i}.bmp", Pictures.Bmp(i, 16 + i % 3 * 200)));
        string[] given = [.. paths];

        var ran = _folder.Vigil.Call(["hash", "--algorithms", "pdq", "--jobs", "4", .. given]);

        Assert.Equal(given, ran.Rows.Select(row => row[0]));
    }

    [Fact]
    public void Json_has_one_object_an_input_also_for_those_that_failed()
    {
        var good = _folder.Write("good.bmp", Pictures.Bmp(seed: 2));
        var empty = _folder.Write("empty.jpg", []);

        var ran = _folder.Vigil.Call("hash", "--format", "json", good, empty);

        Assert.Equal(3, ran.ExitCode);
        using var document = JsonDocument.Parse(ran.Out);
        var objects = document.RootElement.EnumerateArray().ToList();
        Assert.Equal([good, empty], objects.Select(one => one.GetProperty("path").GetString()));
        Assert.Equal(4, objects[0].GetProperty("hashes").GetArrayLength());
        Assert.Equal("empty", objects[1].GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public void Frames_of_an_animation_have_names_of_their_own_and_are_looked_up_when_asked()
    {
        var tall = _folder.Write(
            "tall.ppm",
            SamplePicture.TallPpm(new(320, 200, seed: 1), new(320, 200, seed: 5))
        );
        var path = _folder["two.webp"];
        Tool.Vips("copy", tall, path + "[page-height=200,lossless]");

        var first = _folder.Vigil.Call("hash", "--algorithms", "pdq", path);
        var all = _folder.Vigil.Call("hash", "--algorithms", "pdq", "--all-frames", path);

        Assert.Equal(["pdq"], first.Rows.Select(row => row[1]));
        Assert.Equal(["pdq", "pdq#1"], all.Rows.Select(row => row[1]));
        var list = _folder.WriteList(all.Rows[1][2]);
        Assert.Equal(0, _folder.Vigil.Call("match", "--list", list, path).ExitCode);
        Assert.Equal(1, _folder.Vigil.Call("match", "--list", list, "--all-frames", path).ExitCode);
    }
}
