using Vigil.Server.Http;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>The uploads' bytes in memory, over the whole process: reserved before they are read.</summary>
internal sealed class BytesInFlight(ScanLimits limits)
{
    private long _now;

    public long Now => Volatile.Read(ref _now);

    public Reservation Reserve() => new(this);

    private bool TryAdd(long bytes)
    {
        if (Interlocked.Add(ref _now, bytes) <= limits.MaxBytesInFlight)
        {
            return true;
        }
        Interlocked.Add(ref _now, -bytes);
        return false;
    }

    /// <summary>One upload's part of them; given back at its end.</summary>
    internal sealed class Reservation(BytesInFlight all) : IDisposable
    {
        private long _bytes;

        /// <exception cref="ProblemException">The process holds as much as it may.</exception>
        public void GrowTo(long bytes)
        {
            if (bytes <= _bytes)
            {
                return;
            }
            if (!all.TryAdd(bytes - _bytes))
            {
                throw new ProblemException(
                    429,
                    "too_many_bytes_in_flight",
                    "The server holds as many bytes as it may: send this again later, or add scan nodes."
                )
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }
            _bytes = bytes;
        }

        public void Dispose()
        {
            Interlocked.Add(ref all._now, -_bytes);
            _bytes = 0;
        }
    }
}
