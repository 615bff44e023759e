using System.Diagnostics;
using System.Text.Json;
using Vigil.Hashing;

namespace Vigil.Tests.Media.Decoding;

/// <summary>Decodes in a process of its own: this one must never load a codec.</summary>
internal static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static ProbedFile One(string path, params string[] flags) => Many(flags, path).Single();

    public static IReadOnlyList<ProbedFile> Many(string[] flags, params string[] paths) =>
        Start([.. flags, .. paths])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<ProbedFile>(line)!)
            .ToList();

    /// <summary>Encodes RGB rows with the product's own encoder.</summary>
    public static void EncodeJpeg(SamplePicture picture, string colour, int quality, string path)
    {
        File.WriteAllBytes(path + ".rgb", picture.Rgb);
        Start(["--encode", $"{picture.Width}x{picture.Height}:{colour}:{quality}", path + ".rgb", path]);
    }

    /// <summary>
    /// .../tests/Vigil.Tests/bin/Release/net10.0/ -> .../tests/Vigil.DecodeProbe/bin/Release/net10.0/
    /// </summary>
    public static string Assembly =>
        Path.Combine(
            AppContext
                .BaseDirectory.TrimEnd('/')
                .Replace("/Vigil.Tests/bin/", "/Vigil.DecodeProbe/bin/", StringComparison.Ordinal),
            "Vigil.DecodeProbe.dll"
        );

    private static string Start(IEnumerable<string> arguments) =>
        Tool.Run("dotnet", [Assembly, .. arguments], Patience);
}

internal sealed record ProbedPicture(
    int Frame,
    string View,
    int Width,
    int Height,
    string Layout,
    string Sha256,
    string Pdq,
    int Quality
)
{
    public int BitsFrom(ProbedPicture other) => Parse(Pdq).DistanceTo(Parse(other.Pdq));

    private static PdqHash Parse(string hex) =>
        PdqHash.TryParse(hex, out var hash) ? hash : throw new FormatException("Not a PDQ hash.");
}

internal sealed record ProbedFile(
    string Path,
    string Outcome,
    string Format,
    int Width,
    int Height,
    int Frames,
    bool Truncated,
    IReadOnlyList<ProbedPicture> Pictures,
    double Ms,
    double CpuMs,
    long PeakBytes
)
{
    public ProbedPicture Stored =>
        Pictures.Count > 0
            ? Pictures[0]
            : throw new InvalidOperationException($"{Path}: {Outcome}, no picture.");

    public ProbedPicture? View(string view) => Pictures.FirstOrDefault(picture => picture.View == view);
}

/// <summary>Starts a program and waits for it.</summary>
internal static class Tool
{
    public static string Run(string program, IEnumerable<string> arguments, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {patience.TotalSeconds} s.");
        }
        var text = output.GetAwaiter().GetResult();
        var error = errors.GetAwaiter().GetResult();
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}: {error}");
    }

    /// <summary>The `vips` program of the Debian package libvips-tools.</summary>
    public static void Vips(params string[] arguments)
    {
        if (!File.Exists("/usr/bin/vips"))
        {
            Assert.SkipUnless(
                Environment.GetEnvironmentVariable("CI") == "true",
                "The program `vips` is missing: apt-get install libvips-tools"
            );
            Assert.Fail("The program `vips` is missing: apt-get install libvips-tools");
        }
        Run("/usr/bin/vips", arguments, TimeSpan.FromSeconds(30));
    }
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("vigil-decoding-");

    public string this[string name] => Path.Combine(directory.FullName, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => directory.Delete(recursive: true);
}
