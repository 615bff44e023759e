namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Where a call goes, and as whom. Holds a password: never printed.</summary>
/// <param name="Address">Of the service, as https://host/.</param>
internal sealed record CallTarget(Uri Address, string UserName, string Password)
{
    /// <summary>Reports of this one alone are sent there.</summary>
    public required ReportEnvironment Environment { get; init; }

    /// <summary>PKCS#12, for services that ask for a certificate; null: none.</summary>
    public byte[]? Certificate { get; init; }
    public DateTimeOffset? CertificateEndsAt { get; init; }

    public override string ToString() => nameof(CallTarget);
}

/// <summary>What came of a call.</summary>
internal enum CallOutcome
{
    /// <summary>It is filed; the number and the receipt are there.</summary>
    Filed,

    /// <summary>The recipient refused the document: the same one is never taken.</summary>
    Rejected,

    /// <summary>The credentials are refused: nothing was filed, and a person must act.</summary>
    NotAllowed,

    /// <summary>Nothing was filed for sure: it can be sent again.</summary>
    NotFiled,

    /// <summary>It may be filed or not, and the service has no way to ask: a person finds out.</summary>
    Unknown,
}

/// <param name="RemoteId">What the recipient calls the report.</param>
/// <param name="Status">Of HTTP; null: no answer came.</param>
/// <param name="Text">For a person; nothing of the report.</param>
/// <param name="Receipt">The answer as it came; of <see cref="CallOutcome.Filed"/> the receipt.</param>
internal sealed record CallAnswer(
    CallOutcome Outcome,
    string? RemoteId,
    int? Status,
    string Text,
    byte[] Receipt
)
{
    public override string ToString() => $"{Outcome}, HTTP {Status?.ToString() ?? "none"}";
}

/// <summary>A destination that is called once and answers with a number.</summary>
internal abstract class CallDestination : FormDestination
{
    public override DeliveryKind Kind => DeliveryKind.Call;

    /// <summary>Sends the approved bytes. Throws for nothing that the other side or the network does.</summary>
    /// <param name="http">Follows no redirects; with the target's client certificate.</param>
    /// <param name="target">Of the report's environment.</param>
    /// <param name="document">As it was approved.</param>
    /// <param name="cancellation">Stops the wait; what was sent may be filed.</param>
    public abstract Task<CallAnswer> SendAsync(
        HttpMessageInvoker http,
        CallTarget target,
        ReadOnlyMemory<byte> document,
        CancellationToken cancellation
    );
}
