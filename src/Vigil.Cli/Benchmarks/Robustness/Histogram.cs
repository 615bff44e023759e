using Vigil.Hashing;

namespace Vigil.Cli.Benchmarks.Robustness;

/// <summary>How many pairs are how many bits apart.</summary>
internal sealed class Histogram
{
    private readonly long[] _counts = new long[PdqHash.Bits + 1];

    public long Total { get; private set; }

    /// <summary>The least distance; 257 where there is no pair.</summary>
    public int Least
    {
        get
        {
            var first = Array.FindIndex(_counts, count => count > 0);
            return first < 0 ? PdqHash.Bits + 1 : first;
        }
    }

    public void Add(int bits)
    {
        _counts[bits]++;
        Total++;
    }

    public void Add(Histogram other)
    {
        for (var bits = 0; bits < _counts.Length; bits++)
        {
            _counts[bits] += other._counts[bits];
        }
        Total += other.Total;
    }

    public long Within(int bits)
    {
        var sum = 0L;
        for (var i = 0; i <= Math.Min(bits, PdqHash.Bits); i++)
        {
            sum += _counts[i];
        }
        return sum;
    }

    public double Mean => _counts.Select((count, bits) => (double)count * bits).Sum() / Math.Max(1, Total);

    public double Deviation
    {
        get
        {
            var mean = Mean;
            var square = _counts.Select((count, bits) => count * (bits - mean) * (bits - mean)).Sum();
            return Math.Sqrt(square / Math.Max(1, Total));
        }
    }
}
