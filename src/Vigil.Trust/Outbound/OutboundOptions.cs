using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Vigil.Trust;

/// <summary>Where this installation may call. The operator's word, never a page's.</summary>
public sealed record OutboundOptions
{
    /// <summary>
    /// "host:port" for each place that may be called: webhooks, mail servers, on-call services. A name whose
    /// address is a special one (loopback, private, link-local …) also needs that address or its network here,
    /// as "10.1.2.3:443" or "10.0.0.0/8:443".
    /// </summary>
    /// <value>Empty: nothing is called.</value>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>Until a connection stands.</summary>
    /// <value>5 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whole call, from the name to the last byte that is read.</summary>
    /// <value>15 s.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For what comes after an answer's head.</summary>
    /// <value>2 s.</value>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of an answer; the rest is never read.</summary>
    /// <value>4 KiB.</value>
    public int MaxAnswerBytes { get; init; } = 4 * 1024;

    /// <summary>Names to addresses; tests flip them.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } =
        Dns.GetHostAddressesAsync;

    /// <summary>Which authorities are believed; null: this machine's. Tests have one of their own.</summary>
    internal X509ChainPolicy? ChainPolicy { get; init; }

    /// <summary>Hears of each connection that is tried; tests count them.</summary>
    internal Action<IPEndPoint> OnConnect { get; init; } = _ => { };
}

/// <summary>A call that was not made, or had no answer. Carries no text of the other side.</summary>
/// <param name="code">Stable snake_case: "not_allowed", "special_address", "timed_out" …</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="inner">What the system said.</param>
public sealed class OutboundException(string code, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public string Code { get; } = code;
}

/// <param name="Status">HTTP status.</param>
/// <param name="Body">Whole.</param>
internal sealed record FetchedAnswer(int Status, byte[] Body);

/// <param name="Status">HTTP status.</param>
/// <param name="RetryAfter">What the other side asked for.</param>
public sealed record OutboundAnswer(int Status, TimeSpan? RetryAfter)
{
    public bool IsReceived => Status is >= 200 and < 300;
}
