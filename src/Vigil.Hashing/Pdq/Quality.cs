namespace Vigil.Hashing;

/// <summary>
/// PDQ's measure of how much structure a picture has, 0 to 100. The algorithm's owners discard hashes at 49
/// and below: flat pictures hash to noise.
/// </summary>
public readonly record struct Quality : IComparable<Quality>
{
    /// <summary>
    /// Lowest quality that is matched or listed by default (pdq/README: discard 49 and below).
    /// </summary>
    public static readonly Quality DefaultFloor = new(50);

    /// <summary>Quality from which a distance of at most 10 bits corroborates a weak digest.</summary>
    public static readonly Quality Corroborating = new(80);

    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 100.</exception>
    public Quality(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
        Value = (byte)value;
    }

    /// <summary>0 to 100.</summary>
    public byte Value { get; }

    public int CompareTo(Quality other) => Value.CompareTo(other.Value);

    public static bool operator <(Quality left, Quality right) => left.Value < right.Value;

    public static bool operator >(Quality left, Quality right) => left.Value > right.Value;

    public static bool operator <=(Quality left, Quality right) => left.Value <= right.Value;

    public static bool operator >=(Quality left, Quality right) => left.Value >= right.Value;
}
