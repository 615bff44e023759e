using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Cli.Samples;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Intake;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

/// <summary>An answer of the scan API.</summary>
internal sealed record Answered(int Status, JsonElement Body, int LengthBytes, HttpResponseMessage Response)
{
    public string? Text(string name) =>
        Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public string? Decision => Text("decision");
    public string? Code => Text("code");
    public Guid ScanId => Guid.Parse(Text("scanId")!);
}

/// <summary>What the tests of scans say to the server.</summary>
internal static class Scanning
{
    public const string Sha256 = "00000000000000000000000000000000000000000000000000000000000000aa";

    private static readonly Lazy<byte[]> Png = new(() => PngWriter.Rgb(SampleScenes.Draw(0).Picture));

    /// <summary>A sample picture as a file.</summary>
    public static byte[] Picture => Png.Value;

    public static async Task<Answered> ScanAsync(
        this TestServer server,
        byte[] bytes,
        string query = "surface=public_post",
        string type = "image/png",
        Action<HttpRequestMessage>? change = null
    )
    {
        await UntilListsAreLoadedAsync(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/scan?{query}");
        request.Content = new ByteArrayContent(bytes);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        change?.Invoke(request);
        return await AnsweredAsync(await server.Client.SendAsync(request));
    }

    public static async Task<Answered> ScanJsonAsync(
        this TestServer server,
        object asked,
        string path = "/v1/scan",
        Action<HttpRequestMessage>? change = null
    )
    {
        await UntilListsAreLoadedAsync(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = JsonContent.Create(asked);
        change?.Invoke(request);
        return await AnsweredAsync(await server.Client.SendAsync(request));
    }

    /// <summary>A server that has just started refuses scans until then, as its readiness says.</summary>
    private static async Task UntilListsAreLoadedAsync(TestServer server)
    {
        var lists = server.Server.Get<IndexHealth>();
        await TestServer.EventuallyAsync<object>(
            () => Task.FromResult<object?>(lists.IsLoaded ? lists : null),
            "lists are loaded"
        );
    }

    public static async Task<Answered> AnsweredAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        using var json = JsonDocument.Parse(bytes);
        return new Answered((int)response.StatusCode, json.RootElement.Clone(), bytes.Length, response);
    }

    public static async Task<Answered> FindAsync(this TestServer server, Guid scanId) =>
        await AnsweredAsync(await server.Client.GetAsync(new Uri($"/v1/scan/{scanId}", UriKind.Relative)));

    public static T Get<T>(this VigilServer server)
        where T : notnull => server.Services.GetRequiredService<T>();

    public static MediaDesk Desk(this TestServer server) => server.Server.Get<MediaDesk>();

    /// <summary>Rows of the tenant, as tests may look at them.</summary>
    public static Task<IReadOnlyList<T>> RowsAsync<T>(this VigilServer server, string sql) =>
        server
            .Get<Db>()
            .ReadAsync(
                Actor.Machine(TenantId.Default, "test", Permission.SettingsRead),
                Permission.SettingsRead,
                tx => tx.QueryAsync<T>(sql)
            );

    public static async Task<long> CountAsync(this VigilServer server, string sql) =>
        (await server.RowsAsync<long>(sql)).Single();

    public static Task SetAsync(this TestServer server, string name, string value) =>
        server
            .Server.Get<Db>()
            .ActAsync(
                Actor.Machine(TenantId.Default, "test", Permission.SettingsWrite),
                Permission.SettingsWrite,
                async tx =>
                {
                    await TenantSettings.SetAsync(tx, name, value);
                    return true;
                }
            );

    public static string Head(
        TestServer server,
        long? length,
        string type = "image/png",
        string query = "surface=public_post"
    ) =>
        $"POST /v1/scan?{query} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n"
        + $"Authorization: Bearer {server.FirstKey}\r\nContent-Type: {type}\r\n"
        + (length is null ? "\r\n" : $"Content-Length: {length}\r\n\r\n");

    /// <summary>What a client sends that no library lets one send.</summary>
    public static async Task<string> SendAsync(
        TestServer server,
        string head,
        byte[] body,
        bool isEnded = false
    )
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        if (isEnded)
        {
            client.Client.Shutdown(SocketShutdown.Send);
        }
        var bytes = new byte[8192];
        var read = await stream.ReadAsync(bytes, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(bytes, 0, read);
    }
}
