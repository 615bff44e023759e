using System.Security.Cryptography;
using System.Text;
using Vigil.Cli.Samples;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Operations;

/// <summary>Scanning keeps nothing, and list values lie nowhere in the clear: every byte on disk is looked at.</summary>
public sealed class CanaryTests : IDisposable
{
    private const int Samples = 1000;
    private const int ListHashes = 1000;
    private const string List = "canary";

    private static readonly Picture Drawn = SampleScenes.Draw(0).Picture;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 900_000)]
    public async Task After_1000_scans_no_byte_of_a_sample_and_no_listed_hash_is_on_any_disk()
    {
        Directory.CreateDirectory(_folder["data"]);
        Directory.CreateDirectory(_folder["tmp"]);
        // PostgreSQL as a cluster of its own: its files are searched too.
        await using var cluster = TestDatabase.PostgresServer is null
            ? null
            : await PostgresCluster.StartAsync();
        var needles = new Needles();
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            cluster is null ? [] : ["--database", cluster.Source],
            new() { ["TMPDIR"] = _folder["tmp"] }
        );
        using var client = served.Client();
        Assert.SkipUnless(
            await Ask.HasAsync(client, "/v1/scan") && await Ask.HasAsync(client, "/v1/lists"),
            "Scans or lists are not in this build."
        );
        await client.CreateListAsync(List);
        await AddHashesAsync(client, needles);
        await ScanSamplesAsync(client, needles);

        var searched = Search(needles, cluster);
        served.Signal(ServedProcess.SigTerm);
        Assert.Equal(0, await served.EndAsync());

        Assert.True(searched > 0, "Nothing was searched.");
        searched = Search(needles, cluster);
        Assert.Empty(needles.FoundIn(Encoding.UTF8.GetBytes(served.Output + served.Errors)));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{searched} bytes on disk searched for {needles.Count} patterns: 0 hits"
        );
    }

    [Fact]
    public void The_search_finds_what_is_there()
    {
        var needles = new Needles();
        var secret = RandomNumberGenerator.GetBytes(32);
        needles.AddBytes("secret", secret);
        needles.AddText("hash", Convert.ToHexStringLower(secret));
        byte[] around = [.. new byte[13], .. secret, .. new byte[5]];

        Assert.Equal(["secret"], needles.FoundIn(around));
        Assert.Equal(
            ["hash"],
            needles.FoundIn(Encoding.ASCII.GetBytes($"x{Convert.ToHexStringLower(secret)}"))
        );
        Assert.Empty(needles.FoundIn(RandomNumberGenerator.GetBytes(100_000)));
    }

    private static async Task AddHashesAsync(HttpClient client, Needles needles)
    {
        var hashes = Enumerable.Range(0, ListHashes).Select(_ => RandomNumberGenerator.GetBytes(32)).ToList();
        var entries = hashes.Select(
            (hash, i) =>
                i % 2 == 0
                    ? (object)new { sha256 = Convert.ToHexStringLower(hash) }
                    : new { pdq = Convert.ToHexStringLower(hash), pdqQuality = 100 }
        );
        await client.SendAsync(HttpMethod.Post, $"/v1/lists/{List}/entries", new { entries });
        foreach (var (hash, i) in hashes.Select((hash, i) => (hash, i)))
        {
            needles.AddBytes($"list hash {i}", hash);
            needles.AddText($"list hash {i} as text", Convert.ToHexStringLower(hash));
            needles.AddText($"list hash {i} as text", Convert.ToHexString(hash));
            needles.AddText($"list hash {i} as base64", Convert.ToBase64String(hash));
        }
        // A hit keeps a case; its fingerprint too is no value in the clear.
        await client.ScanAsync(Convert.ToHexStringLower(hashes[0]), "canary-account");
    }

    private static async Task ScanSamplesAsync(HttpClient client, Needles needles)
    {
        for (var i = 0; i < Samples; i++)
        {
            var bytes = Sample(i);
            var answer = await client.ScanBytesAsync(bytes, "image/png");
            Assert.NotEqual("not_scanned", answer.GetProperty("decision").GetString());
            needles.AddBytes($"sample {i}, its middle", bytes.AsSpan(bytes.Length / 2, 32));
            needles.AddBytes($"sample {i}, near its end", bytes.AsSpan(bytes.Length - 96, 32));
            var sha256 = SHA256.HashData(bytes);
            needles.AddBytes($"digest of sample {i}", sha256);
            needles.AddText($"digest of sample {i} as text", Convert.ToHexStringLower(sha256));
        }
    }

    /// <summary>A drawn sample, made small, with noise of its own: no two files share a stretch of bytes.</summary>
    private static byte[] Sample(int number)
    {
        const int step = 4;
        var (drawn, random) = (Drawn, new Random(number));
        var (width, height) = (drawn.Width / step, drawn.Height / step);
        var rgb = new byte[width * height * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            var from = (pixel / width * step * drawn.Width + pixel % width * step) * 3 + channel;
            rgb[i] = (byte)(drawn.Rgb[from] ^ random.Next(4));
        }
        return PngWriter.Rgb(new Picture(width, height, rgb));
    }

    /// <summary>Bytes searched.</summary>
    private long Search(Needles needles, PostgresCluster? cluster)
    {
        var searched = 0L;
        string[] folders = cluster is null
            ? [_folder["data"], _folder["tmp"]]
            : [_folder["data"], _folder["tmp"], cluster.Folder];
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", Everything)))
        {
            try
            {
                if (new FileInfo(file).Length == 0)
                {
                    // Lock files are held, and opening one to read asks for its lock.
                    continue;
                }
                var bytes = File.ReadAllBytes(file);
                Assert.Empty(needles.FoundIn(bytes).Select(needle => $"{needle} in {file}"));
                searched += bytes.Length;
            }
            catch (FileNotFoundException)
            {
                // Removed meanwhile; the second search sees what stays.
            }
        }
        return searched;
    }

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    /// <summary>Many patterns, looked for at every position.</summary>
    private sealed class Needles
    {
        private readonly Dictionary<ulong, List<(string Name, byte[] Bytes)>> _byHead = [];

        public int Count { get; private set; }

        public void AddText(string name, string text) => AddBytes(name, Encoding.ASCII.GetBytes(text));

        public void AddBytes(string name, ReadOnlySpan<byte> bytes)
        {
            var head = BitConverter.ToUInt64(bytes);
            if (!_byHead.TryGetValue(head, out var same))
            {
                _byHead[head] = same = [];
            }
            same.Add((name, bytes.ToArray()));
            Count++;
        }

        public List<string> FoundIn(ReadOnlySpan<byte> haystack)
        {
            var found = new List<string>();
            for (var at = 0; at + 8 <= haystack.Length; at++)
            {
                if (_byHead.TryGetValue(BitConverter.ToUInt64(haystack[at..]), out var same))
                {
                    foreach (var (name, bytes) in same)
                    {
                        if (haystack[at..].StartsWith(bytes))
                        {
                            found.Add(name);
                        }
                    }
                }
            }
            return found;
        }
    }
}
