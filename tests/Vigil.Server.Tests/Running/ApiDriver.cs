using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Vigil.Server.Tests.Running;

/// <summary>
/// The API as a platform's program calls it. An answer counts when it came whole with 2xx: only then has the
/// server acknowledged anything.
/// </summary>
internal static class ApiDriver
{
    /// <summary>A list whose hits are felt: attested and enforced.</summary>
    public static async Task CreateListAsync(this HttpClient client, string name, string mode = "enforce")
    {
        await client.SendAsync(
            HttpMethod.Post,
            "/v1/lists",
            new
            {
                name,
                purpose = "known-csam",
                source = "Random values made by a test",
                confidence = "verified",
                attestation = "Made by a test: random values",
            }
        );
        await client.SendAsync(
            HttpMethod.Patch,
            $"/v1/lists/{name}",
            new { mode, reason = "The test needs hits" }
        );
    }

    /// <summary>Its id.</summary>
    public static async Task<string> AddEntryAsync(this HttpClient client, string list, string sha256)
    {
        var answer = await client.SendAsync(
            HttpMethod.Post,
            $"/v1/lists/{list}/entries",
            new { entries = new[] { new { sha256 } } }
        );
        return answer.GetProperty("entries")[0].GetProperty("entryId").GetString()!;
    }

    public static Task<JsonElement> ScanAsync(this HttpClient client, string sha256, string account) =>
        client.SendAsync(
            HttpMethod.Post,
            "/v1/scan",
            new
            {
                surface = "public_post",
                jurisdiction = "US",
                account,
                hashes = new { sha256 },
            }
        );

    public static async Task<JsonElement> ScanBytesAsync(this HttpClient client, byte[] bytes, string type)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        using var answer = await client.PostAsync("/v1/scan?surface=public_post&jurisdiction=US", content);
        return await ReadAsync(answer);
    }

    /// <summary>The case's reference.</summary>
    public static async Task<string> FlagAsync(this HttpClient client, string content)
    {
        var answer = await client.SendAsync(
            HttpMethod.Post,
            "/v1/flags",
            new
            {
                contentRef = content,
                surface = "public_post",
                reason = "csam",
            }
        );
        return answer.GetProperty("caseRef").GetString()!;
    }

    public static Task<JsonElement> AddWebhookAsync(this HttpClient client, string url) =>
        client.SendAsync(HttpMethod.Post, "/v1/webhooks", new { url, label = "test" });

    /// <exception cref="HttpRequestException">Not acknowledged.</exception>
    public static async Task<JsonElement> SendAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        object body
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        return await ReadAsync(answer);
    }

    public static async Task<bool> IsThereAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            _ => throw new HttpRequestException($"{path}: {(int)answer.StatusCode}"),
        };
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new HttpRequestException($"{(int)answer.StatusCode}: {text}", null, answer.StatusCode);
    }
}
