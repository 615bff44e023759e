using System.Net.Security;
using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Makes the one call by which a report is filed with such a destination.</summary>
internal sealed class MakeCalls(Db db, Outbound outbound, TimeProvider time)
{
    /// <param name="actor">Who files.</param>
    /// <param name="report">Whose; its environment says where to.</param>
    /// <param name="destination">Its destination.</param>
    /// <param name="document">As it was approved.</param>
    /// <param name="cancellation">Stops the wait; what was sent may be filed.</param>
    public async Task<CallAnswer> SendAsync(
        Actor actor,
        ReportRow report,
        CallDestination destination,
        ReadOnlyMemory<byte> document,
        CancellationToken cancellation
    )
    {
        var target = await db.ReadAsync(
            actor,
            Permission.ReportFile,
            tx => CallTargets.FindAsync(tx, destination.Code, report.Environment),
            cancellation
        );
        if (target is null)
        {
            return NotAllowed("Nobody set address and credentials.");
        }
        if (target.Environment != report.Environment)
        {
            return NotAllowed("The address is another environment's than the report's.");
        }
        var ends = target.CertificateEndsAt;
        if (CallTargets.ObstacleOf(outbound, target.Address, ends, time.GetUtcNow()) is { } obstacle)
        {
            return NotAllowed(obstacle);
        }
        return await SendAsync(destination, target, document, cancellation);
    }

    private async Task<CallAnswer> SendAsync(
        CallDestination destination,
        CallTarget target,
        ReadOnlyMemory<byte> document,
        CancellationToken cancellation
    )
    {
        if (target.Certificate is not { } pkcs12)
        {
            using var plain = outbound.NewInvoker();
            return await destination.SendAsync(plain, target, document, cancellation);
        }
        SslStreamCertificateContext certificate;
        try
        {
            certificate = ClientCertificate.Open(pkcs12);
        }
        catch (CryptographicException)
        {
            return NotAllowed("The client certificate cannot be opened: set it again.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs12);
        }
        using var own = certificate.TargetCertificate;
        using var invoker = outbound.NewInvoker(certificate);
        return await destination.SendAsync(invoker, target, document, cancellation);
    }

    private static CallAnswer NotAllowed(string text) => new(CallOutcome.NotAllowed, null, null, text, []);
}
