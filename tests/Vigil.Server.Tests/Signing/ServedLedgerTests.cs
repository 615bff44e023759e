using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Vigil.Evidence;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>What an auditor takes from a running server, and checks without it.</summary>
public class ServedLedgerTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_proof_of_an_act_holds_without_the_server_and_of_another_act_does_not()
    {
        await using var server = await TestServer.StartAsync();
        var seq = await SignedActAsync(server);
        var bundle = await server.Client.GetStringAsync($"/v1/ledger/{seq}/proof");
        var page = await server.Client.GetStringAsync($"/console/ledger/{seq}/proof");
        var key = JsonDocument.Parse(bundle).RootElement.GetProperty("ledger").GetString()!;
        var console = WebUtility.HtmlDecode(await server.Client.GetStringAsync("/console/ledger"));
        var (file, forged) = (
            Path.Combine(server.DataFolder, "proof"),
            Path.Combine(server.DataFolder, "forged")
        );
        await File.WriteAllTextAsync(file, bundle);
        await File.WriteAllTextAsync(
            forged,
            bundle.Replace("setting.changed", "setting.changes", StringComparison.Ordinal)
        );

        Assert.Contains(key, console, StringComparison.Ordinal);
        Assert.Contains($"/console/ledger/{seq}/proof", console, StringComparison.Ordinal);
        Assert.Contains("vigil-ledger-proof-1", page, StringComparison.Ordinal);
        var good = await VigilAsync("ledger", "verify", file, "--key", key);
        Assert.Equal(0, good.ExitCode);
        Assert.Contains("setting.changed", good.Out, StringComparison.Ordinal);
        Assert.Equal(1, (await VigilAsync("ledger", "verify", forged, "--key", key)).ExitCode);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(server.Client, "/v1/ledger/999999/proof"));
        using var nobody = server.ClientWith(null);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, "/v1/ledger/checkpoint"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, "/v1/ledger/tile/0/000"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_tenant_cannot_prove_an_act_that_is_not_its_own()
    {
        await using var server = await TestServer.StartAsync();
        var seq = await SignedActAsync(server);
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var other = await server.KnownAsync(made.GetProperty("firstKey").GetString()!);

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, $"/v1/ledger/{seq}/proof"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(other, "/v1/ledger/checkpoint"));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_files_over_http_are_the_tree_that_a_witness_verifies()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await Ask.WriteAsync(server.Server, $"n{i}", "1");
        }
        await SignedActAsync(server);
        var copy = Path.Combine(server.DataFolder, "copy");
        var note = await server.Client.GetByteArrayAsync("/v1/ledger/checkpoint");
        var key = VerifierKey.Parse(await VerifierAsync(server));
        var size = Checkpoint.Open(note, key).Size;
        foreach (var path in new[] { $"tile/0/000.p/{size}", $"tile/entries/000.p/{size}" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, path))!);
            await File.WriteAllBytesAsync(
                Path.Combine(copy, path),
                await server.Client.GetByteArrayAsync($"/v1/ledger/{path}")
            );
        }
        await File.WriteAllBytesAsync(Path.Combine(copy, "checkpoint"), note);

        Assert.InRange(size, 21, 255);
        Assert.Empty(new LedgerFolder(copy, key).Verify().Findings);
        var witnessed = await VigilAsync(
            "ledger",
            "witness",
            copy,
            "--key",
            key.ToString(),
            "--state",
            Path.Combine(server.DataFolder, "witness")
        );
        Assert.Equal(0, witnessed.ExitCode);
        foreach (
            var path in new[]
            {
                "0/000.p/999",
                "..%2f..%2fkeys%2fledger.key",
                "0/x",
                "entries/000.p/1/..%2f2",
            }
        )
        {
            Assert.Equal(
                HttpStatusCode.NotFound,
                await StatusAsync(server.Client, $"/v1/ledger/tile/{path}")
            );
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_data_folder_is_verified_row_by_row_and_a_changed_row_named()
    {
        Assert.SkipUnless(TestDatabase.PostgresServer is null, "PostgreSQL has no file of the data folder.");
        await using var server = await TestServer.StartAsync();
        await SignedActAsync(server);
        var running = await VigilAsync("ledger", "verify", "--data", server.DataFolder);
        Assert.Equal(2, running.ExitCode);
        Assert.Contains("A server works on this database", running.Error, StringComparison.Ordinal);
        (int ExitCode, string Out, string Error) whole = default;
        (int ExitCode, string Out, string Error) altered = default;

        await server.RestartAsync(async database =>
        {
            whole = await VigilAsync("ledger", "verify", "--data", server.DataFolder);
            await using var connection = new Microsoft.Data.Sqlite.SqliteConnection(
                $"Data Source={database.Source};Pooling=False"
            );
            await connection.OpenAsync();
            var command = connection.CreateCommand();
            command.CommandText = "update ledger_event set actor = 'x' where action = 'setting.changed'";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
            await connection.CloseAsync();
            altered = await VigilAsync("ledger", "verify", server.DataFolder);
        });

        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("each as its row of the database", whole.Out, StringComparison.Ordinal);
        Assert.Contains("The key is the database's own", whole.Error, StringComparison.Ordinal);
        Assert.Equal(1, altered.ExitCode);
        Assert.StartsWith("ledger_event, entry ", altered.Out, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_whose_database_was_put_back_goes_on_after_one_command()
    {
        Assert.SkipUnless(TestDatabase.PostgresServer is null, "PostgreSQL has no file of the data folder.");
        await using var server = await TestServer.StartAsync();
        await SignedActAsync(server);
        var backup = Path.Combine(server.DataFolder, "backup.db");
        await using (
            var connection = new Microsoft.Data.Sqlite.SqliteConnection(
                $"Data Source={Path.Combine(server.DataFolder, "vigil.db")};Pooling=False"
            )
        )
        {
            await connection.OpenAsync();
            var command = connection.CreateCommand();
            command.CommandText = $"vacuum into '{backup}'";
            await command.ExecuteNonQueryAsync();
        }
        await SignedActAsync(server);
        (int ExitCode, string Out, string Error) resumed = default;

        await server.RestartAsync(async database =>
        {
            foreach (var tail in new[] { "", "-wal", "-shm" })
            {
                File.Delete(database.Source + tail);
            }
            File.Move(backup, database.Source);
            Assert.Equal(2, (await VigilAsync("ledger", "resume", "--data", server.DataFolder)).ExitCode);
            resumed = await VigilAsync(
                "ledger",
                "resume",
                "--data",
                server.DataFolder,
                "--reason",
                "A test."
            );
        });

        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("have no row any more", resumed.Out, StringComparison.Ordinal);
        await SignedActAsync(server);
        Assert.Single(
            (await server.GetJsonAsync("/v1/ledger?action=ledger.resumed&limit=5"))
                .GetProperty("entries")
                .EnumerateArray()
        );
    }

    /// <summary>Its number.</summary>
    private static async Task<long> SignedActAsync(TestServer server)
    {
        await Ask.WriteAsync(server.Server, "colour", "red");
        var entry = await TestServer.EventuallyAsync<object>(
            async () =>
            {
                var answer = await server.GetJsonAsync("/v1/ledger?action=setting.changed&limit=1");
                var newest = answer.GetProperty("entries")[0];
                return newest.GetProperty("isSigned").GetBoolean() ? newest : null;
            },
            "the act is signed"
        );
        return ((JsonElement)entry).GetProperty("seq").GetInt64();
    }

    private static async Task<string> VerifierAsync(TestServer server) =>
        (await LedgerHead.ReadAsync(server.Kernel().Db, CancellationToken.None)).Verifier!;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<(int ExitCode, string Out, string Error)> VigilAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "vigil.dll"), .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
