using System.Diagnostics;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Cli.Benchmarks;

/// <summary>
/// An index on disk: how long until it answers, sealed and mapped. In a folder of its own, removed after.
/// </summary>
internal sealed class StoreBench(PdqHash[] hashes, PdqHash query, int threads)
{
    private const int Opens = 5;

    public IEnumerable<(string, string)> Run()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-bench-").FullName;
        try
        {
            using var keys = KeyRing.OpenOrCreate(Path.Combine(folder, "keys"));
            return
            [
                .. Measure(
                    Path.Combine(folder, "sealed"),
                    keys,
                    "sealed, into memory",
                    new PdqStoreOptions()
                ),
                .. Measure(
                    Path.Combine(folder, "plain"),
                    keys,
                    "plain, mapped, verified first",
                    new PdqStoreOptions { IsPlain = true },
                    ("plain, mapped", new PdqStoreOptions { IsPlain = true, VerifiesAtOpen = false })
                ),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<(string, string)> Measure(
        string folder,
        KeyRing keys,
        string name,
        PdqStoreOptions options,
        params (string Name, PdqStoreOptions Options)[] others
    )
    {
        using (var store = PdqStore.OpenOrCreate(folder, keys, options))
        {
            store.Index.AddRange(hashes, 0, 0, threads);
            var start = Stopwatch.GetTimestamp();
            store.Save();
            yield return (
                $"saved {(options.IsPlain ? "plain" : "sealed")}",
                $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"
            );
        }
        foreach (var (other, how) in others.Prepend((name, options)))
        {
            var times = Enumerable.Range(0, Opens).Select(_ => Open(folder, keys, how)).Order().ToList();
            yield return ($"open to first answer, {other}", $"{times[Opens / 2]:F1} ms");
        }
    }

    /// <summary>Milliseconds.</summary>
    private double Open(string folder, KeyRing keys, PdqStoreOptions options)
    {
        var found = new List<PdqMatch>();
        var start = Stopwatch.GetTimestamp();
        using var store = PdqStore.OpenOrCreate(folder, keys, options);
        store.Index.Current.Find(query, Radius.Default, found, CancellationToken.None);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var expected = hashes.Count(hash => query.DistanceTo(hash) <= Radius.Default.Bits);
        return found.Count == expected && store.Problems.Count == 0
            ? time
            : throw new BenchWrongException(
                $"An index opened from the disk found {found.Count} of {expected}."
            );
    }
}
