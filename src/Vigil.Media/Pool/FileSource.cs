using Vigil.Hashing;

namespace Vigil.Media.Pool;

/// <summary>Takes a piece of a file on its way; false: nobody is there to take more.</summary>
internal delegate bool TakePiece(ReadOnlySpan<byte> piece);

/// <summary>One file on its way to a worker: read once, in pieces.</summary>
internal sealed class FileSource(Stream content, long bytes)
{
    /// <summary>It could not be read to its end, or changed meanwhile.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>
    /// All bytes of the source, exactly as many as it said it has. One that shrinks or grows meanwhile is
    /// being written: a hash of half of each state would be a hash of nothing.
    /// </summary>
    public void Pump(byte[] piece, JobWatch? watch, TakePiece send, DigestHasher? digests)
    {
        Span<byte> beyondTheEnd = stackalloc byte[1];
        var sending = true;
        var left = bytes;
        while (left > 0)
        {
            var read = Read(piece.AsSpan(0, (int)Math.Min(piece.Length, left)), watch);
            left -= read;
            if (read <= 0 || (left == 0 && Read(beyondTheEnd, watch) != 0))
            {
                HasFailed = true;
                return;
            }
            sending = sending && send(piece.AsSpan(0, read));
            digests?.Append(piece.AsSpan(0, read));
        }
    }

    /// <summary>-1 when the source fails.</summary>
    private int Read(Span<byte> into, JobWatch? watch)
    {
        watch?.SourceReadBegins();
        try
        {
            return content.Read(into);
        }
        catch (IOException)
        {
            return -1;
        }
        catch (UnauthorizedAccessException)
        {
            return -1;
        }
        finally
        {
            watch?.SourceReadEnds();
        }
    }
}
