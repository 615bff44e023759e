using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Vigil.Server.Operations;

/// <summary>
/// Where the server listens. API keys and fingerprints must not cross a network in the clear: an address that
/// others can reach needs a certificate, or a named proxy that has one.
/// </summary>
internal static class Listening
{
    private static readonly TimeSpan SoonExpired = TimeSpan.FromDays(14);

    /// <exception cref="ServerStartException">A setting is wrong; nothing was touched.</exception>
    public static void Check(ServerOptions options)
    {
        if (options.Urls.Count == 0)
        {
            throw ServerStartException.Setting(
                $"There is no address to listen on: as --urls {ServerOptions.DefaultUrl}."
            );
        }
        if (options.TlsKey is not null && options.TlsCertificate is null)
        {
            throw ServerStartException.Setting(
                "--tls-key needs the certificate it belongs to: --tls-cert FILE."
            );
        }
        foreach (var url in options.Urls)
        {
            Check(url, options);
        }
        LoadCertificate(options)?.Leaf.Dispose();
        if (options.DrainDeadline < TimeSpan.Zero || options.DrainDeadline > TimeSpan.FromHours(1))
        {
            throw ServerStartException.Setting("--drain-seconds is 0 to 3600.");
        }
    }

    /// <summary>The certificate, loaded; null: none was set.</summary>
    /// <exception cref="ServerStartException">It cannot be used.</exception>
    public static (X509Certificate2 Leaf, X509Certificate2Collection Chain)? LoadCertificate(
        ServerOptions options
    )
    {
        if (options.TlsCertificate is not { } path)
        {
            return null;
        }
        try
        {
            var isPfx =
                path.EndsWith(".pfx", StringComparison.OrdinalIgnoreCase)
                || path.EndsWith(".p12", StringComparison.OrdinalIgnoreCase);
            var chain = new X509Certificate2Collection();
            if (!isPfx)
            {
                chain.ImportFromPemFile(path);
            }
            var leaf =
                isPfx ? X509CertificateLoader.LoadPkcs12FromFile(path, options.TlsPassword)
                : options.TlsPassword is { } password
                    ? X509Certificate2.CreateFromEncryptedPemFile(path, password, options.TlsKey)
                : X509Certificate2.CreateFromPemFile(path, options.TlsKey);
            return Usable(leaf, path, options.Time) is { } problem
                ? throw ServerStartException.Setting(problem)
                : (leaf, chain);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ServerStartException(
                $"The certificate '{path}' and its key cannot be read ({e.Message.TrimEnd('.')}): name a PEM file "
                    + "and its key with --tls-cert and --tls-key, or a .pfx file; "
                    + "a password goes into VIGIL_TLS_PASSWORD.",
                isSetting: true,
                e
            );
        }
    }

    public static void Use(IWebHostBuilder host, ServerOptions options)
    {
        host.UseUrls([.. options.Urls]);
        if (LoadCertificate(options) is not { } certificate)
        {
            return;
        }
        host.UseKestrelHttpsConfiguration();
        host.ConfigureKestrel(kestrel =>
            kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificate = certificate.Leaf;
                https.ServerCertificateChain = certificate.Chain;
                https.SslProtocols =
                    System.Security.Authentication.SslProtocols.Tls12
                    | System.Security.Authentication.SslProtocols.Tls13;
            })
        );
    }

    /// <summary>Part of readiness where there is a certificate: it ends on a day that is known.</summary>
    public static Trust.ReadinessState StateOf(X509Certificate2 leaf, TimeProvider time)
    {
        var left = leaf.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;
        const string advice = "Put a new certificate in its place and restart the server.";
        return left <= TimeSpan.Zero ? Trust.ReadinessState.Broken("It has expired.", advice)
            : left < SoonExpired
                ? Trust.ReadinessState.Warning($"It expires in {left.TotalDays:0} days.", advice)
            : Trust.ReadinessState.Ready($"It holds for {left.TotalDays:0} days.");
    }

    private static void Check(string url, ServerOptions options)
    {
        var address = Parse(url);
        var isTls = address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (isTls && options.TlsCertificate is null)
        {
            throw ServerStartException.Setting(
                $"{url} needs a certificate: --tls-cert FILE (PEM with --tls-key FILE, or a .pfx file)."
            );
        }
        if (!isTls && !IsLoopback(address) && options.ProxyNetworks.Count == 0)
        {
            throw ServerStartException.Setting(
                $"{url} can be reached by other machines, and what it carries must not be read on the way: "
                    + "use https with --tls-cert and --tls-key, or name the network of the proxy that does, "
                    + "as --behind-proxy 10.0.0.0/24."
            );
        }
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.PathBase.Length == 0 && address.Scheme.ToUpperInvariant() is "HTTP" or "HTTPS"
                ? address
                : throw new FormatException();
        }
        catch (FormatException)
        {
            throw ServerStartException.Setting(
                $"'{url}' is no address to listen on: write it as {ServerOptions.DefaultUrl}, without a path."
            );
        }
    }

    private static bool IsLoopback(BindingAddress address) =>
        address.IsUnixPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));

    private static string? Usable(X509Certificate2 leaf, string path, TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return !leaf.HasPrivateKey ? $"'{path}' holds no private key: name it with --tls-key FILE."
            : leaf.NotAfter.ToUniversalTime() <= now
                ? $"The certificate '{path}' expired on {leaf.NotAfter:yyyy-MM-dd}: get a new one."
            : leaf.NotBefore.ToUniversalTime() > now
                ? $"The certificate '{path}' begins on {leaf.NotBefore:yyyy-MM-dd}: check the clock of this machine."
            : null;
    }
}
