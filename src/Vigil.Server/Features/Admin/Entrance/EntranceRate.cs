using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>How often one address may try to come in, whatever name it uses.</summary>
internal sealed class EntranceRate : IDisposable
{
    public const int TriesPerMinute = 60;

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<
        HttpContext,
        IPAddress
    >(context =>
        RateLimitPartition.GetFixedWindowLimiter(
            CallerAddress.Of(context.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = TriesPerMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }
        )
    );

    /// <exception cref="ProblemException">Too often.</exception>
    public void Take(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
        {
            throw new ProblemException(
                StatusCodes.Status429TooManyRequests,
                "too_many_tries",
                "Too many tries from your address: wait a minute."
            )
            {
                RetryAfter = TimeSpan.FromMinutes(1),
            };
        }
    }

    public void Dispose() => _limiter.Dispose();
}
