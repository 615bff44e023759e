using System.Diagnostics;
using System.Text;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;
using Vigil.Matching.Search;

namespace Vigil.Cli.Benchmarks;

/// <summary>
/// A history in sealed files, hunted by lists of several sizes; and the same hashes as a sealed index that is asked for
/// each entry. In a folder of its own, removed after.
/// </summary>
internal sealed class HuntBench : IDisposable
{
    /// <summary>A picture and its turned and mirrored views, as a scan looks them up.</summary>
    public const int Views = 8;

    /// <summary>As the server makes them.</summary>
    private const int RowsPerFile = 65_536;

    private const int TwoThreads = 2;
    private const int BatchEntries = 16_384;

    /// <summary>One entry in so many lies near a hash of the history.</summary>
    private const int PlantedEvery = 10;

    private static readonly Radius Usual = Radius.Default;

    private readonly string _folder = Directory.CreateTempSubdirectory("vigil-bench-").FullName;
    private readonly KeyRing _keys;
    private readonly BenchHashes _luck;
    private readonly CancellationToken _cancellation;
    private readonly int _contents;
    private readonly List<string> _files = [];
    private PdqHash[] _hashes = [];

    public HuntBench(int hashes, int seed, CancellationToken cancellation)
    {
        _keys = KeyRing.OpenOrCreate(Path.Combine(_folder, "keys"));
        (_luck, _contents, _cancellation) = (new BenchHashes(seed), hashes / Views, cancellation);
    }

    private int Count => _contents * Views;

    /// <summary>Writes the history both ways, and reads it.</summary>
    public string Make(Action<string> say)
    {
        say($"{Count:N0} hashes: writing the history");
        _hashes = _luck.Make(Count);
        var write = Timed(WriteFiles);
        var bytes = _files.Sum(file => new FileInfo(file).Length);
        var read = Timed(() =>
        {
            if (Stream(_files, null) != 0)
            {
                throw new BenchWrongException("Reading found something.");
            }
        });
        say($"{Count:N0} hashes: writing the index");
        var build = Timed(WriteIndex);
        var index = Directory
            .EnumerateFiles(Path.Combine(_folder, "index"))
            .Sum(file => new FileInfo(file).Length);
        return Rows(
            (
                "history in sealed files",
                $"{bytes / (double)Count:F1} bytes a hash, {bytes / (double)_contents:F0} a content"
            ),
            ("written", $"{Count / write:N0} hashes/s"),
            ("read and opened, one thread", $"{Count / read:N0} hashes/s, {bytes / read / 1e6:N0} MB/s"),
            ("the same as a sealed index", $"{index / (double)Count:F1} bytes a hash"),
            ("index built and written", $"{Count / build:N0} hashes/s")
        );
    }

    /// <summary>A list of so many entries, one in ten of them near a hash of the history.</summary>
    public string Hunt(int entries, Action<string> say)
    {
        say($"{entries:N0} entries: hunting");
        var hunted = Entries(entries);
        HuntIndex? index = null;
        var build = Timed(() =>
            index = HuntIndex.Build([.. hunted.Select(hash => new HuntEntry(hash, null, null, null))], Usual)
        );
        long found = 0;
        var one = Timed(() => found = Stream(_files, index));
        long again = 0;
        var two = Timed(() => again = StreamOnTwo(index!));
        say($"{entries:N0} entries: asking the index");
        long asked = 0;
        var opened = 0.0;
        var other = Timed(() => asked = Ask(hunted, out opened));
        if (found != again || found != asked || found < entries / PlantedEvery / 2)
        {
            throw new BenchWrongException(
                $"A hunt found {found} contents on one thread, {again} on two, the index {asked}."
            );
        }
        return Rows(
            ($"{entries:N0} entries indexed", $"{build:F2} s"),
            ($"{entries:N0} entries hunted, one thread", $"{Count / one:N0} hashes/s"),
            ($"{entries:N0} entries hunted, two threads", $"{Count / two:N0} hashes/s"),
            (
                $"{entries:N0} entries asked of the index, one thread",
                $"{Count / other:N0} hashes/s, opening {opened:F2} s of {other:F2} s: "
                    + $"{one / other:F1} times the hunt's speed"
            ),
            ($"{entries:N0} entries: contents found, both ways", $"{found:N0}")
        );
    }

    private void WriteFiles()
    {
        foreach (var part in Enumerable.Range(0, _contents).Chunk(RowsPerFile))
        {
            _cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(_folder, $"{_files.Count}.his");
            Durable.Replace(
                path,
                file =>
                {
                    using var writer = SealedFile.CreateWriter(file, _keys, Context(path));
                    HistoryFile.Write(writer, part.Select(content => (ReadOnlyMemory<byte>)Row(content)));
                    writer.Complete();
                }
            );
            _files.Add(path);
        }
    }

    private byte[] Row(int content)
    {
        var pictures = new PdqResult[Views];
        for (var view = 0; view < Views; view++)
        {
            pictures[view] = new PdqResult(_hashes[(content * Views) + view], new Quality(100));
        }
        return HistoryFile.Encode(
            new HistoryRow
            {
                ScanId = new Guid(content, 0, 0, new byte[8]),
                At = DateTimeOffset.UnixEpoch.AddMilliseconds(content),
                ListGeneration = 1,
                Fingerprint = new Fingerprint
                {
                    Md5 = DigestOf(DigestAlgorithm.Md5, content),
                    Sha1 = DigestOf(DigestAlgorithm.Sha1, content),
                    Sha256 = DigestOf(DigestAlgorithm.Sha256, content),
                    Pictures = pictures,
                },
                Note = Encoding.UTF8.GetBytes($"public_post US user-{content:x16} post/{content:x24}"),
            }
        );
    }

    private static Digest DigestOf(DigestAlgorithm algorithm, int content)
    {
        Span<byte> bytes = stackalloc byte[Digest.LengthOf(algorithm)];
        bytes.Fill((byte)content);
        BitConverter.TryWriteBytes(bytes, content);
        return Digest.FromBytes(algorithm, bytes);
    }

    private void WriteIndex()
    {
        using var store = PdqStore.OpenOrCreate(Path.Combine(_folder, "index"), _keys);
        store.Index.AddRange(_hashes, 0, 0);
        store.Save();
    }

    private PdqHash[] Entries(int count)
    {
        var near = _luck.Queries(_hashes, Math.Max(2, count / PlantedEvery * 2));
        var entries = _luck.Make(count);
        // Of the queries every other one lies near a hash, at 0 to 40 bits.
        for (var i = 0; i < count / PlantedEvery; i++)
        {
            entries[i * PlantedEvery] = near[(i * 2) + 1];
        }
        return entries;
    }

    /// <summary>Contents that match; null: only reads.</summary>
    private long Stream(IEnumerable<string> files, HuntIndex? index)
    {
        long found = 0;
        var rows = new List<int>();
        using var batch = new HistoryBatch();
        foreach (var path in files)
        {
            using var stream = SealedFile.OpenReader(InputFile.OpenRead(path), _keys, Context(path));
            for (var reader = new HistoryReader(stream); reader.Read(batch); )
            {
                _cancellation.ThrowIfCancellationRequested();
                index?.Find(batch, rows, _cancellation);
                found += rows.Count;
            }
        }
        return found;
    }

    private long StreamOnTwo(HuntIndex index)
    {
        var found = new long[TwoThreads];
        Parallel.For(
            0,
            TwoThreads,
            new ParallelOptions { MaxDegreeOfParallelism = TwoThreads },
            thread => found[thread] = Stream(_files.Where((_, i) => i % TwoThreads == thread).ToList(), index)
        );
        return found.Sum();
    }

    /// <summary>Contents that match: the history as an index, opened and asked.</summary>
    private long Ask(PdqHash[] entries, out double opened)
    {
        var start = Stopwatch.GetTimestamp();
        using var store = PdqStore.OpenOrCreate(Path.Combine(_folder, "index"), _keys);
        opened = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var matches = new List<PdqMatch>();
        var contents = new HashSet<int>();
        for (var at = 0; at < entries.Length; at += BatchEntries)
        {
            matches.Clear();
            var part = entries.AsSpan(at, Math.Min(BatchEntries, entries.Length - at));
            store.Index.Current.FindMany(part, Usual, matches, _cancellation);
            contents.UnionWith(matches.Select(match => match.Posting.Entry / Views));
        }
        return contents.Count;
    }

    private string Rows(params (string, string)[] rows) =>
        string.Concat(rows.Select(row => $"| {Count:N0} | {row.Item1} | {row.Item2} |\n"));

    private static SealContext Context(string path) =>
        new(KeyRing.DefaultTenant, Path.GetFileName(path), 1) { BeforeDrill = true };

    /// <summary>Seconds.</summary>
    private static double Timed(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
