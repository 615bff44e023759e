using System.Globalization;
using System.Text.RegularExpressions;

namespace Vigil.Server.Tests.People;

/// <summary>The design tokens against WCAG 2.2: 4.5 to 1 for text, 3 to 1 for edges of controls and the focus.</summary>
public partial class ContrastTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_colour_of_text_can_be_read_on_every_ground_light_and_dark(int scheme)
    {
        var colours = Tokens(scheme);
        foreach (var text in (string[])["text", "quiet", "accent", "good", "warn", "bad"])
        {
            foreach (var ground in (string[])["ground", "panel"])
            {
                AssertRatio(colours, text, ground, 4.5);
            }
        }
        AssertRatio(colours, "on-accent", "accent", 4.5);
        AssertRatio(colours, "on-accent", "bad", 4.5);
        AssertRatio(colours, "edge", "ground", 3);
        AssertRatio(colours, "edge", "panel", 3);
    }

    [Fact]
    public void Black_on_white_is_21_to_1() => Assert.Equal(21, Ratio("#000000", "#ffffff"), 3);

    private static void AssertRatio(
        Dictionary<string, string> colours,
        string front,
        string back,
        double least
    )
    {
        var ratio = Ratio(colours[front], colours[back]);
        Assert.True(ratio >= least, $"--{front} on --{back}: {ratio:0.00}");
    }

    private static Dictionary<string, string> Tokens(int scheme)
    {
        using var stream = typeof(VigilServer).Assembly.GetManifestResourceStream("Ui/Assets/vigil.css")!;
        using var reader = new StreamReader(stream);
        var tokens = TokenPattern()
            .Matches(reader.ReadToEnd())
            .ToDictionary(
                match => match.Groups["name"].Value,
                match => match.Groups[scheme == 0 ? "light" : "dark"].Value
            );
        Assert.True(tokens.Count >= 10);
        return tokens;
    }

    private static double Ratio(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Part(int at)
        {
            var value =
                int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
    }

    [GeneratedRegex(@"--(?<name>[a-z-]+): light-dark\((?<light>#[0-9a-f]{6}), (?<dark>#[0-9a-f]{6})\)")]
    private static partial Regex TokenPattern();
}
