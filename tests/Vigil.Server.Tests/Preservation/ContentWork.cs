using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>What these tests bring to a server, in short.</summary>
internal static class ContentWork
{
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. RandomNumberGenerator.GetBytes(100_000)];

    public static Dictionary<string, object> HoldOn(
        object on,
        string authority = "Order 12 of a court",
        string reason = "A test."
    ) =>
        JsonSerializer.Deserialize<Dictionary<string, object>>(
            JsonSerializer.Serialize(on)[..^1]
                + $",\"kind\":\"legal\",\"authority\":\"{authority}\",\"reason\":\"{reason}\"}}"
        )!;

    public static async Task<CaseRef> OpenByHandAsync(TestServer server, string jurisdiction)
    {
        var opened = await server.PostAsync(
            "/v1/cases",
            new
            {
                account = "user-2",
                surface = "comment",
                jurisdiction,
                text = "A call.",
                reason = "A call.",
            },
            HttpStatusCode.Created
        );
        return new CaseRef(opened.Text("caseRef"));
    }

    public static async Task<JsonElement> BringAsync(
        TestServer server,
        CaseRef reference,
        byte[] bytes,
        HttpStatusCode expected,
        Guid? item = null
    )
    {
        using var answer = await SendAsync(server.Client, reference, bytes, SHA256.HashData(bytes), item);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<string> CodeAsync(
        TestServer server,
        CaseRef reference,
        byte[] bytes,
        int status,
        byte[]? sha256 = null,
        Guid? item = null
    )
    {
        using var answer = await SendAsync(
            server.Client,
            reference,
            bytes,
            sha256 ?? SHA256.HashData(bytes),
            item
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.Text("code");
    }

    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        CaseRef reference,
        byte[] bytes,
        byte[] sha256,
        Guid? item
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/cases/{reference}/contents")
        {
            Content = new ByteArrayContent(bytes),
        };
        if (sha256.Length > 0)
        {
            request.Headers.TryAddWithoutValidation(
                "Content-Digest",
                $"sha-256=:{Convert.ToBase64String(sha256)}:"
            );
        }
        if (item is { } id)
        {
            request.Headers.Add("Vigil-Item", id.ToString());
        }
        return await client.SendAsync(request);
    }
}
