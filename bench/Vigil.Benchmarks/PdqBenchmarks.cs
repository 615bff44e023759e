using BenchmarkDotNet.Attributes;
using Vigil.Hashing;
using Vigil.Tests.Hashing;

namespace Vigil.Benchmarks;

/// <summary>
/// PDQ of a decoded picture beside the plain scalar version of the reference algorithm, one thread.
/// </summary>
[MemoryDiagnoser]
public class PdqBenchmarks
{
    private readonly PdqHasher _hasher = new();
    private byte[] _pixels = [];
    private int _width;
    private int _height;

    [Params("1600x1004", "4032x3024")]
    public string Size { get; set; } = "";

    /// <summary>Both answers must be the same before either is timed.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var parts = Size.Split('x');
        (_width, _height) = (int.Parse(parts[0]), int.Parse(parts[1]));
        _pixels = SyntheticPicture.Make(4, _width, _height);
        if (Vigil().Hash != Plain())
        {
            throw new InvalidOperationException("The two hashes differ: the times would mean nothing.");
        }
    }

    [Benchmark(Baseline = true)]
    public PdqHash Plain() => PdqReference.Hash(_pixels, _width, _height, PixelLayout.Rgb24).Hash;

    [Benchmark]
    public PdqResult Vigil() => _hasher.Hash(new PixelView(_pixels, _width, _height, PixelLayout.Rgb24));
}
