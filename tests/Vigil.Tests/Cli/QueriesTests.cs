using System.Text.Json;
using Vigil.Cli;
using Vigil.Cli.Inputs;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Tests.Cli;

/// <summary>Pictures that are looked up by more than the whole as it is.</summary>
public sealed class QueriesTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_framed_picture_is_found_without_its_frame_and_the_result_says_so()
    {
        var framed = _folder.Write("framed.bmp", Pictures.FramedBmp(seed: 5));
        var list = ListOf(5);

        var json = Match(list, framed);
        Assert.Equal("similar", json.GetProperty("strength").GetString());
        Assert.Equal("borderless", json.GetProperty("part").GetString());
        Assert.Equal(0, json.GetProperty("distance").GetInt32());
        var text = _folder.Vigil.Call("match", "--list", list, "--format", "text", framed);
        Assert.Contains(" (borderless)", text.Out, StringComparison.Ordinal);

        Assert.Equal(0, _folder.Vigil.Call("match", "--list", list, "--queries", "none", framed).ExitCode);
        var turned = _folder.Vigil.Call("match", "--list", list, "--queries", "mirrored,rotated", framed);
        Assert.Equal(0, turned.ExitCode);
    }

    [Fact]
    public void A_scan_finds_it_too_and_another_choice_of_queries_looks_anew()
    {
        _folder.Write("framed.bmp", Pictures.FramedBmp(seed: 6));
        var list = ListOf(6, "list-of-the-scan.txt");

        var none = _folder.Vigil.Call("scan", _folder.Inputs, "--list", list, "--queries", "none");
        Assert.Equal(0, none.ExitCode);
        for (var run = 0; run < 2; run++)
        {
            // The second time from the journal.
            var found = _folder.Vigil.Call("scan", _folder.Inputs, "--list", list);
            Assert.Equal(1, found.ExitCode);
            Assert.Contains(" (borderless)", found.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_cell_of_a_collage_is_found_by_its_parts_only_when_asked()
    {
        var collage = _folder.Write("collage.bmp", Pictures.CollageBmp(7, 8, 9, 10));
        var list = ListOf(9);
        Assert.Equal(0, _folder.Vigil.Call("match", "--list", list, collage).ExitCode);

        var match = Match(list, collage, "--queries", "parts");

        Assert.Equal("similar", match.GetProperty("strength").GetString());
        Assert.StartsWith("region", match.GetProperty("part").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, match.GetProperty("distance").GetInt32());
    }

    [Fact]
    public void Compare_says_by_which_piece_two_pictures_are_nearest()
    {
        var framed = _folder.Write("framed.bmp", Pictures.FramedBmp(seed: 11));
        var plain = _folder.Write("plain.bmp", Pictures.Bmp(seed: 11));
        var ran = _folder.Vigil.Call("compare", framed, plain);
        Assert.Contains("borderless", ran.Out, StringComparison.Ordinal);
        var none = _folder.Vigil.Call("compare", "--queries", "none", framed, plain);
        Assert.DoesNotContain("borderless", none.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", PartKinds.None, false, false)]
    [InlineData("borders", PartKinds.Border, false, false)]
    [InlineData("parts, mirrored", PartKinds.Regions, true, false)]
    [InlineData("borders,parts,rotated,mirrored", PartKinds.Border | PartKinds.Regions, true, true)]
    public void Queries_are_read_word_by_word(string text, PartKinds parts, bool mirrored, bool rotated) =>
        Assert.Equal(
            new Queries(parts, mirrored, rotated),
            Queries.Read(Queries.Option(), text, Queries.Default)
        );

    [Theory]
    [InlineData("")]
    [InlineData("border")]
    [InlineData("borders,none")]
    [InlineData("borders,,parts")]
    public void Other_words_are_refused_with_the_right_ones(string text)
    {
        var error = Assert.Throws<UsageException>(() =>
            Queries.Read(Queries.Option(), text, Queries.Default)
        );
        Assert.Contains(Queries.HelpName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_turns_that_were_asked_for_are_looked_up()
    {
        Dihedral[] Taken(bool mirrored, bool rotated) =>
            [
                .. Enum.GetValues<Dihedral>()
                    .Where(variant =>
                        new Queries(PartKinds.None, mirrored, rotated).Takes(
                            new FrameHash(0, PictureView.Stored, variant, default, default)
                        )
                    ),
            ];
        Assert.Equal([Dihedral.Original], Taken(false, false));
        Assert.Equal([Dihedral.Original, Dihedral.FlipX, Dihedral.FlipY], Taken(true, false));
        Assert.Equal(
            [Dihedral.Original, Dihedral.Rotate90, Dihedral.Rotate180, Dihedral.Rotate270],
            Taken(false, true)
        );
        Assert.Equal(Enum.GetValues<Dihedral>(), Taken(true, true));
    }

    [Fact]
    public void The_service_refuses_words_that_it_always_does()
    {
        var ran = _folder.Vigil.Call("serve", "--queries", "mirrored");
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("always", ran.Error, StringComparison.Ordinal);
    }

    private string ListOf(int seed, string name = "list.txt")
    {
        var plain = _folder.Beside("plain.bmp");
        File.WriteAllBytes(plain, Pictures.Bmp(seed));
        var list = _folder.Beside(name);
        File.WriteAllLines(list, [_folder.Vigil.Call("hash", "--algorithms", "pdq", plain).Rows.Single()[2]]);
        return list;
    }

    private JsonElement Match(string list, string file, params string[] options)
    {
        var ran = _folder.Vigil.Call(["match", "--list", list, "--format", "json", .. options, file]);
        Assert.Equal(1, ran.ExitCode);
        using var document = JsonDocument.Parse(ran.Out);
        return document.RootElement[0].GetProperty("matches")[0].Clone();
    }
}
