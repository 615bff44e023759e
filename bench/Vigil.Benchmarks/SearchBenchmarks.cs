using BenchmarkDotNet.Attributes;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;

namespace Vigil.Benchmarks;

/// <summary>One look-up among a million random hashes, beside the scan anyone would write first.</summary>
[MemoryDiagnoser]
public class SearchBenchmarks
{
    private const int Entries = 1_000_000;
    private readonly List<Match> _matches = [];
    private PdqHash[] _hashes = [];
    private MatchIndex _index = null!;
    private Fingerprint _query = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(5);
        _hashes = new PdqHash[Entries];
        for (var i = 0; i < Entries; i++)
        {
            _hashes[i] = new PdqHash(Word(random), Word(random), Word(random), Word(random));
        }
        var entries = _hashes.Select((hash, i) => new ListEntry { Id = $"{i}", Pdq = hash }).ToList();
        _index = MatchIndex.Build([
            new SignalList(new ListInfo { Name = "bench", Purpose = ListPurpose.Harmless }, entries),
        ]);
        var near = _hashes[Entries / 2];
        var planted = new PdqHash(near.Word0 ^ 0xFFFF, near.Word1, near.Word2, near.Word3 ^ 0x7FFF);
        _query = new Fingerprint { Pictures = [new PdqResult(planted, new Quality(100))] };
        if (Vigil() != 1 || Plain() != 1)
        {
            throw new InvalidOperationException(
                "The planted hash at distance 31 was not found exactly once."
            );
        }
    }

    [Benchmark(Baseline = true)]
    public int Plain()
    {
        var found = 0;
        var query = _query.Pictures[0].Hash;
        foreach (ref readonly var hash in _hashes.AsSpan())
        {
            found += query.DistanceTo(hash) <= 31 ? 1 : 0;
        }
        return found;
    }

    [Benchmark]
    public int Vigil() => _index.Query(_query).Count;

    private static ulong Word(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
}
