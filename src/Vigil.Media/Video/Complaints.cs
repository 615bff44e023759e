using Microsoft.Win32.SafeHandles;

namespace Vigil.Media.Video;

/// <summary>
/// What ffmpeg says of errors, as yes and no: its words may quote the file and are kept nowhere. On a thread
/// of its own, so that ffmpeg never waits.
/// </summary>
internal sealed class Complaints
{
    /// <summary>Beyond this a line says nothing more.</summary>
    private const int MaxLineBytes = 1024;

    private readonly Thread _thread;

    private Complaints(SafeFileHandle lines)
    {
        _thread = new Thread(() => Read(lines)) { IsBackground = true, Name = "vigil video complaints" };
        _thread.Start();
    }

    public static Complaints Start(SafeFileHandle lines) => new(lines);

    /// <summary>Something was wrong with the data of the pictures.</summary>
    public bool AboutData { get; private set; }

    /// <summary>The container, or the codec of the pictures, is not on the lists, or there are no pictures.</summary>
    public bool NotRead { get; private set; }

    /// <summary>Frames have more pixels than are allowed.</summary>
    public bool TooManyPixels { get; private set; }

    /// <summary>Waits until ffmpeg has said all.</summary>
    public void Finish() => _thread.Join();

    private void Read(SafeFileHandle lines)
    {
        Span<byte> bytes = stackalloc byte[4 * MaxLineBytes];
        var held = 0;
        try
        {
            using var stream = new FileStream(lines, FileAccess.Read, bufferSize: 0);
            for (int read; (read = stream.Read(bytes[held..])) > 0; )
            {
                var text = bytes[..(held + read)];
                for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
                {
                    Take(text[..end]);
                }
                text = text[..Math.Min(text.Length, MaxLineBytes)];
                text.CopyTo(bytes);
                held = text.Length;
            }
        }
        catch (IOException)
        {
            AboutData = true;
        }
        Take(bytes[..held]);
        bytes.Clear();
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        // A sound track's decoder that is not on the list is no fault: that is what the list is for. When it is
        // the pictures' own, the second message follows, and there is no frame.
        if (line.IsEmpty || line.IndexOf(" not on whitelist '"u8) >= 0)
        {
            NotRead |= line.IndexOf("Format not on whitelist"u8) >= 0;
            return;
        }
        NotRead |=
            line.IndexOf("Error while opening decoder"u8) >= 0
            || line.IndexOf("matches no streams"u8) >= 0
            || line.IndexOf("does not contain any stream"u8) >= 0
            || line.IndexOf("Decoder (codec"u8) >= 0;
        TooManyPixels |= line.IndexOf("exceeds specified max pixel count"u8) >= 0;
        AboutData = true;
    }
}
