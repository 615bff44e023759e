using System.Buffers.Text;
using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Vigil.Media.Video;

/// <summary>
/// Reads when each frame is shown, in ffmpeg's framecrc form: lines that begin with #, then one line a frame
/// whose third number is the time. On a thread of its own, so that ffmpeg never waits for it. What writes
/// the lines may have been taken over by the video: a line that breaks the form ends the clock as broken.
/// </summary>
internal sealed class FrameClock
{
    /// <summary>Real lines have under sixty bytes.</summary>
    private const int MaxLineBytes = 256;

    private readonly BlockingCollection<long> _times = [];
    private readonly TaskCompletionSource<(int Width, int Height)?> _size = new();
    private readonly int _maxFrames;
    private readonly long _maxTicks;
    private readonly Action _onExcess;
    private (int Width, int Height)? _sizeRead;
    private bool _hasTimeBase;

    private FrameClock(int maxFrames, TimeSpan maxLength, Action onExcess)
    {
        _maxFrames = maxFrames;
        _maxTicks = (long)(maxLength.TotalSeconds * FfmpegArguments.TicksPerSecond);
        _onExcess = onExcess;
    }

    /// <param name="onExcess">Called once when there are too many frames, or one lies too late.</param>
    public static FrameClock Start(SafeFileHandle lines, int maxFrames, TimeSpan maxLength, Action onExcess)
    {
        var clock = new FrameClock(maxFrames, maxLength, onExcess);
        new Thread(() => clock.Read(lines)) { IsBackground = true, Name = "vigil video clock" }.Start();
        return clock;
    }

    /// <summary>A line was not what it must be.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>More frames than allowed, or too long a video.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Pixels of each frame; null when there is no frame at all. Waits for the first lines.</summary>
    public (int Width, int Height)? WaitForSize() => _size.Task.GetAwaiter().GetResult();

    /// <summary>The time of the next frame in millionths of a second; null after the last one.</summary>
    public long? Next() => _times.TryTake(out var time, Timeout.Infinite) ? time : null;

    private void Read(SafeFileHandle lines)
    {
        try
        {
            using var stream = new FileStream(lines, FileAccess.Read, bufferSize: 0);
            ReadLines(stream);
        }
        catch (IOException)
        {
            IsBroken = true;
        }
        _size.TrySetResult(null);
        _times.CompleteAdding();
    }

    private void ReadLines(FileStream stream)
    {
        Span<byte> bytes = stackalloc byte[4096];
        var held = 0;
        for (int read; (read = stream.Read(bytes[held..])) > 0; )
        {
            var text = bytes[..(held + read)];
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
            {
                if (!TryTake(text[..end]))
                {
                    return;
                }
            }
            IsBroken |= text.Length > MaxLineBytes;
            if (IsBroken)
            {
                return;
            }
            text.CopyTo(bytes);
            held = text.Length;
        }
        IsBroken |= held > 0;
    }

    /// <summary>False: nothing more is read.</summary>
    private bool TryTake(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("#"u8))
        {
            IsBroken |= !TryTakeHeader(line);
            return !IsBroken;
        }
        if (_sizeRead is null || !_hasTimeBase || !TryParseTime(line, out var time))
        {
            IsBroken = true;
            return false;
        }
        _size.TrySetResult(_sizeRead);
        if (Taken >= _maxFrames || time > _maxTicks)
        {
            IsOver = true;
            _onExcess();
            return false;
        }
        Taken++;
        _times.Add(time);
        return true;
    }

    /// <summary>Frames so far.</summary>
    public int Taken { get; private set; }

    private bool TryTakeHeader(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("#tb 0: "u8))
        {
            _hasTimeBase = line.SequenceEqual("#tb 0: 1/1000000"u8);
            return _hasTimeBase;
        }
        if (!line.StartsWith("#dimensions 0: "u8))
        {
            return true;
        }
        var size = line["#dimensions 0: "u8.Length..];
        if (
            !Utf8Parser.TryParse(size, out int width, out var used)
            || used >= size.Length
            || size[used] != 'x'
            || !Utf8Parser.TryParse(size[(used + 1)..], out int height, out _)
            || width < 1
            || height < 1
        )
        {
            return false;
        }
        _sizeRead = (width, height);
        return true;
    }

    /// <summary>"0, dts, pts, duration, size, checksum".</summary>
    private static bool TryParseTime(ReadOnlySpan<byte> line, out long time)
    {
        time = 0;
        var column = 0;
        var parsed = false;
        foreach (var range in line.Split((byte)','))
        {
            var text = line[range].TrimStart((byte)' ');
            parsed |= column == 2 && Utf8Parser.TryParse(text, out time, out var used) && used == text.Length;
            column++;
        }
        return parsed && column == 6;
    }
}
