using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Vigil.Server.Tests.Running;
using Vigil.Simulators;

namespace Vigil.Server.Tests.Delivery;

public class KillTests
{
    private const int Events = 24;

    [Fact(Timeout = 120_000)]
    public async Task A_server_killed_in_the_middle_of_delivering_delivers_all_when_it_is_started_again()
    {
        var folder = Directory.CreateTempSubdirectory("vigil-kill-test-");
        await using var database = await TestDatabase.CreateAsync(folder);
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Error;
        try
        {
            string? key;
            using (var first = Serve(folder, database, receiver.Port))
            {
                key = (await LineAsync(first, "API key")).Split(' ')[^1];
                using var client = await ClientAsync(first, key);
                using var made = await client.PostAsJsonAsync("/v1/webhooks", new { url = receiver.Url });
                var webhook = (await TestServer.JsonOf(made)).GetProperty("id").GetString();
                for (var number = 0; number < Events; number++)
                {
                    using var ping = await client.PostAsync($"/v1/webhooks/{webhook}/ping", null);
                    ping.EnsureSuccessStatusCode();
                }
                receiver.Fault = ReceiverFault.Slow;
                await DeliveryServer.UntilAsync(() => receiver.Accepted.Count >= 3, "some arrivals");
                first.Kill();
                await first.WaitForExitAsync();
            }
            Assert.InRange(receiver.Accepted.Select(hook => hook.Id).Distinct().Count(), 3, Events - 1);

            receiver.Fault = ReceiverFault.None;
            using var second = Serve(folder, database, receiver.Port);
            await LineAsync(second, "Listening");
            await DeliveryServer.UntilAsync(
                () => receiver.Accepted.Select(hook => hook.Id).Distinct().Count() == Events,
                "every event",
                60
            );
            second.Kill();
            await second.WaitForExitAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Serve(DirectoryInfo folder, TestDatabase database, int port) =>
        Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "vigil.dll"),
                    "serve",
                    "--data",
                    folder.FullName,
                    "--database",
                    database.Source,
                    "--urls",
                    "http://127.0.0.1:0",
                    "--allow-outbound",
                    $"127.0.0.1:{port}",
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;

    private static async Task<string> LineAsync(Process server, string beginning)
    {
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }
        throw new InvalidOperationException("The server ended before it said so.");
    }

    private static async Task<HttpClient> ClientAsync(Process server, string key)
    {
        var address = (await LineAsync(server, "Listening")).Split(' ')[^1];
        return new HttpClient
        {
            BaseAddress = new Uri(address),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
    }
}
