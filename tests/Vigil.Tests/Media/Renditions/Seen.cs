using System.Diagnostics;
using System.Globalization;
using Vigil.Media;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Renditions;

/// <summary>A rendition as another program decodes it: this process must never load a codec.</summary>
internal sealed record Seen(int Width, int Height, byte[] Rgb)
{
    public const string Mark = "REVIEWER-3 2026-11-26 09:44Z";

    public static Renderer Open(MediaOptions? media = null, VideoOptions? video = null)
    {
        Pools.RequireBubblewrap();
        return new Renderer(media ?? new MediaOptions(), video);
    }

    public static RenditionRequest Whole(int side = RenditionRequest.LargestSide) =>
        new()
        {
            Blur = BlurLevel.None,
            Tone = RenditionTone.Colour,
            MaxSidePixels = side,
            Watermark = Mark,
        };

    public static async Task<Rendition> RenderAsync(
        Renderer renderer,
        byte[] file,
        RenditionRequest request
    ) => await renderer.RenderAsync(new MemoryStream(file), request, TestContext.Current.CancellationToken);

    /// <summary>Of a rendition that must have come about.</summary>
    public static async Task<Seen> OfAsync(Renderer renderer, byte[] file, RenditionRequest request)
    {
        var rendition = await RenderAsync(renderer, file, request);
        Assert.Equal(MediaOutcome.Done, rendition.Outcome);
        return Of(rendition);
    }

    public static Seen Of(Rendition rendition)
    {
        var (width, height) = SizeOf(rendition.Jpeg);
        var start = new ProcessStartInfo(
            "ffmpeg",
            ["-v", "error", "-f", "mjpeg", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var sent = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(rendition.Jpeg);
            process.StandardInput.Close();
        });
        using var pixels = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(pixels);
        sent.Wait();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(3L * width * height, pixels.Length);
        return new Seen(width, height, pixels.ToArray());
    }

    public (byte R, byte G, byte B) At(int x, int y)
    {
        var at = 3 * (y * Width + x);
        return (Rgb[at], Rgb[at + 1], Rgb[at + 2]);
    }

    /// <summary>Mean difference of each pixel from the one to its right, without the strip below.</summary>
    public double Detail(int height)
    {
        var sum = 0L;
        for (var y = 0; y < height; y++)
        {
            for (var x = 1; x < Width; x++)
            {
                sum += Math.Abs(At(x, y).G - At(x - 1, y).G);
            }
        }
        return (double)sum / ((Width - 1) * height);
    }

    /// <summary>Mean difference from another of the same size, over the first rows.</summary>
    public double From(Seen other, int height) =>
        Rgb.Zip(other.Rgb).Take(3 * Width * height).Average(pair => Math.Abs(pair.First - pair.Second));

    /// <summary>Types of the segments of a JPEG up to its picture data.</summary>
    public static IReadOnlyList<string> Segments(byte[] jpeg)
    {
        var found = new List<string>();
        for (var at = 2; at + 4 <= jpeg.Length; at += 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]))
        {
            Assert.Equal(0xff, jpeg[at]);
            found.Add(jpeg[at + 1].ToString("X2", CultureInfo.InvariantCulture));
            if (jpeg[at + 1] == 0xda)
            {
                break;
            }
        }
        return found;
    }

    private static (int Width, int Height) SizeOf(byte[] jpeg)
    {
        for (var at = 2; ; at += 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]))
        {
            if (jpeg[at + 1] == 0xc0)
            {
                return ((jpeg[at + 7] << 8) | jpeg[at + 8], (jpeg[at + 5] << 8) | jpeg[at + 6]);
            }
        }
    }
}
