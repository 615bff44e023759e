using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;

namespace Vigil.Server.Operations;

/// <summary>
/// The way out: once it begins, new requests are refused and readiness is red, what runs comes to its end.
/// Health is answered throughout.
/// </summary>
internal sealed class Draining
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private volatile string? _reason;
    private int _inFlight;

    /// <summary>Null: work is taken. Else why not, for readiness.</summary>
    public string? Reason => _reason;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>From here on nothing new is taken. The first reason stays.</summary>
    public void Begin(string reason) => Interlocked.CompareExchange(ref _reason, reason, null);

    /// <summary>False: some were still running at the end of the deadline.</summary>
    public async Task<bool> WaitAsync(TimeSpan deadline)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (InFlight > 0)
        {
            if (TimeProvider.System.GetElapsedTime(began) >= deadline)
            {
                return false;
            }
            await Task.Delay(Look);
        }
        return true;
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            // Whoever asks may have a key: looking it up would wait for the database that is asked about.
            context.Request.Headers.Authorization = default;
            context.Request.Headers.Cookie = default;
            await next(context);
            return;
        }
        // Counted before it is asked, so that the one who waits for zero has not missed this one.
        Interlocked.Increment(ref _inFlight);
        try
        {
            if (_reason is null)
            {
                await next(context);
            }
            else
            {
                await RefuseAsync(context);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private static Task RefuseAsync(HttpContext context)
    {
        // The proxy's next request then opens a connection to a server that stays.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        return ProblemWriter.WriteAsync(
            context,
            new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "draining",
                "This server is ending and takes no new work. Nothing was done: send the request again."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            }
        );
    }
}
