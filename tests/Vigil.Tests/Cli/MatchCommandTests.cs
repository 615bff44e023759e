using System.Text.Json;
using Vigil.Hashing;

namespace Vigil.Tests.Cli;

public sealed class MatchCommandTests : IDisposable
{
    private const string Some = "98736629670cc19fc9f23862f66cce1f599e32c78e236c78619d202e9e66c157";

    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Needles_in_the_haystack_are_those_that_the_reference_index_finds()
    {
        var expected = new List<string>();
        var needle = "";
        foreach (var line in File.ReadLines(SharedData.Need("vectors/pdq-mih-query-needles-haystack.txt")))
        {
            if (line.StartsWith("needle=", StringComparison.Ordinal))
            {
                needle = line["needle=".Length..];
            }
            else if (line.StartsWith("d=", StringComparison.Ordinal))
            {
                var cells = line.Split(',').Select(cell => cell.Split('=')[1]).ToArray();
                expected.Add($"{needle},{cells[1]},{cells[0]}");
            }
        }
        var haystack = SharedData.Need("vectors/haystack.txt");
        var needles = SharedData.Need("vectors/needles.txt");

        var byPath = _folder.Vigil.Call("match", "--list", haystack, "--radius", "32", needles);
        var byOption = _folder.Vigil.Call("match", "--list", haystack, "--radius", "32", "--hashes", needles);

        Assert.Equal(1, byPath.ExitCode);
        Assert.Equal("input,list,entry,distance", byPath.Lines[0]);
        Assert.Equal(250, expected.Count);
        Assert.Equal(expected, byPath.Rows.Select(row => $"{row[0]},{row[2]},{row[3]}"));
        Assert.Equal(byPath.Out, byOption.Out);
    }

    [Theory]
    [InlineData(31, 1)]
    [InlineData(32, 2)]
    [InlineData(33, 3)]
    [InlineData(30, 0)]
    public void Planted_pairs_at_31_32_and_33_bits_fall_on_the_right_side(int radius, int found)
    {
        Assert.True(PdqHash.TryParse(Some, out var hash));
        var list = _folder.WriteList([.. new[] { 31, 32, 33 }.Select(bits => Flip(hash, bits).ToHex())]);

        var ran = _folder.Vigil.Call("match", "--list", list, "--radius", $"{radius}", "--hash", Some);

        Assert.Equal(found > 0 ? 1 : 0, ran.ExitCode);
        Assert.Equal(new[] { "31", "32", "33" }[..found], ran.Rows.Select(row => row[3]));
    }

    [Fact]
    public void Without_a_radius_31_bits_match_and_32_do_not()
    {
        Assert.True(PdqHash.TryParse(Some, out var hash));
        var list = _folder.WriteList(Flip(hash, 31).ToHex(), Flip(hash, 32).ToHex());
        var ran = _folder.Vigil.Call("match", "--list", list, "--hash", Some);
        Assert.Equal(["31"], ran.Rows.Select(row => row[3]));
    }

    [Fact]
    public void Several_hashes_after_the_option_are_all_looked_up()
    {
        var other = Some[32..] + Some[..32];
        var list = _folder.WriteList(Some, other);
        var ran = _folder.Vigil.Call("match", "--list", list, "--hash", other, Some);
        Assert.Equal(1, ran.ExitCode);
        Assert.Equal([other, Some], ran.Rows.Select(row => row[0]));
    }

    [Fact]
    public void What_is_not_found_is_said_to_people_and_what_failed_is_never_called_so()
    {
        var list = _folder.WriteList(Some);
        var picture = _folder.Write("a.bmp", Pictures.Bmp(1));
        var empty = _folder.Write("empty.bmp", []);
        var ran = _folder.Vigil.Call("match", "--list", list, "--format", "text", picture, empty);
        Assert.Equal(3, ran.ExitCode);
        Assert.Equal([$"{picture}: no known match"], ran.Lines);
    }

    [Fact]
    public void A_hash_in_mixed_case_is_the_same_hash()
    {
        var list = _folder.WriteList(Some.ToUpperInvariant());
        var mixed = string.Concat(Some.Select((c, i) => i % 2 == 0 ? char.ToUpperInvariant(c) : c));
        var ran = _folder.Vigil.Call("match", "--list", list, "--hash", mixed);
        Assert.Equal(1, ran.ExitCode);
        Assert.Equal([Some, list, Some, "0"], ran.Rows.Single());
    }

    [Theory]
    [InlineData("98736629")]
    [InlineData("98736629670cc19fc9f23862f66cce1f599e32c78e236c78619d202e9e66c15g")]
    [InlineData("98736629670cc19fc9f23862f66cce1f599e32c78e236c78619d202e9e66c1577")]
    public void A_hash_of_wrong_length_or_characters_is_refused_without_being_repeated(string hash)
    {
        var ran = _folder.Vigil.Call("match", "--list", _folder.WriteList(Some), "--hash", hash);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("64 (PDQ, SHA-256) hexadecimal digits", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Out);
    }

    [Fact]
    public void A_bad_line_in_a_file_of_hashes_is_named_and_the_others_are_looked_up()
    {
        var hashes = _folder.Write("hashes.txt", $"# mine\n{Some}\n\nnot a hash\n{Some}\n");
        var ran = _folder.Vigil.Call("match", "--list", _folder.WriteList(Some), hashes);
        Assert.Equal(3, ran.ExitCode);
        Assert.Equal(2, ran.Rows.Length);
        Assert.Contains("hashes.txt, line 4: A hash has 32", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_with_one_entry_finds_it_and_nothing_else()
    {
        var list = _folder.WriteList(Some);
        var other = new string('a', 32) + new string('5', 32);
        Assert.Equal(1, _folder.Vigil.Call("match", "--list", list, "--hash", Some).ExitCode);
        var ran = _folder.Vigil.Call("match", "--list", list, "--hash", other);
        Assert.Equal(0, ran.ExitCode);
        Assert.Empty(ran.Rows);
    }

    [Fact]
    public void The_same_hash_in_two_lists_and_twice_in_one_is_one_row_each()
    {
        var first = _folder.WriteList(Some, Some);
        var second = _folder.Beside("second.txt");
        File.WriteAllText(second, Some + "\n");
        var ran = _folder.Vigil.Call("match", "--list", first, "--list", second, "--hash", Some);
        Assert.Equal([first, first, second], ran.Rows.Select(row => row[1]));
    }

    [Fact]
    public void A_turned_picture_is_found_and_json_says_how()
    {
        _folder.Write("plain.bmp", Pictures.Bmp(seed: 3));
        var turned = _folder.Write("turned.bmp", Pictures.TurnedBmp(seed: 3));
        var list = _folder.WriteList(
            _folder.Vigil.Call("hash", "--algorithms", "pdq", _folder["plain.bmp"]).Rows.Single()[2]
        );

        var ran = _folder.Vigil.Call("match", "--list", list, "--format", "json", turned);

        Assert.Equal(1, ran.ExitCode);
        using var document = JsonDocument.Parse(ran.Out);
        var match = document.RootElement[0].GetProperty("matches")[0];
        Assert.Equal("similar", match.GetProperty("strength").GetString());
        Assert.Equal("stored", match.GetProperty("view").GetString());
        Assert.StartsWith("rotate", match.GetProperty("variant").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, _folder.Vigil.Call("match", "--list", list, "--no-dihedral", turned).ExitCode);
    }

    [Fact]
    public void An_equal_file_is_exact_and_a_single_weak_digest_is_only_for_review()
    {
        var path = _folder.Write("a.bmp", Pictures.Bmp(seed: 4));
        var rows = _folder.Vigil.Call("hash", path).Rows.ToDictionary(row => row[1], row => row[2]);
        var csv = _folder.Beside("list.csv");
        File.WriteAllText(csv, $"id,sha256\nfile-1,{rows["sha256"]}\n");
        Assert.Equal("exact", Strength(csv, path));
        File.WriteAllText(csv, $"id,md5\nfile-1,{rows["md5"]}\n");
        Assert.Equal("weak-digest", Strength(csv, path));
        File.WriteAllText(csv, $"id,md5,sha1\nfile-1,{rows["md5"]},{rows["sha1"]}\n");
        Assert.Equal("exact", Strength(csv, path));
    }

    [Fact]
    public void Nothing_to_look_up_or_no_list_or_an_unknown_list_is_a_usage_error()
    {
        var list = _folder.WriteList(Some);
        Assert.Equal(2, _folder.Vigil.Call("match", "--list", list).ExitCode);
        Assert.Equal(2, _folder.Vigil.Call("match", "--hash", Some).ExitCode);
        var unknown = _folder.Vigil.Call("match", "--list", "no-such-list", "--hash", Some);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("neither a file nor an imported list", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(
            2,
            _folder.Vigil.Call("match", "--list", list, "--radius", "64", "--hash", Some).ExitCode
        );
    }

    [Fact]
    public void A_list_with_a_row_that_cannot_be_searched_makes_the_answer_incomplete()
    {
        var ran = _folder.Vigil.Call("match", "--list", _folder.WriteList(Some, "12345"), "--hash", Some);
        Assert.Equal(3, ran.ExitCode);
        Assert.Single(ran.Rows);
        Assert.Contains("1 row(s) rejected", ran.Error, StringComparison.Ordinal);
    }

    private string Strength(string list, string path)
    {
        var ran = _folder.Vigil.Call("match", "--list", list, "--format", "jsonl", path);
        using var document = JsonDocument.Parse(ran.Out);
        return document.RootElement.GetProperty("matches")[0].GetProperty("strength").GetString()!;
    }

    private static PdqHash Flip(PdqHash hash, int bits)
    {
        var bytes = new byte[PdqHash.ByteLength];
        hash.CopyTo(bytes);
        for (var i = 0; i < bits; i++)
        {
            bytes[i * 7 % bytes.Length] ^= (byte)(1 << (i / bytes.Length + i % 5));
        }
        var flipped = PdqHash.FromBytes(bytes);
        Assert.Equal(bits, hash.DistanceTo(flipped));
        return flipped;
    }
}
