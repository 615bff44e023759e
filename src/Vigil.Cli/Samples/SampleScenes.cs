using Vigil.Cli.Samples.Scenes;
using Vigil.Media;

namespace Vigil.Cli.Samples;

/// <summary>One sample: its name and its pixels, with the word SAMPLE across.</summary>
internal sealed record Sample(string Name, Picture Picture);

/// <summary>
/// Draws varied pictures that mean nothing: landscapes, towns, textures, pages, charts. The same seed gives
/// the same pictures. All are full of structure and far from each other as PDQ sees them; a test says how
/// far.
/// </summary>
internal static class SampleScenes
{
    public const string Mark = "SAMPLE";

    public const ulong DefaultSeed = 20_260_101;

    private static readonly (int Width, int Height)[] Sizes =
    [
        (640, 480),
        (1024, 768),
        (800, 600),
        (960, 640),
        (720, 960),
        (1280, 960),
        (900, 900),
    ];

    private static readonly (string Name, Action<Canvas, Dice> Draw)[] All =
    [
        ("hills", Landscapes.Hills),
        ("mountain-lake", Landscapes.MountainLake),
        ("harbour", Landscapes.Harbour),
        ("winter-forest", Landscapes.WinterForest),
        ("dunes", Landscapes.Dunes),
        ("skyline", Towns.Skyline),
        ("night-town", Towns.NightTown),
        ("bridge", Towns.Bridge),
        ("brick-wall", Towns.BrickWall),
        ("wood", Textures.Wood),
        ("marble", Textures.Marble),
        ("plasma", Textures.Plasma),
        ("contour-map", Textures.ContourMap),
        ("julia", Textures.Julia),
        ("ripples", Textures.Ripples),
        ("voronoi", Patterns.Voronoi),
        ("quilt", Patterns.Quilt),
        ("maze", Patterns.Maze),
        ("checker-hall", Patterns.CheckerHall),
        ("mosaic", Patterns.Mosaic),
        ("circuit", Patterns.Circuit),
        ("text-page", Pages.TextPage),
        ("newspaper", Pages.Newspaper),
        ("bar-chart", Pages.BarChart),
        ("line-chart", Pages.LineChart),
        ("shapes", Figures.Shapes),
        ("flowers", Figures.Flowers),
        ("balloons", Figures.Balloons),
        ("fish-tank", Figures.FishTank),
        ("planets", Figures.Planets),
    ];

    public static IEnumerable<string> Names => All.Select(scene => scene.Name);

    /// <summary>All samples, drawn one by one as they are asked for.</summary>
    public static IEnumerable<Sample> DrawAll(ulong seed = DefaultSeed) =>
        Enumerable.Range(0, All.Length).Select(i => Draw(i, seed));

    /// <summary>The sample at a place of the list.</summary>
    public static Sample Draw(int index, ulong seed = DefaultSeed) => Draw(index, seed, isMarked: true);

    /// <summary>Without the mark for tests only, which see by it what the mark changes.</summary>
    internal static Sample Draw(int index, ulong seed, bool isMarked)
    {
        var (name, draw) = All[index];
        var (width, height) = Sizes[index % Sizes.Length];
        var dice = new Dice(seed * 1000 + (ulong)index);
        var canvas = new Canvas(new Picture(width, height));
        draw(canvas, dice);
        if (isMarked)
        {
            WriteMark(canvas, dice);
        }
        return new Sample(name, canvas.Picture);
    }

    /// <summary>
    /// In another place, size and slant on each picture: the mark alone must not make two pictures alike.
    /// </summary>
    private static void WriteMark(Canvas canvas, Dice dice)
    {
        var unit = canvas.Width * dice.Between(0.55, 0.75) / Letters.WidthOf(Mark);
        var x = canvas.Width * dice.Between(0.42, 0.58);
        var y = canvas.Height * dice.Between(0.25, 0.75);
        var turn = dice.Between(-0.3, 0.3);
        canvas.Text(Mark, x + unit * 0.25, y + unit * 0.25, unit, Colour.Black, 0.55, turn);
        canvas.Text(Mark, x, y, unit, Colour.White, 0.7, turn);
    }
}
