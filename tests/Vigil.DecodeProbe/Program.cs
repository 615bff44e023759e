using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.DecodeProbe;
using Vigil.Hashing;
using Vigil.Media;
using Vigil.Media.Decoding;

// Usage: probe [--all-frames] [--refuse-truncated] [--encode WxH:colour:quality IN.rgb OUT.jpg] FILE... One
// JSON line a file: outcome, pictures (frame, view, size, SHA-256 of the rows, PDQ), milliseconds, peak
// memory. With "-" as the only file: paths are read from standard input, one a line, and answered one by one.
// Or: probe pool-waits|pool-proves WORKER, see PoolDriver.
if (args is ["pool-waits" or "pool-proves", var worker])
{
    return await PoolDriver.RunAsync(proves: args[0] == "pool-proves", worker);
}
var flags = args.TakeWhile(arg => arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
if (flags.Contains("--encode"))
{
    Encode(args[1], args[2], args[3]);
    return 0;
}
var request = new DecodeRequest(
    new MediaLimits(),
    AllFrames: flags.Contains("--all-frames"),
    flags.Contains("--refuse-truncated") ? TruncatedPolicy.Refuse : TruncatedPolicy.HashAndMark
);
using var decoder = new PictureDecoder();
var files = args.Skip(flags.Length);
foreach (var path in args[^1] == "-" ? Lines() : files)
{
    Console.WriteLine(Probe(path));
}
return 0;

static IEnumerable<string> Lines()
{
    while (Console.In.ReadLine() is { } line)
    {
        yield return line;
    }
}

string Probe(string path)
{
    var bytes = File.ReadAllBytes(path);
    var pictures = new List<object>();
    var hasher = new PdqHasher();
    var clock = Stopwatch.StartNew();
    var busy = Environment.CpuUsage.TotalTime;
    var outcome = decoder.Decode(
        bytes,
        request,
        (frame, view, pixels) =>
        {
            var pdq = hasher.Hash(pixels);
            pictures.Add(
                new
                {
                    Frame = frame,
                    View = view.ToString(),
                    pixels.Width,
                    pixels.Height,
                    Layout = pixels.Layout.ToString(),
                    Sha256 = Convert.ToHexStringLower(SHA256.HashData(pixels.Pixels)),
                    Pdq = pdq.Hash.ToHex(),
                    Quality = pdq.Quality.Value,
                }
            );
        }
    );
    var ms = clock.Elapsed.TotalMilliseconds;
    var cpuMs = (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds;
    return JsonSerializer.Serialize(
        new
        {
            Path = path,
            Outcome = outcome.Outcome.ToString(),
            Format = outcome.Format.ToString(),
            outcome.Width,
            outcome.Height,
            outcome.Frames,
            outcome.Truncated,
            Pictures = pictures,
            Ms = ms,
            CpuMs = cpuMs,
            PeakBytes = PeakBytes(),
        }
    );
}

// VmHWM of /proc/self/status.
static long PeakBytes()
{
    var line = File.ReadLines("/proc/self/status")
        .First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
    return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim(), null) * 1024;
}

static void Encode(string spec, string source, string target)
{
    var parts = spec.Split(':');
    var size = parts[0].Split('x').Select(int.Parse).ToArray();
    var encoding = new JpegEncoding(
        size[0],
        size[1],
        int.Parse(parts[2], null),
        Enum.Parse<JpegColour>(parts[1])
    );
    File.WriteAllBytes(target, JpegEncoder.Encode(File.ReadAllBytes(source), encoding));
}
