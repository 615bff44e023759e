using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Signs in and reports. The service has no key against repeats and no way to ask for a report by the hotline's
/// reference: when its answer is lost, a person finds out.
/// </summary>
internal sealed class IccamClient(HttpMessageInvoker http, CallTarget target, TimeSpan timeout)
{
    private const int MaxAnswerBytes = 64 * 1024;

    public async Task<CallAnswer> ReportAsync(ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        var (token, refusal) = await SignInAsync(cancellation);
        if (token is null)
        {
            return refusal!;
        }
        var answer = await PostAsync(token, document, cancellation);
        if (answer.Status != (int)HttpStatusCode.Unauthorized)
        {
            return answer;
        }
        // A token lives for half an hour; one that ended in between is no refusal.
        (token, refusal) = await SignInAsync(cancellation);
        return token is null ? refusal! : await PostAsync(token, document, cancellation);
    }

    private async Task<(string? Token, CallAnswer? Refusal)> SignInAsync(CancellationToken cancellation)
    {
        using var content = JsonContent.Create(
            new { username = target.UserName, password = target.Password }
        );
        var said = await SendAsync("Authentication", content, null, cancellation);
        return said.Status switch
        {
            200 when TokenIn(said.Body) is { } token => (token, null),
            400 or 401 or 403 => (
                null,
                NotAllowed(said, "The service refuses the name, the password or the client certificate.")
            ),
            _ => (
                null,
                new CallAnswer(CallOutcome.NotFiled, null, said.Status, $"Signing in: {said.Text}", [])
            ),
        };
    }

    private async Task<CallAnswer> PostAsync(
        string token,
        ReadOnlyMemory<byte> document,
        CancellationToken cancellation
    )
    {
        using var content = new ReadOnlyMemoryContent(document);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var said = await SendAsync("rest/Reports", content, token, cancellation);
        return said.Status switch
        {
            200 or 201 => NumberIn(said.Body) is { } id
                ? new CallAnswer(CallOutcome.Filed, id, said.Status, "Filed.", said.Body)
                : Unknown(said, "It was taken, and the answer names no number."),
            400 or 422 => new CallAnswer(
                CallOutcome.Rejected,
                null,
                said.Status,
                $"The service refuses the report: {CodesIn(said.Body)}",
                said.Body
            ),
            401 or 403 => NotAllowed(said, "The service does not let this account report."),
            429 => new CallAnswer(
                CallOutcome.NotFiled,
                null,
                said.Status,
                "The service wants fewer calls.",
                []
            ),
            >= 300 and < 500 => NotAllowed(
                said,
                "There is no such service at this address: check the settings."
            ),
            null when said.IsUnsent => new CallAnswer(CallOutcome.NotFiled, null, null, said.Text, []),
            _ => Unknown(said, said.Text),
        };
    }

    private async Task<Said> SendAsync(
        string place,
        HttpContent content,
        string? token,
        CancellationToken cancellation
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, Address(place)) { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var body = await ReadAsync(response.Content, limit.Token);
            var status = (int)response.StatusCode;
            return new Said(status, body ?? [], $"HTTP {status}", false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Said(null, [], $"No answer within {timeout.TotalSeconds:0} s.", false);
        }
        catch (Trust.OutboundException e)
        {
            return new Said(null, [], e.Message, true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var error = (e as HttpRequestException)?.HttpRequestError;
            var isUnsent =
                error
                is HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError;
            return new Said(null, [], $"The connection failed: {error?.ToString() ?? "it broke"}.", isUnsent);
        }
    }

    private Uri Address(string place) => new($"{target.Address.AbsoluteUri.TrimEnd('/')}/{place}");

    /// <summary>Null: more than is taken.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var bytes = new byte[MaxAnswerBytes + 1];
        var count = await stream.ReadAtLeastAsync(
            bytes,
            bytes.Length,
            throwOnEndOfStream: false,
            cancellation
        );
        return count <= MaxAnswerBytes ? bytes[..count] : null;
    }

    private static string? TokenIn(byte[] body) =>
        Read(
            body,
            root =>
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("bearerToken", out var token)
                && token.ValueKind == JsonValueKind.String
                && token.GetString() is { Length: > 0 and <= 8192 } text
                && text.All(c => c is > ' ' and <= '~')
                    ? text
                    : null
        );

    /// <summary>The answer is the number alone.</summary>
    private static string? NumberIn(byte[] body) =>
        Read(
            body,
            root =>
                root.ValueKind == JsonValueKind.Number && root.TryGetInt64(out var number) && number > 0
                    ? number.ToString(CultureInfo.InvariantCulture)
                    : null
        );

    /// <summary>Names of what was refused; the texts may quote the report.</summary>
    private static string CodesIn(byte[] body) =>
        Read(
            body,
            root =>
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("errors", out var errors)
                && errors.ValueKind == JsonValueKind.Object
                    ? string.Join(", ", errors.EnumerateObject().Take(20).Select(error => Short(error.Name)))
                    : null
        ) ?? "it does not say why";

    private static string Short(string name) =>
        new([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || "[]._-".Contains(c)).Take(60)]);

    private static string? Read(byte[] body, Func<JsonElement, string?> read)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return read(json.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CallAnswer NotAllowed(Said said, string text) =>
        new(CallOutcome.NotAllowed, null, said.Status, text, said.Body);

    private static CallAnswer Unknown(Said said, string text) =>
        new(
            CallOutcome.Unknown,
            null,
            said.Status,
            $"{text} It may be filed: look in ICCAM for the hotline's reference before it is sent again.",
            said.Body
        );

    /// <param name="Status">Null: no answer came.</param>
    /// <param name="IsUnsent">The connection was never made.</param>
    private sealed record Said(int? Status, byte[] Body, string Text, bool IsUnsent);
}
