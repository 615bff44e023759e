using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Vigil.Cli.Demo;

/// <summary>The demonstration's server as a platform's program calls it: over HTTP, on this machine.</summary>
internal sealed class DemoApi(Uri address, string key) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, Json(body), cancellation);

    public Task<JsonElement> PatchAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Patch, path, Json(body), cancellation);

    public Task<JsonElement> ImportAsync(string list, string csv, CancellationToken cancellation) =>
        SendAsync(
            HttpMethod.Post,
            $"/v1/lists/{list}/imports?format=csv",
            new StringContent(csv, Encoding.UTF8, "text/csv"),
            cancellation
        );

    /// <summary>The decision, as the API names it.</summary>
    public async Task<string> ScanAsync(byte[] picture, int account, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var answer = await SendAsync(
            HttpMethod.Post,
            "/v1/scan?surface=public_post&jurisdiction=US",
            content,
            cancellation,
            string.Create(CultureInfo.InvariantCulture, $"demo-account-{account}")
        );
        return answer.GetProperty("decision").GetString()!;
    }

    private static StringContent Json(object body) =>
        new(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");

    private async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        HttpContent content,
        CancellationToken cancellation,
        string? account = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (account is not null)
        {
            request.Headers.Add("Vigil-Account", account);
        }
        using var answer = await _http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new IOException(
                $"{method} {path.Split('?')[0]} was answered with {(int)answer.StatusCode}: {text}"
            );
    }

    public void Dispose() => _http.Dispose();
}
