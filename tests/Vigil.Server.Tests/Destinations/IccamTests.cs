using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Http;
using Vigil.Simulators.Iccam;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

/// <summary>The client against a simulator that fails in every way.</summary>
public class IccamTests
{
    private static readonly byte[] Document = new IccamDestination().Render(MaximalDraft.Draft).Document;

    [Fact(Timeout = 60_000)]
    public async Task A_report_is_filed_once_with_its_number_and_byte_exact_receipt()
    {
        await using var iccam = IccamSimulator.Start();
        using var http = Http();
        var answer = await SendAsync(http, iccam);
        Assert.Equal((CallOutcome.Filed, "700001", 200), (answer.Outcome, answer.RemoteId, answer.Status));
        Assert.Equal("700001"u8.ToArray(), answer.Receipt);
        var report = Assert.Single(iccam.Reports);
        Assert.Equal("SAMPLE-REF", report.Reference);
        Assert.Equal(2, report.Document.GetProperty("urls").GetArrayLength());
        var page = await http.GetStringAsync(iccam.Address);
        Assert.Contains("SAMPLE why", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(IccamFault.LostBefore, "Unknown", 0)]
    [InlineData(IccamFault.LostAfter, "Unknown", 1)]
    [InlineData(IccamFault.Error, "Unknown", 0)]
    [InlineData(IccamFault.ErrorAfter, "Unknown", 1)]
    [InlineData(IccamFault.Slow, "Filed", 1)]
    [InlineData(IccamFault.Hang, "Unknown", 0)]
    [InlineData(IccamFault.Truncated, "Unknown", 1)]
    [InlineData(IccamFault.WrongJson, "Unknown", 1)]
    [InlineData(IccamFault.Unauthorized, "NotAllowed", 0)]
    [InlineData(IccamFault.Forbidden, "NotAllowed", 0)]
    [InlineData(IccamFault.Redirect, "NotAllowed", 0)]
    public async Task A_fault_of_the_report_call_is(IccamFault fault, string outcome, int filed)
    {
        await using var iccam = IccamSimulator.Start();
        iccam.FaultOf = (place, _) => place == "reports" ? fault : IccamFault.None;
        using var http = Http();
        var answer = await SendAsync(http, iccam);
        Assert.Equal((outcome, filed), ($"{answer.Outcome}", iccam.Reports.Count));
        Assert.Equal(outcome == "Filed", answer.RemoteId is not null);
        Assert.DoesNotContain("sample.analyst", answer.Text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(IccamFault.LostBefore, "NotFiled")]
    [InlineData(IccamFault.LostAfter, "NotFiled")]
    [InlineData(IccamFault.Error, "NotFiled")]
    [InlineData(IccamFault.Hang, "NotFiled")]
    [InlineData(IccamFault.Truncated, "NotFiled")]
    [InlineData(IccamFault.WrongJson, "NotFiled")]
    [InlineData(IccamFault.Unauthorized, "NotAllowed")]
    public async Task A_fault_of_signing_in_files_nothing_and_is(IccamFault fault, string outcome)
    {
        await using var iccam = IccamSimulator.Start();
        iccam.FaultOf = (place, _) => place == "authentication" ? fault : IccamFault.None;
        using var http = Http();
        var answer = await SendAsync(http, iccam);
        Assert.Equal((outcome, 0), ($"{answer.Outcome}", iccam.Reports.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_ended_is_asked_for_again_once_and_wrong_credentials_are_told()
    {
        await using var iccam = IccamSimulator.Start();
        using var http = Http();
        var ended = 0;
        iccam.FaultOf = (place, _) =>
            place == "reports" && ended++ == 0 ? IccamFault.TokenEnded : IccamFault.None;
        Assert.Equal(CallOutcome.Filed, (await SendAsync(http, iccam)).Outcome);
        Assert.Equal((4, 1), (iccam.Calls, iccam.Reports.Count));

        iccam.Password = "another";
        Assert.Equal(CallOutcome.NotAllowed, (await SendAsync(http, iccam)).Outcome);
        await iccam.DisposeAsync();
        Assert.Equal(CallOutcome.NotFiled, (await SendAsync(http, iccam)).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_report_that_breaks_its_rules_is_rejected_by_the_names_of_what_is_wrong()
    {
        await using var iccam = IccamSimulator.Start();
        using var http = Http();
        var wrong = JsonSerializer.Deserialize<Dictionary<string, object>>(Document)!;
        wrong.Remove("hotlineReference");
        wrong["sourceUrlSiteType"] = 99;
        var answer = await SendAsync(http, iccam, JsonSerializer.SerializeToUtf8Bytes(wrong));
        Assert.Equal((CallOutcome.Rejected, 400), (answer.Outcome, answer.Status));
        Assert.Contains("hotlineReference", answer.Text, StringComparison.Ordinal);
        Assert.Contains("sourceUrlSiteType", answer.Text, StringComparison.Ordinal);
        Assert.Empty(iccam.Reports);
    }

    /// <summary>As the real one: who shows no certificate, or another, is not let in and hears so.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_service_over_TLS_lets_in_who_shows_the_certificate_it_knows_and_nobody_else()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificates = IccamCertificates.Make(now);
        await using var iccam = IccamSimulator.Start(certificates: certificates);
        using var authority = certificates.Authority;
        using var outbound = TlsOutbound(iccam, authority);
        using var other = certificates.Issue("CN=other hotline", "1.3.6.1.5.5.7.3.2", now);

        Assert.Equal(CallOutcome.NotAllowed, (await CallAsync(outbound, null)).Outcome);
        Assert.Equal(
            CallOutcome.NotAllowed,
            (await CallAsync(outbound, IccamCertificates.PemOf(other))).Outcome
        );
        Assert.Empty(iccam.Reports);
        Assert.Equal(CallOutcome.Filed, (await CallAsync(outbound, certificates.ClientPem)).Outcome);
        Assert.Single(iccam.Reports);
        // A service that no authority of this machine vouches for is told nothing.
        using var strict = TlsOutbound(iccam, null);
        Assert.Equal(CallOutcome.NotFiled, (await CallAsync(strict, certificates.ClientPem)).Outcome);
        Assert.Single(iccam.Reports);

        async Task<CallAnswer> CallAsync(Outbound from, string? pem)
        {
            var shown = pem is null
                ? null
                : ClientCertificate.Open(ClientCertificate.Read(pem, null, now).Pkcs12);
            using var http = from.NewInvoker(shown);
            return await SendAsync(http, iccam);
        }
    }

    [Fact]
    public void A_client_certificate_is_taken_as_PEM_and_PKCS12_and_what_is_none_is_refused_with_what_to_do()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificates = IccamCertificates.Make(now);
        var pem = certificates.ClientPem;
        var taken = ClientCertificate.Read(pem, null, now);
        Assert.Equal("CN=SAMPLE hotline", taken.Subject);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(certificates.Client.RawData)), taken.Sha256);
        Assert.DoesNotContain("KEY", $"{taken}", StringComparison.Ordinal);
        var file = Convert.ToBase64String(certificates.Client.Export(X509ContentType.Pkcs12, "SAMPLE word"));
        Assert.Equal(taken.Sha256, ClientCertificate.Read(file, "SAMPLE word", now).Sha256);
        using var key = certificates.Client.GetECDsaPrivateKey()!;
        var sealedKey = key.ExportEncryptedPkcs8PrivateKeyPem(
            "SAMPLE word",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)
        );
        var certificate = certificates.Client.ExportCertificatePem();
        Assert.Equal(
            taken.Sha256,
            ClientCertificate.Read($"{certificate}\n{sealedKey}\n", "SAMPLE word", now).Sha256
        );
        using var server = certificates.Issue("CN=server", "1.3.6.1.5.5.7.3.1", now);
        using var other = certificates.Issue("CN=other", "1.3.6.1.5.5.7.3.2", now);
        var otherKey = IccamCertificates.PemOf(other).Split("-----END CERTIFICATE-----")[1];
        foreach (
            var (text, password, says) in new[]
            {
                ("", null, "cannot be read"),
                ("no certificate", null, "cannot be read"),
                (new string('A', ClientCertificate.MaxCharacters + 4), null, "characters"),
                (certificate, null, "cannot be read"),
                (file, "another", "cannot be read"),
                (file, null, "cannot be read"),
                ($"{certificate}\n{sealedKey}\n", "another", "cannot be read"),
                (certificate + "\n" + otherKey, null, "cannot be read"),
                (IccamCertificates.PemOf(server), null, "not for clients"),
                (Convert.ToBase64String(certificates.Client.RawData), null, "cannot be read"),
            }
        )
        {
            var refused = Assert.Throws<ProblemException>(() => ClientCertificate.Read(text, password, now));
            Assert.Equal("bad_client_certificate", refused.Code);
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
        var late = Assert.Throws<ProblemException>(() => ClientCertificate.Read(pem, null, now.AddDays(2)));
        Assert.Contains("ended", late.Message, StringComparison.Ordinal);
    }

    /// <summary>Calls this machine's simulator alone, and believes the one authority.</summary>
    internal static Outbound TlsOutbound(IccamSimulator iccam, X509Certificate2? authority) =>
        new(new OutboundOptions { Allow = [iccam.Address.Authority], ChainPolicy = Believing(authority) });

    internal static X509ChainPolicy? Believing(X509Certificate2? authority) =>
        authority is null
            ? null
            : new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            };

    private static Task<CallAnswer> SendAsync(
        HttpMessageInvoker http,
        IccamSimulator iccam,
        byte[]? document = null
    ) =>
        new IccamDestination { Timeout = TimeSpan.FromSeconds(2) }.SendAsync(
            http,
            new CallTarget(iccam.Address, "sample", "sample") { Environment = ReportEnvironment.Test },
            document ?? Document,
            CancellationToken.None
        );

    private static HttpClient Http() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
}
