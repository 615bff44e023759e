using System.Buffers.Binary;
using System.Diagnostics;
using Vigil.Media;
using Vigil.Tests.Files;
using Vigil.Tests.Media.Sandbox;

namespace Vigil.Tests.Media.Video;

/// <summary>Clips drawn by ffmpeg's own pattern generators, and the hasher they are given to.</summary>
internal static class Clips
{
    public static VideoHasher Open(VideoOptions? options = null)
    {
        Pools.RequireBubblewrap();
        return new VideoHasher(options ?? new VideoOptions());
    }

    public static byte[] Reference(string name) => File.ReadAllBytes(SharedData.Need($"videos/{name}.mp4"));

    /// <summary>A moving pattern with a clock in it, and a beep.</summary>
    public static byte[] Pattern(double seconds = 3, string size = "320x240", string format = "mp4") =>
        Make(
            format,
            [
                .. Lavfi($"testsrc2=duration={seconds}:size={size}:rate=30"),
                .. Lavfi($"sine=duration={seconds}"),
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-shortest",
            ]
        );

    public static string[] Lavfi(string source) => ["-f", "lavfi", "-i", source];

    /// <summary>Runs ffmpeg with these arguments and gives the file it made.</summary>
    public static byte[] Make(string extension, params string[] arguments)
    {
        using var folder = new TestFolder();
        var path = folder[$"clip.{extension}"];
        var start = new ProcessStartInfo(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-threads", "1", .. arguments, path]
        )
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return File.ReadAllBytes(path);
    }

    /// <summary>The same streams in another container, or in another order of its boxes.</summary>
    public static byte[] Remux(byte[] clip, string extension, params string[] arguments)
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["in.mp4"], clip);
        return Make(extension, ["-i", folder["in.mp4"], "-map", "0", "-c", "copy", .. arguments]);
    }

    /// <summary>The types of the boxes of an ISO base media file, in order.</summary>
    public static List<string> Boxes(byte[] file)
    {
        var boxes = new List<string>();
        for (long at = 0; at + 8 <= file.Length; )
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            boxes.Add(System.Text.Encoding.ASCII.GetString(file, (int)at + 4, 4));
            at += size switch
            {
                0 => file.Length,
                1 => BinaryPrimitives.ReadInt64BigEndian(file.AsSpan((int)at + 8)),
                _ => size,
            };
        }
        return boxes;
    }

    public static Task<MediaResult> HashAsync(
        this VideoHasher hasher,
        byte[] clip,
        VideoRequest? request = null
    ) =>
        hasher.HashAsync(
            new MemoryStream(clip),
            request ?? new VideoRequest(),
            TestContext.Current.CancellationToken
        );

    /// <summary>Processes of this name that this process has started, at any depth.</summary>
    public static List<int> Running(string name = "ffmpeg")
    {
        var found = new List<int>();
        var left = new Queue<int>([Environment.ProcessId]);
        while (left.TryDequeue(out var pid))
        {
            foreach (var child in ChildrenOf(pid))
            {
                left.Enqueue(child);
                if (NameOf(child) == name)
                {
                    found.Add(child);
                }
            }
        }
        return found;
    }

    private static List<int> ChildrenOf(int pid)
    {
        try
        {
            return Directory
                .EnumerateDirectories($"/proc/{pid}/task")
                .SelectMany(task => File.ReadAllText($"{task}/children").Split(' '))
                .Where(text => text.Length > 0)
                .Select(int.Parse)
                .ToList();
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
