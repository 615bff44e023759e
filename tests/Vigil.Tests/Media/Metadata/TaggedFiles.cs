using System.Diagnostics;
using System.Text;
using Vigil.Media;
using Vigil.Tests.Files;
using Vigil.Tests.Media.Decoding;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Metadata;

/// <summary>Black pictures with metadata made up for the tests, and the reader they are given to.</summary>
internal static class TaggedFiles
{
    private static readonly Lazy<byte[]> Plain = new(() =>
    {
        using var folder = new TestFolder();
        Finish(new ProcessStartInfo("vips", ["black", folder["x.jpg"], "64", "64"]));
        return File.ReadAllBytes(folder["x.jpg"]);
    });

    public static MetadataReader Open(MetadataLimits? limits = null)
    {
        Pools.RequireBubblewrap();
        return new MetadataReader(new MetadataOptions { Limits = limits ?? new MetadataLimits() });
    }

    public static Task<FileMetadata> ReadAsync(this MetadataReader reader, byte[] file) =>
        reader.ReadAsync(new MemoryStream(file), TestContext.Current.CancellationToken);

    public static MetadataTag Tag(this FileMetadata read, string name) =>
        read.Tags.First(tag => tag.Name == name);

    /// <summary>A JPEG with these tags, written by exiftool itself.</summary>
    public static byte[] Jpeg(params string[] tags)
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["x.jpg"], Plain.Value);
        File.WriteAllBytes(folder["thumbnail.jpg"], Plain.Value);
        var start = new ProcessStartInfo("exiftool", ["-q", "-overwrite_original", .. tags, folder["x.jpg"]])
        {
            WorkingDirectory = Path.GetDirectoryName(folder["x.jpg"])!,
        };
        Finish(start);
        return File.ReadAllBytes(folder["x.jpg"]);
    }

    public static byte[] Png(params (string Type, byte[] Data)[] chunks) =>
        PngWriter.Write(2, 2, 8, PngWriter.Grey, [0, 0, 0, 0], chunks);

    /// <summary>PNG, 11.3.4.5: a keyword, and text in UTF-8.</summary>
    public static (string, byte[]) Text(string keyword, string text) =>
        ("iTXt", Encoding.UTF8.GetBytes($"{keyword}\0\0\0\0\0{text}"));

    private static void Finish(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
