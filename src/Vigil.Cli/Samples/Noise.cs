namespace Vigil.Cli.Samples;

/// <summary>Value noise: random numbers on a grid, smoothly joined (Perlin's fade curve).</summary>
internal static class Noise
{
    /// <summary>0 to 1.</summary>
    public static double At(double x, double y, int seed)
    {
        var (x0, y0) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (u, v) = (Fade(x - x0), Fade(y - y0));
        var top = Mix(Dice.At(x0, y0, seed), Dice.At(x0 + 1, y0, seed), u);
        var bottom = Mix(Dice.At(x0, y0 + 1, seed), Dice.At(x0 + 1, y0 + 1, seed), u);
        return Mix(top, bottom, v);
    }

    /// <summary>Noise at several scales, each half as strong as the one before; 0 to 1.</summary>
    public static double Layers(double x, double y, int seed, int layers = 5)
    {
        double sum = 0;
        double weight = 0.5;
        for (var i = 0; i < layers; i++)
        {
            sum += weight * At(x, y, seed + i);
            (x, y, weight) = (x * 2, y * 2, weight / 2);
        }
        return sum / (1 - Math.Pow(0.5, layers));
    }

    private static double Fade(double t) => t * t * t * (t * (t * 6 - 15) + 10);

    private static double Mix(double a, double b, double t) => a + (b - a) * t;
}
