using System.Buffers.Binary;
using System.Diagnostics;
using Vigil.Media;
using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;

namespace Vigil.Tests.Media.Sandbox;

/// <summary>Pools and pictures for these tests. Pictures are drawn here: seeded, benign, small.</summary>
internal static class Pools
{
    public static MediaPool Open(MediaOptions? options = null)
    {
        RequireBubblewrap();
        return new MediaPool(options ?? new MediaOptions { Workers = 1 });
    }

    public static void RequireBubblewrap()
    {
        if (!File.Exists(SandboxPrograms.Bubblewrap))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "apt-get install bubblewrap");
            Assert.Skip("bubblewrap is not installed: apt-get install bubblewrap");
        }
    }

    /// <summary>But the kernel's own files below /proc and the devices below /dev.</summary>
    /// <param name="mountInfo">Of a program in a sandbox (proc(5), /proc/PID/mountinfo).</param>
    public static void AssertNothingWritable(string mountInfo)
    {
        var mounts = mountInfo
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToList();
        Assert.NotEmpty(mounts);
        Assert.Empty(
            mounts
                .Where(fields => !fields[5].Split(',').Contains("ro"))
                .Select(fields => fields[4])
                .Where(point =>
                    point != "/proc"
                    && !point.StartsWith("/proc/", StringComparison.Ordinal)
                    && !point.StartsWith("/dev/", StringComparison.Ordinal)
                )
        );
    }

    public static byte[] Bmp(int seed, int side = 96)
    {
        var bytes = new byte[54 + side * side * 3];
        bytes[0] = (byte)'B';
        bytes[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), side);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), side);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(28), 24);
        Paint(bytes.AsSpan(54), side, seed);
        return bytes;
    }

    public static byte[] Rgb(int seed, int side)
    {
        var bytes = new byte[side * side * 3];
        Paint(bytes, side, seed);
        return bytes;
    }

    /// <summary>Some overlapping discs and a gradient: enough structure for a hash of quality 100.</summary>
    private static void Paint(Span<byte> pixels, int side, int seed)
    {
        var random = new Random(seed);
        var discs = Enumerable
            .Range(0, 12)
            .Select(_ =>
                (
                    X: random.Next(side),
                    Y: random.Next(side),
                    R: random.Next(side / 8, side / 3),
                    V: random.Next(256)
                )
            )
            .ToArray();
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var value = 255 * (x + y) / (2 * side);
                foreach (var d in discs)
                {
                    if ((x - d.X) * (x - d.X) + (y - d.Y) * (y - d.Y) < d.R * d.R)
                    {
                        value = (value + d.V) / 2;
                    }
                }
                pixels.Slice((y * side + x) * 3, 3).Fill((byte)value);
            }
        }
    }

    public static Task<MediaResult> HashAsync(
        this MediaPool pool,
        byte[] file,
        MediaRequest? request = null
    ) => pool.HashAsync(new MemoryStream(file), request ?? new(), TestContext.Current.CancellationToken);

    public static Task<MediaResult> HashAsync(
        this MediaPool pool,
        byte[] file,
        Misbehaviour misbehaviour,
        long amount = 0
    ) =>
        pool.HashAsync(
            new MemoryStream(file),
            new(),
            misbehaviour,
            amount,
            TestContext.Current.CancellationToken
        );

    public static bool IsRunning(int processId) => Directory.Exists($"/proc/{processId}");

    public static async Task UntilAsync(Func<bool> condition, string what, int seconds = 10)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, what);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
