using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// The certificate by which this installation shows itself to a destination, with its key. The key is written to no
/// file, is never shown again, and stands in the database only sealed.
/// </summary>
/// <param name="Subject">As "CN=hotline.example".</param>
/// <param name="Sha256">Of the certificate, hexadecimal: what the other side may ask for.</param>
/// <param name="Pkcs12">Certificate, key and what comes between it and an authority; to be sealed.</param>
internal sealed record ClientCertificate(string Subject, string Sha256, DateTimeOffset EndsAt, byte[] Pkcs12)
{
    public const int MaxCharacters = 64 * 1024;
    private const int MaxSubjectCharacters = 500;
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const X509KeyStorageFlags InMemory =
        X509KeyStorageFlags.Exportable | X509KeyStorageFlags.EphemeralKeySet;

    /// <param name="text">PEM with certificate and key, or a PKCS#12 file in base64.</param>
    /// <param name="password">Of the key or file; null: none.</param>
    /// <param name="now">It must not have ended.</param>
    /// <exception cref="ProblemException">It is none, has no key, has ended, or is for something else.</exception>
    public static ClientCertificate Read(string text, string? password, DateTimeOffset now)
    {
        if (text.Length > MaxCharacters)
        {
            throw Refused($"It has at most {MaxCharacters} characters.");
        }
        try
        {
            var all = text.Contains("-----BEGIN", StringComparison.Ordinal)
                ? OfPem(text, password)
                : OfPkcs12(text, password);
            try
            {
                return Of(all, now);
            }
            finally
            {
                Dispose(all);
            }
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            throw Refused("It cannot be read, or its password is another.");
        }
    }

    /// <summary>For calls.</summary>
    public static SslStreamCertificateContext Open(byte[] pkcs12)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(pkcs12, null, InMemory);
        var own = all.First(each => each.HasPrivateKey);
        // Nothing is fetched: what lies between it and an authority came with it.
        return SslStreamCertificateContext.Create(
            own,
            [.. all.Where(each => !each.HasPrivateKey)],
            offline: true
        );
    }

    private static ClientCertificate Of(X509Certificate2Collection all, DateTimeOffset now)
    {
        var own =
            all.FirstOrDefault(each => each.HasPrivateKey)
            ?? throw Refused("It has no key: give certificate and key in one text or file.");
        var ends = new DateTimeOffset(own.NotAfter.ToUniversalTime());
        if (ends <= now)
        {
            throw Refused($"It ended on {ends:yyyy-MM-dd}: ask for a new one.");
        }
        var uses = own.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (uses?.EnhancedKeyUsages.Cast<Oid>().All(use => use.Value != ClientAuthentication) == true)
        {
            throw Refused("It is not for clients: ask for one with the use 'client authentication'.");
        }
        return new ClientCertificate(
            own.Subject.Length > MaxSubjectCharacters ? own.Subject[..MaxSubjectCharacters] : own.Subject,
            Convert.ToHexStringLower(SHA256.HashData(own.RawData)),
            ends,
            all.Export(X509ContentType.Pkcs12) ?? throw Refused("Its key cannot be kept.")
        );
    }

    /// <summary>The first certificate is the key's; the others come between it and an authority.</summary>
    private static X509Certificate2Collection OfPem(string text, string? password)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(text);
        if (all.Count == 0)
        {
            throw new FormatException("No certificate.");
        }
        all[0].Dispose();
        all[0] = string.IsNullOrEmpty(password)
            ? X509Certificate2.CreateFromPem(text, text)
            : X509Certificate2.CreateFromEncryptedPem(text, text, password);
        return all;
    }

    private static X509Certificate2Collection OfPkcs12(string text, string? password)
    {
        var bytes = Convert.FromBase64String(text.Trim());
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(bytes, password, InMemory);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void Dispose(X509Certificate2Collection all)
    {
        foreach (var each in all)
        {
            each.Dispose();
        }
    }

    private static ProblemException Refused(string why) =>
        ProblemException.BadRequest(
            "bad_client_certificate",
            $"'clientCertificate' is PEM with certificate and key, or a PKCS#12 file in base64. {why}"
        );

    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => Subject;
}
