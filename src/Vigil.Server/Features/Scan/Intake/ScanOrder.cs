using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>One scan that was let in: what is to be looked at, for whom, and how long its caller waits.</summary>
internal sealed record ScanOrder
{
    public required Actor Actor { get; init; }
    public required ScanSubject Subject { get; init; }
    public required TimeSpan Wait { get; init; }

    /// <summary>What is known of the content; reads its bytes, if it has any, and lets go of them.</summary>
    public required Func<CancellationToken, Task<ScanFacts>> Look { get; init; }

    /// <summary>What is sealed into the case of a hit, and let go of afterwards; null: nothing.</summary>
    public Upload? ToSeal { get; init; }

    /// <summary>Lets go of bytes that were never looked at.</summary>
    public Action Release { get; init; } = () => { };

    /// <summary>The Idempotency-Key of this request, or of its part of it; null: none was sent.</summary>
    public Func<Tx, RequestKey>? Key { get; init; }

    /// <summary>Null without the header. Reads it now: the request may be gone when the decision falls.</summary>
    public static Func<Tx, RequestKey>? KeyOf(HttpContext context, byte[] fingerprint, string part = "")
    {
        var header = context.Request.Headers[Idempotent.Header].ToString();
        if (header.Length == 0)
        {
            return null;
        }
        var remembered = new DefaultHttpContext();
        remembered.Request.Method = context.Request.Method;
        remembered.Request.Path = context.Request.Path;
        remembered.Request.Headers[Idempotent.Header] = header;
        return tx => Idempotent.Of(remembered, tx, fingerprint, part)!;
    }
}
