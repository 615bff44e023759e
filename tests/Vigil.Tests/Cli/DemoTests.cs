using System.Text.Json;
using Vigil.Cli.Samples;

namespace Vigil.Tests.Cli;

public sealed class DemoTests : IDisposable
{
    private readonly CliFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_demo_finds_what_pdq_can_find_and_shows_what_it_cannot()
    {
        var vigil = new VigilProgram(_folder.Data) { TemporaryFolder = _folder.Inputs };

        var ran = vigil.Call("demo", "--exit");

        Assert.True(ran.ExitCode == 0, $"{ran.ExitCode}: {ran.Error}");
        Assert.Equal((12, 0, 0), Row(ran, "same pixels, PNG"));
        Assert.Equal((12, 0, 0), Row(ran, "JPEG quality 30"));
        Assert.Equal((12, 0, 0), Row(ran, "CMYK JPEG"));
        Assert.Equal((12, 0, 0), Row(ran, "rotate 90"));
        Assert.Equal((0, 12, 0), Row(ran, "crop 20 %"));
        Assert.All(Transforms.All, transform => Assert.Equal(0, Row(ran, transform.Name).Wrongly));
        Assert.Contains(
            "test-card.png: known at distance 0, list TEST test-card",
            ran.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "40 cases; 37 contents sealed; 1 in the danger lane;",
            ran.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "1 report filed with the simulated CyberTipline as number 1000001",
            ran.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("passed its own recovery drill", ran.Out, StringComparison.Ordinal);
        Assert.Matches("vigil ledger verify .*\nok: .* entries as signed, each as its row", ran.Out);
        Assert.Empty(Directory.GetDirectories(_folder.Inputs));
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public void The_test_card_is_found_and_marked_as_a_test_in_every_format()
    {
        var card = _folder["card.png"];
        Assert.Equal(0, _folder.Vigil.Call("demo", "--test-card", card).ExitCode);

        var csv = _folder.Vigil.Call("match", "--list", "test-card", card);
        var text = _folder.Vigil.Call("match", "--list", "test-card", "--format", "text", card);
        var scan = _folder.Vigil.Call("scan", _folder.Inputs, "--list", "test-card", "--format", "jsonl");

        Assert.Equal(1, csv.ExitCode);
        Assert.Equal([card, "TEST test-card", "test-card", "0"], csv.Rows.Single());
        Assert.Contains("list TEST test-card", text.Out, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(scan.Out);
        Assert.Equal("known", document.RootElement.GetProperty("result").GetString());
        Assert.True(document.RootElement.GetProperty("matches")[0].GetProperty("test").GetBoolean());
    }

    [Fact]
    public void No_list_can_be_imported_under_the_test_cards_name()
    {
        var list = _folder.WriteList(TestCard.Pdq);
        Assert.Equal(2, _folder.Vigil.Call("list", "import", list, "--name", "test-card").ExitCode);
        Assert.Equal(2, _folder.Vigil.Call("list", "import", list, "--name", TestCard.ListName).ExitCode);
    }

    [Fact]
    public void A_picture_with_alpha_has_a_second_reading_that_is_looked_up_too()
    {
        var picture = SampleScenes.Draw(0).Picture;
        var path = _folder.Write(
            "alpha.png",
            PngWriter.Rgba(picture, (x, y) => (byte)(x * 255 / picture.Width))
        );

        var plain = _folder.Vigil.Call("hash", "--algorithms", "pdq", path);
        var views = _folder.Vigil.Call("hash", "--algorithms", "pdq", "--views", path);

        Assert.Equal(["pdq"], plain.Rows.Select(row => row[1]));
        Assert.Equal(["pdq", "pdq@flattened"], views.Rows.Select(row => row[1]));
        var list = _folder.WriteList(views.Rows[1][2]);
        Assert.Equal(1, _folder.Vigil.Call("match", "--list", list, "--radius", "0", path).ExitCode);
    }

    private static (int Found, int Missed, int Wrongly) Row(Ran ran, string transform)
    {
        var line = ran.Lines.First(text => text.StartsWith($"  {transform}  ", StringComparison.Ordinal));
        var cells = line[(2 + transform.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(cells[0]), int.Parse(cells[1]), int.Parse(cells[2]));
    }
}
