using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Files;

namespace Vigil.Cli.Lists;

/// <summary>
/// The lists of a running server, by its API: the operator names its address, the key comes from the
/// environment, where no other user reads it.
/// </summary>
internal sealed class ListServer : IDisposable
{
    public const string KeyVariable = "VIGIL_KEY";

    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    public static readonly Option<string?> Address = SharedOptions.Text(
        "--server",
        "URL",
        $"The lists of a running server, not this folder's. API key in ${KeyVariable}"
    );

    private readonly HttpClient _client;

    private ListServer(HttpClient client) => _client = client;

    /// <summary>Null: the command is about this folder's own lists.</summary>
    /// <exception cref="UsageException">No such address, or no key.</exception>
    public static ListServer? Of(ParseResult parsed)
    {
        if (parsed.GetValue(Address) is not { } text)
        {
            return null;
        }
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || !(
                address.Scheme == Uri.UriSchemeHttps
                || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
            )
        )
        {
            throw new UsageException(
                $"{Address.Name} takes the address of a server, as https://vigil.example: "
                    + "plain http only to this machine."
            );
        }
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        if (string.IsNullOrEmpty(key))
        {
            throw new UsageException(
                $"Set ${KeyVariable} to an API key of that server with the scope for lists."
            );
        }
#pragma warning disable RS0030 // the address is the operator's own, given on the command line
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
#pragma warning restore RS0030
        client.BaseAddress = address;
        client.Timeout = Timeout.InfiniteTimeSpan; // an import takes as long as its file is long
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new ListServer(client);
    }

    public Task<JsonElement> ListsAsync(CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/lists"), cancellation);

    /// <summary>Null: the server has no list of this name.</summary>
    public async Task<JsonElement?> FindAsync(string name, CancellationToken cancellation)
    {
        using var answer = await TryAsync(
            new HttpRequestMessage(HttpMethod.Get, $"/v1/lists/{name}"),
            cancellation
        );
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer, cancellation);
    }

    public Task<JsonElement> CreateAsync(object list, CancellationToken cancellation) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/v1/lists") { Content = JsonContent.Create(list) },
            cancellation
        );

    public Task<JsonElement> ImportAsync(
        string name,
        string query,
        Stream file,
        CancellationToken cancellation
    )
    {
        var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/v1/lists/{name}/imports?{query}")
            {
                Content = content,
            },
            cancellation
        );
    }

    public Task<JsonElement> ImportOfAsync(string name, string id, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/v1/lists/{name}/imports/{id}"), cancellation);

    /// <summary>Copies the export; returns how many fingerprints the format has no place for.</summary>
    public async Task<long> ExportAsync(
        string name,
        object wanted,
        Func<Stream, Task> take,
        CancellationToken cancellation
    )
    {
        using var answer = await TryAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/v1/lists/{name}/exports")
            {
                Content = JsonContent.Create(wanted),
            },
            cancellation
        );
        if (!answer.IsSuccessStatusCode)
        {
            _ = await ReadAsync(answer, cancellation);
        }
        await take(await answer.Content.ReadAsStreamAsync(cancellation));
        return
            answer.Headers.TryGetValues("Vigil-Left-Out", out var left)
            && long.TryParse(left.First(), out var count)
            ? count
            : 0;
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var answer = await TryAsync(request, cancellation);
        return await ReadAsync(answer, cancellation);
    }

    private async Task<HttpResponseMessage> TryAsync(
        HttpRequestMessage request,
        CancellationToken cancellation
    )
    {
        try
        {
            using (request)
            {
                return await _client.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellation
                );
            }
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"The server at {_client.BaseAddress} does not answer: is it running?", e);
        }
    }

    /// <summary>The answer's JSON, or the server's own advice as an error.</summary>
    private static async Task<JsonElement> ReadAsync(
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        await answer.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellation);
        var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            json = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new IOException($"The server answered {(int)answer.StatusCode}, and not as Vigil does.", e);
        }
        if (answer.IsSuccessStatusCode)
        {
            return json;
        }
        var detail = json.TryGetProperty("detail", out var said) ? said.GetString() : null;
        throw new IOException(
            $"The server refused ({(int)answer.StatusCode}): {detail ?? "it does not say why"}"
        );
    }

    public void Dispose() => _client.Dispose();
}
