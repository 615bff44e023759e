using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Vigil.Cli.Demo;

/// <summary>The demonstration's server as a platform's program calls it: over HTTP, on this machine.</summary>
internal sealed class DemoApi(Uri address, string key) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, Json(body), cancellation);

    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, path, Json(body), cancellation);

    public Task<JsonElement> PatchAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Patch, path, Json(body), cancellation);

    public Task<JsonElement> ImportAsync(string list, string csv, CancellationToken cancellation) =>
        SendAsync(
            HttpMethod.Post,
            $"/v1/lists/{list}/imports?format=csv",
            new StringContent(csv, Encoding.UTF8, "text/csv"),
            cancellation
        );

    public async Task<DemoScan> ScanAsync(byte[] picture, int account, CancellationToken cancellation)
    {
        var answer = await SendAsync(
            HttpMethod.Post,
            "/v1/scan?surface=public_post&jurisdiction=US",
            Bytes(picture),
            cancellation,
            ("Vigil-Account", string.Create(CultureInfo.InvariantCulture, $"demo-account-{account}"))
        );
        return new DemoScan(
            answer.GetProperty("decision").GetString()!,
            answer.GetProperty("scanId").GetString()!,
            answer.TryGetProperty("caseRef", out var reference) ? reference.GetString() : null
        );
    }

    /// <param name="person">As the API lists people.</param>
    /// <param name="track">What for: review or filing.</param>
    /// <param name="reason">Stands in the ledger.</param>
    /// <param name="cancellation">Stops it.</param>
    public Task<JsonElement> QualifyAsync(
        JsonElement person,
        string track,
        string reason,
        CancellationToken cancellation
    ) =>
        PostAsync(
            "/v1/training/qualifications",
            new
            {
                person = person.GetProperty("pseudonym").GetString(),
                track,
                state = "granted",
                reason,
            },
            cancellation
        );

    /// <summary>Brings the file of an item, to be sealed.</summary>
    public Task BringAsync(string reference, string item, byte[] file, CancellationToken cancellation)
    {
        var content = Bytes(file);
        content.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(file))}:");
        return SendAsync(
            HttpMethod.Post,
            $"/v1/cases/{reference}/contents",
            content,
            cancellation,
            ("Vigil-Item", item)
        );
    }

    private static ByteArrayContent Bytes(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private static StringContent Json(object body) =>
        new(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");

    private async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken cancellation,
        (string Name, string Value)? header = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (header is { } more)
        {
            request.Headers.Add(more.Name, more.Value);
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
