namespace Vigil.Matching;

/// <summary>Largest Hamming distance, in bits of 256, at which two PDQ hashes match: 0 to 63.</summary>
public readonly record struct Radius
{
    /// <summary>Largest radius searched. Beyond it unrelated pictures begin to match.</summary>
    public const int Max = 63;

    /// <summary>31 bits: the threshold PDQ's owners recommend (pdq/README).</summary>
    public static readonly Radius Default = new(31);

    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 63.</exception>
    public Radius(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, Max);
        Bits = bits;
    }

    public int Bits { get; }
}
