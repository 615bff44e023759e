using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vigil.Media.Sandboxing;

namespace Vigil.Media;

/// <summary>
/// The bytes of one file in memory that has no name in any folder (memfd_create): written once as they come,
/// then read from the start. Emptied and closed at its end, so that its pages go back to the kernel, which
/// clears them before anybody else has them. For one thread at a time.
/// </summary>
/// <remarks>
/// Outside the managed heap, where a moved object would leave a copy behind. The kernel may swap such pages:
/// encrypt swap or turn it off.
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Naming",
    "CA1710",
    Justification = "It is memory that can be read as a stream, not a stream of something."
)]
public sealed class MediaMemory : Stream
{
    private readonly SafeFileHandle _file;
    private long _length;
    private long _position;

    /// <exception cref="IOException">No memory, or too many open files.</exception>
    public MediaMemory()
    {
        const uint flags = LibC.MemoryFileCloseOnExec;
        var file = LibC.MemoryFileCreate("vigil", flags | LibC.MemoryFileNoExecSeal);
        if (file < 0 && Marshal.GetLastPInvokeError() == LibC.InvalidArgument)
        {
            file = LibC.MemoryFileCreate("vigil", flags);
        }
        if (file < 0)
        {
            var why = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new IOException($"No memory for a file's bytes: {why}.");
        }
        _file = new SafeFileHandle(file, ownsHandle: true);
    }

    /// <summary>The memory file itself, for a process that inherits it.</summary>
    internal SafeFileHandle Handle => _file;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => true;
    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(_file, buffer, _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        RandomAccess.Write(_file, buffer, _position);
        _position += buffer.Length;
        _length = Math.Max(_length, _position);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _length + offset,
        };

    public override void SetLength(long value)
    {
        RandomAccess.SetLength(_file, value);
        _length = value;
    }

    public override void Flush()
    {
        // Memory: there is nothing to flush to.
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_file.IsClosed)
        {
            // Somebody may have inherited the descriptor: its pages go now, not with the last copy.
            RandomAccess.SetLength(_file, 0);
            _file.Dispose();
        }
        base.Dispose(disposing);
    }
}
