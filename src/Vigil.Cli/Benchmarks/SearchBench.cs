using System.Diagnostics;
using System.Runtime.InteropServices;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Search;

namespace Vigil.Cli.Benchmarks;

/// <summary>An answer was not what looking at every row gives.</summary>
internal sealed class BenchWrongException(string message) : Exception(message);

/// <summary>One size of index: builds it, measures it beside the plain scan, checks every answer.</summary>
internal sealed class SearchBench(int size, int seed, int threads, CancellationToken cancellation)
{
    private const int Rounds = 5;
    private const int QueriesPerRound = 2000;
    private const int BatchQueries = 16_384;
    private const int Changes = 5000;
    private const int QueriesPerRadius = 32;

    /// <summary>Rows that the plain scan looks at in one round: a second or less.</summary>
    private const int ScanRowsPerRound = 200_000_000;

    /// <summary>More would fill disks: 130 bytes an entry, twice.</summary>
    private const int MostOnDisk = 20_000_000;

    private static readonly Radius Usual = Radius.Default;
    private static readonly int[] Radii = [0, 7, 8, 15, 16, 24, 30, 31, 32, 40, 47, 48, 52, 63];

    private readonly BenchHashes _luck = new(seed);
    private readonly PdqIndex _index = new();
    private readonly List<PdqMatch> _found = [];
    private PdqHash[] _hashes = [];

    public static string Head(int seed) =>
        $"""
            {Machine()}, {Environment.ProcessorCount} processors, .NET {Environment.Version}, seed {seed}

            | entries | what | value |
            | --- | --- | --- |

            """;

    /// <summary>Rows of the table.</summary>
    /// <exception cref="BenchWrongException">An answer is wrong.</exception>
    public string Run(Action<string> say)
    {
        say($"{size:N0} entries: building");
        _hashes = _luck.Make(size);
        var build = Timed(() => _index.AddRange(_hashes, 0, 0, threads));
        var rows = new List<(string, string)>
        {
            ($"build, {threads} threads", $"{build.TotalSeconds:F2} s"),
            ("search structure", $"{_index.Current.SearchBytes / (double)size:F1} bytes an entry"),
        };
        say($"{size:N0} entries: single queries");
        rows.AddRange(Singles());
        say($"{size:N0} entries: batches");
        rows.AddRange(Batches());
        say($"{size:N0} entries: recall at {Radii.Length} radii");
        rows.AddRange(Recall());
        rows.AddRange(Visible());
        if (size <= MostOnDisk)
        {
            say($"{size:N0} entries: on disk");
            rows.AddRange(new StoreBench(_hashes, _luck.Adversary(_hashes[size / 2], 31, 3), threads).Run());
        }
        return string.Concat(rows.Select(row => $"| {size:N0} | {row.Item1} | {row.Item2} |\n"));
    }

    /// <summary>Rounds of plain scans and searches in turn; medians over all of them.</summary>
    private IEnumerable<(string, string)> Singles()
    {
        var queries = _luck.Queries(_hashes, QueriesPerRound);
        var scans = Math.Clamp(ScanRowsPerRound / size, 2, 200);
        var (plain, ring) = (new List<double>(), new List<double>());
        foreach (var query in queries)
        {
            _ = Search(query, Usual);
        }
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < scans; i++)
            {
                var expected = 0;
                plain.Add(Timed(() => expected = Plain(queries[i], Usual.Bits)).TotalMicroseconds);
                Expect(expected == Search(queries[i], Usual), "a single query");
            }
            foreach (var query in queries)
            {
                var start = Stopwatch.GetTimestamp();
                _ = Search(query, Usual);
                ring.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }
        plain.Sort();
        ring.Sort();
        var (middle, of) = (ring[ring.Count / 2], plain[plain.Count / 2]);
        yield return ("plain popcount scan, p50", $"{of:N0} us");
        yield return ("single query, p50", $"{middle:F1} us: {of / middle:N0} times the scan's speed");
        yield return ("single query, p99", $"{ring[ring.Count * 99 / 100]:F1} us");
    }

    private IEnumerable<(string, string)> Batches()
    {
        var queries = _luck.Queries(_hashes, BatchQueries);
        var expected = new List<PdqMatch>();
        for (var i = 0; i < queries.Length; i++)
        {
            Search(queries[i], Usual);
            expected.AddRange(_found.Select(match => match with { Query = i }));
        }
        var one = Enumerable.Range(0, 3).Select(_ => Batch(queries, 1, expected)).Order().ElementAt(1);
        yield return ($"batch of {BatchQueries:N0}, one thread", $"{BatchQueries / one:N0} queries/s");
        var all = Enumerable.Range(0, 3).Select(_ => Batch(queries, threads, expected)).Order().ElementAt(1);
        yield return ($"batch of {BatchQueries:N0}, {threads} threads", $"{BatchQueries / all:N0} queries/s");
    }

    /// <summary>Seconds.</summary>
    private double Batch(PdqHash[] queries, int workers, List<PdqMatch> expected)
    {
        var part = (queries.Length + workers - 1) / workers;
        var found = new List<PdqMatch>[workers];
        var snapshot = _index.Current;
        var time = Timed(() =>
            Parallel.For(
                0,
                workers,
                worker =>
                {
                    var own = queries.AsSpan(Math.Min(queries.Length, worker * part));
                    found[worker] = [];
                    snapshot.FindMany(own[..Math.Min(own.Length, part)], Usual, found[worker], cancellation);
                }
            )
        );
        var together = found.SelectMany(
            (matches, worker) => matches.Select(match => match with { Query = match.Query + (worker * part) })
        );
        Expect(together.ToHashSet().SetEquals(expected), "a batch");
        Expect(found.Sum(matches => matches.Count) == expected.Count, "a batch (an entry twice)");
        return time.TotalSeconds;
    }

    /// <summary>Every entry, not the planted ones only, as the plain scan finds them.</summary>
    private IEnumerable<(string, string)> Recall()
    {
        var (wanted, planted) = (0L, 0);
        foreach (var bits in Radii)
        {
            for (var i = 0; i < QueriesPerRadius; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var entry = _luck.Below(size);
                var query = _luck.Adversary(_hashes[entry], bits, i % 16);
                var expected = Plain(query, bits);
                Expect(Search(query, new Radius(bits)) == expected, $"radius {bits}");
                Expect(
                    _found.Exists(match => match.Posting.Entry == entry),
                    $"radius {bits} (the planted one)"
                );
                Expect(_found.TrueForAll(IsRight), $"radius {bits} (a distance)");
                (wanted, planted) = (wanted + expected, planted + 1);

                bool IsRight(PdqMatch match) =>
                    match.DistanceBits <= bits
                    && match.DistanceBits == query.DistanceTo(_hashes[match.Posting.Entry]);
            }
        }
        yield return (
            $"recall, {planted} queries at exactly the radius, {Radii.Length} radii from 0 to 63",
            $"1.0000 ({wanted:N0} of {wanted:N0})"
        );
    }

    /// <summary>From the call until a search finds it, or finds it no more.</summary>
    private IEnumerable<(string, string)> Visible()
    {
        var (added, removed) = (new List<double>(), new List<double>());
        var hashes = _luck.Make(Changes);
        for (var i = 0; i < Changes; i++)
        {
            var posting = new Posting(1, i);
            added.Add(
                Timed(() =>
                {
                    _index.Add(hashes[i], posting);
                    Expect(Search(hashes[i], Usual) == 1, "an addition");
                }).TotalMicroseconds
            );
        }
        for (var i = 0; i < Changes; i++)
        {
            var posting = new Posting(1, i);
            removed.Add(
                Timed(() =>
                {
                    Expect(_index.Remove(hashes[i], posting), "a removal");
                    Expect(Search(hashes[i], Usual) == 0, "a removal");
                }).TotalMicroseconds
            );
        }
        added.Sort();
        removed.Sort();
        yield return (
            "added and found, p50 / p99",
            $"{added[Changes / 2]:F0} / {added[Changes * 99 / 100]:F0} us"
        );
        yield return (
            "removed and not found, p50 / p99",
            $"{removed[Changes / 2]:F0} / {removed[Changes * 99 / 100]:F0} us"
        );
    }

    private int Search(in PdqHash query, Radius radius)
    {
        _found.Clear();
        _index.Current.Find(query, radius, _found, cancellation);
        return _found.Count;
    }

    /// <summary>What anyone would write first, on rows of 32 bytes.</summary>
    private int Plain(in PdqHash query, int radius)
    {
        var found = 0;
        foreach (ref readonly var hash in _hashes.AsSpan())
        {
            found += query.DistanceTo(hash) <= radius ? 1 : 0;
        }
        return found;
    }

    private static TimeSpan Timed(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start);
    }

    private void Expect(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new BenchWrongException($"{what} among {size} entries, seed {seed}, gave a wrong answer.");
        }
    }

    private static string Machine()
    {
        try
        {
            using var reader = new StreamReader(InputFile.OpenRead("/proc/cpuinfo"));
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith("model name", StringComparison.Ordinal))
                {
                    return line[(line.IndexOf(':') + 1)..].Trim();
                }
            }
        }
        catch (InputFileException)
        {
            // Not Linux: the architecture must do.
        }
        return RuntimeInformation.ProcessArchitecture.ToString();
    }
}
