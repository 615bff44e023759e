using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Simulators.Iccam;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

/// <summary>Where a destination is called and by which certificate, over the API, the page, and in the call itself.</summary>
public class CallTargetTests
{
    private const string Path = "/v1/destinations/iccam/targets/test";
    private static readonly IccamDestination Iccam = new() { Timeout = TimeSpan.FromSeconds(5) };

    [Fact(Timeout = 120_000)]
    public async Task Address_and_certificate_are_set_by_API_and_page_kept_sealed_and_used_until_they_end()
    {
        var time = new ManualTime();
        using var certificates = IccamCertificates.Make(time.GetUtcNow());
        using var authority = certificates.Authority;
        await using var iccam = IccamSimulator.Start(certificates: certificates);
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options =>
                options with
                {
                    Time = time,
                    Outbound = options.Outbound with
                    {
                        Allow = [iccam.Address.Authority],
                        ChainPolicy = IccamTests.Believing(authority),
                    },
                }
        );
        Assert.Contains("Nobody set", (await CallAsync(server)).Text, StringComparison.Ordinal);
        await CheckRefusalsAsync(server, iccam);

        var set = await PutAsync(server, iccam.Address.ToString(), certificates.ClientPem);
        var target = Assert.Single(set.GetProperty("targets").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, target.GetProperty("obstacle").ValueKind);
        var shown = target.GetProperty("clientCertificate");
        Assert.Equal("CN=SAMPLE hotline", shown.Text("subject"));
        Assert.DoesNotContain("PRIVATE", set.GetRawText(), StringComparison.Ordinal);
        await CheckSealedAsync(server, shown.Text("sha256"));
        Assert.Equal(CallOutcome.Filed, (await CallAsync(server)).Outcome);

        // Left out it stays; none is none.
        await PutAsync(server, iccam.Address.ToString(), null);
        Assert.Equal(CallOutcome.Filed, (await CallAsync(server)).Outcome);
        await PutAsync(server, iccam.Address.ToString(), "");
        Assert.Equal(CallOutcome.NotAllowed, (await CallAsync(server)).Outcome);
        Assert.Equal(2, iccam.Reports.Count);

        await CheckPageAsync(server, iccam, certificates);
        Assert.Equal(3, iccam.Reports.Count);
        time.Advance(TimeSpan.FromDays(2));
        var calls = iccam.Calls;
        var ended = await CallAsync(server);
        Assert.Equal(CallOutcome.NotAllowed, ended.Outcome);
        Assert.Contains("ended on", ended.Text, StringComparison.Ordinal);
        Assert.Equal(calls, iccam.Calls);
        var now = (await server.GetJsonAsync("/v1/destinations/targets")).GetProperty("targets")[0];
        Assert.Contains("ended on", now.Text("obstacle"), StringComparison.Ordinal);
    }

    private static async Task CheckRefusalsAsync(TestServer server, IccamSimulator iccam)
    {
        var here = iccam.Address.ToString();
        foreach (
            var (path, address, certificate, code) in new (string, string, string?, string)[]
            {
                (Path, "https://127.0.0.1:9/", null, "not_allowed"),
                (Path, "http://iccam.example/", null, "bad_address"),
                (Path, here, "SAMPLE", "bad_client_certificate"),
                ("/v1/destinations/gb-nca/targets/test", here, null, "not_found"),
                ("/v1/destinations/iccam/targets/other", here, null, "not_found"),
            }
        )
        {
            using var answer = await server.Client.PutAsJsonAsync(path, BodyOf(address, certificate));
            Assert.False(answer.IsSuccessStatusCode);
            Assert.Equal(code, (await TestServer.JsonOf(answer)).Text("code"));
        }
        var none = await server.GetJsonAsync("/v1/destinations/targets");
        Assert.Empty(none.GetProperty("targets").EnumerateArray());
    }

    /// <summary>The row holds neither key nor file, and the ledger says which certificate it is.</summary>
    private static async Task CheckSealedAsync(TestServer server, string sha256)
    {
        var kept = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.FindAsync<byte[]>("select certificate from call_target where tenant = @tenant")
            );
        Assert.ThrowsAny<CryptographicException>(() =>
        {
            X509CertificateLoader.LoadPkcs12Collection(kept!, null);
        });
        var acts = await server.LedgerAsync("destination.target_set");
        Assert.Equal(sha256, Assert.Single(acts).GetProperty("facts").Text("certificate"));
    }

    private static async Task CheckPageAsync(
        TestServer server,
        IccamSimulator iccam,
        IccamCertificates certificates
    )
    {
        using var admin = await ConsoleUser.SetUpAsync(server);
        const string page = "/console/destinations";
        var file = Convert.ToBase64String(certificates.Client.Export(X509ContentType.Pkcs12, "SAMPLE word"));
        (string, string)[] fields =
        [
            ("__RequestVerificationToken", await admin.ForgeryAsync(page)),
            ("address", iccam.Address.ToString()),
            ("userName", "sample"),
            ("password", "sample"),
            ("clientCertificate", file),
            ("clientCertificatePassword", "SAMPLE word"),
        ];
        var answer = await admin.RawPostAsync($"{page}/iccam/targets/test", fields);
        Assert.True(answer.Status == HttpStatusCode.Found, answer.Text);
        var shown = await server.Client.GetStringAsync(page);
        Assert.Contains("CN=SAMPLE hotline", shown, StringComparison.Ordinal);
        Assert.Contains(iccam.Address.ToString(), shown, StringComparison.Ordinal);
        Assert.DoesNotContain(file[..40], shown, StringComparison.Ordinal);
        Assert.DoesNotContain("SAMPLE word", shown, StringComparison.Ordinal);
        Assert.Equal(CallOutcome.Filed, (await CallAsync(server)).Outcome);
    }

    private static object BodyOf(string address, string? certificate) =>
        new
        {
            address,
            userName = "sample",
            password = "sample",
            clientCertificate = certificate,
        };

    private static async Task<JsonElement> PutAsync(TestServer server, string address, string? certificate)
    {
        using var answer = await server.Client.PutAsJsonAsync(Path, BodyOf(address, certificate));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await TestServer.JsonOf(answer);
    }

    private static Task<CallAnswer> CallAsync(TestServer server) =>
        server
            .Server.Services.GetRequiredService<MakeCalls>()
            .SendAsync(
                Actor.Machine(TenantId.Default, "test", Permission.ReportFile),
                new ReportRow { Destination = Iccam.Code, Environment = ReportEnvironment.Test },
                Iccam,
                Iccam.Render(MaximalDraft.Draft).Document,
                TestContext.Current.CancellationToken
            );
}
