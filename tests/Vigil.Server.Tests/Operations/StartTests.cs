using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Operations;

public sealed class StartTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task A_start_says_in_words_what_it_is_where_it_listens_and_when_it_is_ready()
    {
        await using var served = await ServedProcess.StartAsync(_folder["data"]);

        Assert.Contains("Profile platform, on SQLite, data in ", served.Output, StringComparison.Ordinal);
        Assert.Matches(@"Ready after \d+\.\d s", served.Output);
        Assert.StartsWith(ApiKeys.Prefix, served.FirstKey, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"Z (warning|error|critical) |WARNING", served.Errors);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_first_start_says_where_the_sheets_are_and_what_to_do_and_the_next_one_says_what_is_left()
    {
        await using (var first = await ServedProcess.StartAsync(_folder["data"]))
        {
            var shares = Path.Combine(_folder["data"], "shares");
            Assert.Contains($"there lie here, in {shares}:", first.Output, StringComparison.Ordinal);
            Assert.Contains(
                "share-1-of-3.txt, share-2-of-3.txt, share-3-of-3.txt",
                first.Output,
                StringComparison.Ordinal
            );
            Assert.Contains("Take each to a different person", first.Output, StringComparison.Ordinal);
            Assert.Contains("Then delete them here", first.Output, StringComparison.Ordinal);
            Assert.Contains("| vigil keys drill --data '", first.Output, StringComparison.Ordinal);
        }
        Drills.Pass(_folder["data"], Drills.Sheets(_folder["data"]));
        await using (var second = await ServedProcess.StartAsync(_folder["data"]))
        {
            Assert.Contains("there lie here, in ", second.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("No recovery drill has passed", second.Output, StringComparison.Ordinal);
        }
        Directory.Delete(Path.Combine(_folder["data"], "shares"), recursive: true);
        await using var third = await ServedProcess.StartAsync(_folder["data"]);
        Assert.DoesNotContain("root keys", third.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_server_on_the_same_folder_is_refused_with_advice()
    {
        await using var first = await ServedProcess.StartAsync(_folder["data"]);

        var (code, errors) = await RefusedAsync("--urls", "http://127.0.0.1:0");

        Assert.Equal(3, code);
        Assert.Contains("Another server works on", errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task After_kill_9_the_folder_is_free_again()
    {
        await using (var first = await ServedProcess.StartAsync(_folder["data"]))
        {
            await first.KillAsync();
        }

        await using var second = await ServedProcess.StartAsync(_folder["data"]);
        Assert.Null(second.FirstKey);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_port_in_use_is_said_and_costs_no_first_key()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var (code, errors) = await RefusedAsync("--urls", url);

        Assert.Equal(3, code);
        Assert.Contains("is in use by another program", errors, StringComparison.Ordinal);
        await using var served = await ServedProcess.StartAsync(_folder["data"]);
        Assert.NotNull(served.FirstKey);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("can be reached by other machines", "--urls", "http://0.0.0.0:0")]
    [InlineData("can be reached by other machines", "--urls", "http://*:0")]
    [InlineData("can be reached by other machines", "--urls", "http://[::]:0")]
    [InlineData("needs a certificate", "--urls", "https://127.0.0.1:0")]
    [InlineData("is no address to listen on", "--urls", "http://127.0.0.1:8480/path")]
    [InlineData("is no address to listen on", "--urls", "ftp://127.0.0.1:8480")]
    [InlineData("--tls-key needs the certificate", "--tls-key", "key.pem")]
    [InlineData("cannot be read", "--tls-cert", "/nowhere/cert.pem")]
    [InlineData("--behind-proxy takes a network", "--behind-proxy", "10.0.0.0/99")]
    [InlineData("is not in this version", "--role", "scan")]
    [InlineData("--role takes one of", "--role", "king")]
    [InlineData("--profile takes one of", "--profile", "king")]
    [InlineData("--drain-seconds takes", "--drain-seconds", "-1")]
    [InlineData("--log-format takes", "--log-format", "xml")]
    [InlineData("--otlp-endpoint takes", "--otlp-endpoint", "collector")]
    public async Task A_wrong_setting_is_refused_with_advice_before_anything_is_touched(
        string says,
        params string[] options
    )
    {
        var (code, errors) = await RefusedAsync(options);

        Assert.Equal(2, code);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact(Timeout = 120_000)]
    public async Task With_a_certificate_it_listens_on_every_address_by_https_only()
    {
        var (cert, key) = WriteCertificate();
        await using var served = await ServedProcess.StartAsync(
            _folder["data"],
            ["--urls", "https://0.0.0.0:0", "--tls-cert", cert, "--tls-key", key]
        );
        using var root = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(cert));
        using var trusting = new SocketsHttpHandler();
        trusting.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { root },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var client = new HttpClient(trusting);
        var port = served.Address.Port;

        var answer = await client.GetAsync($"https://127.0.0.1:{port}/health/live");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            client.GetAsync($"http://127.0.0.1:{port}/health/live")
        );
        var ready = await TestServer.JsonOf(await client.GetAsync($"https://127.0.0.1:{port}/health/ready"));
        Assert.Contains("certificate", ready.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Settings_go_by_option_then_environment_then_file()
    {
        Directory.CreateDirectory(_folder["data"]);
        await File.WriteAllTextAsync(
            Path.Combine(_folder["data"], "vigil.json"),
            """{"server": {"profile": "hotline", "logFormat": "json", "drainSeconds": 5}}"""
        );
        await using (
            var served = await ServedProcess.StartAsync(
                _folder["data"],
                environment: new() { ["VIGIL_PROFILE"] = "platform", ["VIGIL_URLS"] = "http://127.0.0.1:1" }
            )
        )
        {
            Assert.Contains("Profile platform", served.Output, StringComparison.Ordinal);
            served.Signal(ServedProcess.SigTerm);
            Assert.Equal(0, await served.EndAsync());
            Assert.All(
                served.Errors.Split('\n'),
                line => Assert.StartsWith("{\"time\":", line, StringComparison.Ordinal)
            );
        }
        // The file's profile alone: it is not what the installation is.
        var (code, errors) = await RefusedAsync("--urls", "http://127.0.0.1:0");
        Assert.Equal(3, code);
        Assert.Contains("is a 'platform' since its first start", errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Tables_of_a_newer_version_are_not_touched()
    {
        await using (var served = await ServedProcess.StartAsync(_folder["data"]))
        {
            await served.KillAsync();
        }
        Change("insert into migration values ('lists', 9001, 'later', 'x', 0)");

        var (code, errors) = await RefusedAsync("--urls", "http://127.0.0.1:0");

        Assert.Equal(3, code);
        Assert.Contains("of a newer version of Vigil (lists 9001)", errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Keys_of_another_installation_are_noticed()
    {
        await using (var served = await ServedProcess.StartAsync(_folder["data"]))
        {
            await served.KillAsync();
        }
        Directory.Delete(Path.Combine(_folder["data"], "keys"), recursive: true);

        var (code, errors) = await RefusedAsync("--urls", "http://127.0.0.1:0");

        Assert.Equal(3, code);
        Assert.Contains(
            "restore the database and the keys from one backup",
            errors,
            StringComparison.Ordinal
        );
    }

    [Theory(Timeout = 120_000)]
    [InlineData("Host=127.0.0.1;Port=1;Username=x;Database=x", "cannot be reached")]
    [InlineData("no-database.txt", "no SQLite database")]
    public async Task A_database_that_cannot_be_used_is_named(string database, string says)
    {
        var path = _folder["no-database.txt"];
        await File.WriteAllTextAsync(path, new string('x', 8192));

        var (code, errors) = await RefusedAsync(
            "--database",
            database.StartsWith("Host", StringComparison.Ordinal) ? database : path
        );

        Assert.Equal(3, code);
        Assert.Contains(says, errors, StringComparison.Ordinal);
    }

    /// <summary>Root may write anywhere, so the folder is one that nobody may: below a file.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder["data"], "a file");

        var (code, errors) = await RefusedAsync();

        Assert.Equal(3, code);
        Assert.Contains(_folder["data"], errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Errors)> RefusedAsync(params string[] options)
    {
        await using var served = ServedProcess.Begin(_folder["data"], options, []);
        var code = await served.EndAsync();
        // Both streams are read to their ends.
        served.Process.WaitForExit();
        Assert.DoesNotContain("   at ", served.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", served.Errors, StringComparison.Ordinal);
        // What goes well before the refusal is said too.
        Assert.InRange(
            served.Errors.Split('\n').Count(line => !line.Contains("Z info ", StringComparison.Ordinal)),
            1,
            2
        );
        return (code, served.Errors);
    }

    private void Change(string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_folder["data"], "vigil.db")};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private (string Certificate, string Key) WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(30)
        );
        File.WriteAllText(_folder["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
        return (_folder["cert.pem"], _folder["key.pem"]);
    }
}
