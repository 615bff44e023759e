namespace Vigil.Cli.Samples;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every machine and version.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>At least 0, below 1.</summary>
    public double Next() => (Bits() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * Next();

    /// <summary>At least <paramref name="low"/>, below <paramref name="high"/>.</summary>
    public int Whole(int low, int high) => low + (int)(Bits() % (ulong)(high - low));

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Whole(0, choices.Length)];

    private ulong Bits()
    {
        _state += 0x9e3779b97f4a7c15;
        return Mix(_state);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to 1 that belongs to a place.</summary>
    public static double At(int x, int y, int seed) =>
        (Mix((uint)x * 0x9e3779b97f4a7c15 ^ (uint)y * 0xc2b2ae3d27d4eb4f ^ (ulong)seed << 32) >> 11)
        * (1.0 / (1UL << 53));
}
