using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Destinations;

public class CertificateWatchTests
{
    private const string Ends = "client_certificate_ends";
    private const string Ended = "client_certificate_ended";

    [Fact(Timeout = 120_000)]
    public async Task Who_may_renew_a_certificate_is_told_30_days_before_it_ends_and_woken_when_it_did()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options =>
                options with
                {
                    Time = time,
                    Outbound = options.Outbound with { Allow = ["127.0.0.1:9"] },
                }
        );
        var ends = time.GetUtcNow().AddDays(31);
        var day = ends.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal("good", await SetAsync(server, server.Client, Pem(ends)));
        Assert.Empty(await AlarmsAsync(server));
        await SeesAsync(server, server.Client, $"<strong>{day}</strong>", "in force");

        time.Pass(TimeSpan.FromDays(2));
        Assert.Equal([(Ends, "Urgent", "iccam/Test", 1)], await AlarmsAsync(server));
        await SeesAsync(server, server.Client, $"<strong>{day}</strong>", "ends soon");
        // What is left out is as it was; the alarm too.
        Assert.Equal("ends_soon", await SetAsync(server, server.Client, null));
        Assert.Equal([(Ends, "Urgent", "iccam/Test", 1)], await AlarmsAsync(server));

        time.Pass(TimeSpan.FromDays(29) + TimeSpan.FromMinutes(1));
        using var later = await server.ClientOfAsync(Scope.Admin);
        Assert.Equal([(Ended, "Page", "iccam/Test", 1)], await AlarmsAsync(server));
        await SeesAsync(server, later, $"<strong>{day}</strong>", "ended");

        // Another one, or none, is the end of it at once; another that ends soon is told of at once.
        Assert.Equal("good", await SetAsync(server, later, Pem(time.GetUtcNow().AddDays(400))));
        Assert.Empty(await AlarmsAsync(server, look: false));
        Assert.Equal("ends_soon", await SetAsync(server, later, Pem(time.GetUtcNow().AddDays(10))));
        Assert.Equal([(Ends, "Urgent", "iccam/Test", 1)], await AlarmsAsync(server, look: false));
        Assert.Null(await SetAsync(server, later, ""));
        Assert.Empty(await AlarmsAsync(server, look: false));
    }

    private static async Task SeesAsync(TestServer server, HttpClient client, params string[] texts)
    {
        var page = await client.GetStringAsync(new Uri(server.Address, "/console/destinations"));
        Assert.All(texts, text => Assert.Contains(text, page, StringComparison.Ordinal));
    }

    private static async Task<string?> SetAsync(TestServer server, HttpClient client, string? certificate)
    {
        using var answer = await client.PutAsJsonAsync(
            new Uri(server.Address, "/v1/destinations/iccam/targets/test"),
            new
            {
                address = "https://127.0.0.1:9/",
                userName = "sample",
                password = "sample",
                clientCertificate = certificate,
            }
        );
        var set = await TestServer.JsonOf(answer);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{set}");
        var shown = set.GetProperty("targets")[0].GetProperty("clientCertificate");
        return shown.ValueKind == JsonValueKind.Null ? null : shown.Text("standing");
    }

    private static string Pem(DateTimeOffset ends)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=SAMPLE hotline", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(ends.AddDays(-500), ends);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <param name="server">Whose.</param>
    /// <param name="look">The watch looks twice before: what is told is told once.</param>
    private static async Task<
        IReadOnlyList<(string Code, string Severity, string About, int Count)>
    > AlarmsAsync(TestServer server, bool look = true)
    {
        for (var i = 0; look && i < 2; i++)
        {
            await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
        }
        return await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                async tx =>
                    (IReadOnlyList<(string, string, string, int)>)
                        [
                            .. (
                                await tx.QueryAsync<Row>(
                                    """
                                    select code, severity, about, count from alert
                                    where tenant = @tenant and state <> 'Closed' and code like 'client_%' order by code
                                    """
                                )
                            ).Select(row => (row.Code, row.Severity, row.About, (int)row.Count)),
                        ]
            );
    }

    private sealed class Row
    {
        public string Code { get; init; } = "";
        public string Severity { get; init; } = "";
        public string About { get; init; } = "";
        public long Count { get; init; }
    }
}
