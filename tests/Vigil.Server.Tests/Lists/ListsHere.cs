using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

/// <summary>What the tests of lists do again and again, over HTTP.</summary>
internal static class ListsHere
{
    public static async Task<JsonElement> CreateListAsync(
        this TestServer server,
        string name,
        string purpose = "known-csam",
        string onwardSharing = "none"
    ) =>
        await server.PostAsync(
            "/v1/lists",
            new
            {
                name,
                purpose,
                onwardSharing,
            },
            HttpStatusCode.Created
        );

    /// <summary>Sends JSON and expects a status.</summary>
    public static async Task<JsonElement> PostAsync(
        this TestServer server,
        string path,
        object body,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        using var answer = await server.Client.PostAsJsonAsync(path, body);
        return await ExpectAsync(answer, status);
    }

    public static async Task<JsonElement> PatchAsync(
        this TestServer server,
        string path,
        object body,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        using var answer = await server.Client.PatchAsJsonAsync(path, body);
        return await ExpectAsync(answer, status);
    }

    public static async Task<JsonElement> GetAsync(
        this TestServer server,
        string path,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        using var answer = await server.Client.GetAsync(path);
        return await ExpectAsync(answer, status);
    }

    /// <summary>Sends a file and waits for its end.</summary>
    public static async Task<JsonElement> ImportAsync(
        this TestServer server,
        string list,
        string file,
        string query = ""
    )
    {
        using var body = new StringContent(file, Encoding.UTF8, "text/plain");
        using var answer = await server.Client.PostAsync($"/v1/lists/{list}/imports{query}", body);
        var import = await ExpectAsync(answer, HttpStatusCode.Accepted);
        return await server.EndAsync(list, import.Text("id"));
    }

    /// <summary>Waits until an import runs no more.</summary>
    public static async Task<JsonElement> EndAsync(this TestServer server, string list, string import)
    {
        var end = await TestServer.EventuallyAsync(
            async () =>
            {
                var now = await server.GetAsync($"/v1/lists/{list}/imports/{import}");
                return now.Text("state") == "running" ? null : (object)now;
            },
            "the import ends",
            deadlineSeconds: 50
        );
        return (JsonElement)end;
    }

    public static async Task<JsonElement> ExpectAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{answer.StatusCode} instead of {status}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static string Text(this JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : json.GetProperty(name).ToString();

    public static long Number(this JsonElement json, string name) => json.GetProperty(name).GetInt64();

    /// <summary>Counts of a list: active, quarantined, removed.</summary>
    public static async Task<(long Active, long Quarantined, long Removed)> CountsAsync(
        this TestServer server,
        string list
    )
    {
        var entries = (await server.GetAsync($"/v1/lists/{list}")).GetProperty("entries");
        return (entries.Number("active"), entries.Number("quarantined"), entries.Number("removed"));
    }

    /// <summary>A digest of nothing but a number and a word.</summary>
    public static string Md5(string what) => Hex(what, 16);

    public static string Sha1(string what) => Hex(what, 20);

    public static string Sha256(string what) => Hex(what, 32);

    /// <summary>Half of the bits set, as PDQ hashes of pictures have.</summary>
    public static string Pdq(string what)
    {
        var half = SHA256.HashData(Encoding.UTF8.GetBytes(what))[..16];
        return Convert.ToHexStringLower([.. half, .. half.Select(octet => (byte)~octet)]);
    }

    private static string Hex(string what, int bytes) =>
        Convert.ToHexStringLower(SHA512.HashData(Encoding.UTF8.GetBytes($"{bytes} {what}"))[..bytes]);

    /// <summary>A CSV file of rows with MD5, SHA-1 and PDQ.</summary>
    public static string Csv(int from, int count, bool withIds = true)
    {
        var text = new StringBuilder(withIds ? "id,md5,sha1,pdq\n" : "md5,sha1,pdq\n");
        for (var i = from; i < from + count; i++)
        {
            text.Append(withIds ? $"case-{i}," : "").Append($"{Md5($"{i}")},{Sha1($"{i}")},{Pdq($"{i}")}\n");
        }
        return text.ToString();
    }
}
