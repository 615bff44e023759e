using System.IO.Pipelines;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>
/// A list file between the request that brings it and the work that reads it: a bounded piece in memory, no
/// file. The request is answered when its last byte is in, the work goes on.
/// </summary>
internal sealed class ImportBody
{
    private readonly Pipe _pipe = new(
        new PipeOptions(
            ClearingPool.Instance,
            pauseWriterThreshold: ListsLimits.MaxBytesInFlight,
            resumeWriterThreshold: ListsLimits.MaxBytesInFlight / 2,
            minimumSegmentSize: 64 * 1024,
            useSynchronizationContext: false
        )
    );

    private long _read;

    /// <summary>Bytes that the work has read.</summary>
    public long BytesRead => Volatile.Read(ref _read);

    /// <summary>For the work; ends with the body, fails when the body was cut off.</summary>
    public Stream Reader => new CountedStream(this, _pipe.Reader.AsStream());

    /// <summary>Wakes a reader that waits for bytes: it is to stop.</summary>
    public void Stop() => _pipe.Reader.CancelPendingRead();

    /// <summary>Copies the body in. Returns early when the work needs no more.</summary>
    /// <exception cref="IOException">The body was cut off; the work is told as well.</exception>
    public async Task FillAsync(Stream body, long maxBytes, CancellationToken cancellation)
    {
        Exception? failure = null;
        try
        {
            for (long total = 0; ; )
            {
                var read = await body.ReadAsync(_pipe.Writer.GetMemory(64 * 1024), cancellation);
                total += read;
                if (read == 0)
                {
                    return;
                }
                if (total > maxBytes)
                {
                    throw new ImportTooLargeException(maxBytes);
                }
                _pipe.Writer.Advance(read);
                if ((await _pipe.Writer.FlushAsync(cancellation)).IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            failure = e as ImportTooLargeException ?? (Exception)new BodyCutOffException(e);
            throw;
        }
        finally
        {
            await _pipe.Writer.CompleteAsync(failure);
        }
    }

    private sealed class CountedStream(ImportBody body, Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => body.BytesRead;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Interlocked.Add(ref body._read, read);
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}

/// <summary>The sender stopped before the end. What came before stands; the last line is not guessed at.</summary>
internal sealed class BodyCutOffException(Exception inner)
    : IOException(
        "The file was cut off on its way here. Send it again: only what is missing is added.",
        inner
    );

internal sealed class ImportTooLargeException(long maxBytes)
    : IOException($"An import has at most {maxBytes} bytes. Send the file in parts.");
