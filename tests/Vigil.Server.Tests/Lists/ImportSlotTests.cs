using System.Net;
using System.Text;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Lists;

/// <summary>A sender that never ends takes nobody else's turn, and nothing from who revoked its key.</summary>
public class ImportSlotTests
{
    private const string Imports = "/v1/lists/slow/imports";

    [Fact(Timeout = 180_000)]
    public async Task Slow_senders_of_one_tenant_do_not_hold_another_tenants_import()
    {
        await using var server = await TestServer.StartAsync();
        using var other = await server.TenantAsync("acme");
        await server.CreateListAsync("slow");
        using var list = new StringContent(
            """{"name":"slow","purpose":"known-csam"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var made = await other.PostAsync("/v1/lists", list);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var first = new Waiting();
        using var second = new Waiting();
        Task[] sending = [server.Client.PostAsync(Imports, first), server.Client.PostAsync(Imports, second)];
        await TestServer.EventuallyAsync(
            async () => (await ImportsAsync(server)).Count == 2 ? "" : null,
            "both run"
        );

        Assert.Equal(HttpStatusCode.TooManyRequests, await SendAsync(server.Client));
        Assert.Equal(HttpStatusCode.Accepted, await SendAsync(other));
        first.Release();
        second.Release();
        await Task.WhenAll(sending);
        await TestServer.EventuallyAsync(
            async () => await SendAsync(server.Client) == HttpStatusCode.Accepted ? "" : null,
            "there is room again"
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task An_import_whose_key_is_revoked_stops_though_its_sender_does_not()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("slow");
        var secret = await server.KeyAsync(Scope.Lists);
        using var client = server.ClientWith(secret);
        using var body = new Waiting();
        var sending = client.PostAsync(Imports, body);
        await TestServer.EventuallyAsync(
            async () => (await ImportsAsync(server)).Count == 1 ? "" : null,
            "it runs"
        );

        var id = secret[ApiKeys.Prefix.Length..].Split('_')[0];
        using var revoked = await server.Client.DeleteAsync($"/v1/keys/{id}");
        Assert.True(revoked.IsSuccessStatusCode);

        await TestServer.EventuallyAsync(
            async () => (await ImportsAsync(server)).Single().Text("state") == "failed" ? "" : null,
            "it stops",
            deadlineSeconds: 60
        );
        Assert.Equal("key_revoked", (await ImportsAsync(server)).Single().Text("problem"));
        body.Release();
        try
        {
            (await sending).Dispose();
        }
        catch (HttpRequestException)
        {
            // It was answered before its last byte.
        }
    }

    private static async Task<List<System.Text.Json.JsonElement>> ImportsAsync(TestServer server) =>
        [.. (await server.GetAsync(Imports)).GetProperty("imports").EnumerateArray()];

    private static async Task<HttpStatusCode> SendAsync(HttpClient client)
    {
        using var body = new StringContent($"{ListsHere.Md5("a")}\n");
        using var answer = await client.PostAsync($"{Imports}?format=lines", body);
        return answer.StatusCode;
    }

    /// <summary>A line again and again, as slowly as it is let, until it is released.</summary>
    private sealed class Waiting : HttpContent
    {
        private readonly TaskCompletionSource _release = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public void Release() => _release.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var lines = Encoding.ASCII.GetBytes(
                string.Concat(Enumerable.Repeat($"{ListsHere.Md5("b")}\n", 32))
            );
            while (!_release.Task.IsCompleted)
            {
                await stream.WriteAsync(lines);
                await stream.FlushAsync();
                await Task.WhenAny(_release.Task, Task.Delay(100));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
