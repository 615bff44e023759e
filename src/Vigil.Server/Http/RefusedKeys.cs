using System.Collections.Concurrent;
using System.Net;

namespace Vigil.Server.Http;

/// <summary>
/// Counts refused keys per remote address. Only refused ones are held back: behind a proxy many callers share
/// an address, and one with a wrong key must not lock the others out.
/// </summary>
internal sealed class RefusedKeys(TimeProvider time)
{
    /// <summary>Refused keys of one address in a minute; more are told to wait.</summary>
    public const int MaxAMinute = 30;

    /// <summary>Addresses remembered; beyond them the count begins anew.</summary>
    private const int MaxAddresses = 50_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, int> _counts = new();
    private readonly Lock _lock = new();
    private long _windowBegan = time.GetTimestamp();

    public ProblemException Refuse(IPAddress? address)
    {
        BeginWindow();
        var count = _counts.AddOrUpdate(CallerAddress.Of(address), 1, (_, before) => before + 1);
        return count > MaxAMinute
            ? new ProblemException(
                429,
                "too_many_refused_keys",
                "Too many refused keys: check the key, then wait."
            )
            {
                RetryAfter = Window,
            }
            : new ProblemException(
                401,
                "key_refused",
                "This API key is unknown, expired or revoked: ask an admin for another."
            );
    }

    private void BeginWindow()
    {
        // Two that begin it at once would each forget the other's count.
        lock (_lock)
        {
            if (time.GetElapsedTime(_windowBegan) > Window || _counts.Count > MaxAddresses)
            {
                _counts.Clear();
                _windowBegan = time.GetTimestamp();
            }
        }
    }
}
