using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vigil.Simulators.Iccam;

/// <summary>
/// Certificates for one run, made anew each time: an authority, the service's for 127.0.0.1, and the one that a client
/// shows. For a loopback address and a day, so of no use elsewhere.
/// </summary>
public sealed class IccamCertificates : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private readonly X509Certificate2 _authority;

    private IccamCertificates(X509Certificate2 authority, DateTimeOffset now)
    {
        _authority = authority;
        Server = Issue("CN=127.0.0.1", "1.3.6.1.5.5.7.3.1", now);
        Client = Issue("CN=SAMPLE hotline", "1.3.6.1.5.5.7.3.2", now);
    }

    internal X509Certificate2 Server { get; }

    /// <summary>Whom the service lets in, with its key.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>What a client is to believe: without its key.</summary>
    public X509Certificate2 Authority => X509CertificateLoader.LoadCertificate(_authority.RawData);

    /// <summary>Certificate and key of the client.</summary>
    public string ClientPem => PemOf(Client);

    public static string PemOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    public static IccamCertificates Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=SAMPLE authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return new IccamCertificates(request.CreateSelfSigned(now.AddHours(-1), now + Life), now);
    }

    /// <summary>Another of the same authority: as a client that the service does not know.</summary>
    /// <param name="subject">As "CN=other".</param>
    /// <param name="use">OID of what it is for.</param>
    /// <param name="now">It begins an hour before and ends a day after.</param>
    public X509Certificate2 Issue(string subject, string use, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(
            _authority,
            now.AddHours(-1),
            now + Life - TimeSpan.FromMinutes(1),
            RandomNumberGenerator.GetBytes(8)
        );
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Server.Dispose();
        Client.Dispose();
    }
}
