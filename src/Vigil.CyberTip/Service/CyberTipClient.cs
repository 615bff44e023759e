using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Vigil.CyberTip.Service;

/// <summary>
/// Calls the service. One call is one request: nothing is retried here, because only <see cref="Filing.FilingMachine"/>
/// knows what may be sent twice. What the service says, and that it said nothing, are return values.
/// </summary>
/// <param name="http">
/// Sends the requests; must not follow redirects (<see cref="CreateHandler"/> makes one that does not). Not disposed.
/// </param>
/// <param name="options">Where the service is and who calls it.</param>
/// <param name="time">Measures the time-outs; default: the system's.</param>
/// <exception cref="ArgumentException">The options are not safe.</exception>
public sealed class CyberTipClient(
    HttpMessageInvoker http,
    CyberTipOptions options,
    TimeProvider? time = null
)
{
    private readonly CyberTipOptions _options = CyberTipOptions.Checked(options);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>A handler as this client needs it: no redirects, no cookies, bounded.</summary>
    public static SocketsHttpHandler CreateHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };

    /// <summary>Whether service and credentials work.</summary>
    public Task<ServiceAnswer> StatusAsync(CancellationToken cancellation) =>
        CallAsync(ServiceCall.Status, HttpMethod.Get, null, cancellation);

    /// <summary>Fetches the schema; <see cref="OfficialSchema.Parse"/> reads its bytes.</summary>
    public Task<ServiceAnswer> XsdAsync(CancellationToken cancellation) =>
        CallAsync(ServiceCall.Xsd, HttpMethod.Get, null, cancellation);

    /// <summary>Opens a report.</summary>
    /// <param name="report">The document, as <see cref="ReportXml.Write"/> made it and a person approved it.</param>
    public Task<ServiceAnswer> SubmitAsync(ReadOnlyMemory<byte> report, CancellationToken cancellation) =>
        CallAsync(ServiceCall.Submit, HttpMethod.Post, XmlContent(report), cancellation);

    /// <summary>Adds a file, in constant memory, and compares the service's MD5 with that of the bytes sent.</summary>
    /// <param name="reportId">Number of the open report.</param>
    /// <param name="file">Read once from where it stands; not disposed.</param>
    /// <param name="fileName">Name in the form; not that of the details.</param>
    /// <exception cref="IOException">The file could not be read: the call is to be counted as lost.</exception>
    public async Task<ServiceAnswer> UploadAsync(
        long reportId,
        Stream file,
        string fileName,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        using var timer = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        long? length = file.CanSeek ? file.Length - file.Position : null;
        using var content = new UploadContent(file, length, () => timer.CancelAfter(_options.Timeout));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = Form(reportId);
        Add(form, content, "file", fileName);
        var answer = await SendAsync(ServiceCall.Upload, HttpMethod.Post, form, either.Token, cancellation);
        content.SourceFault?.Throw();
        var hash = AnswerReader.HashOf(answer.Bytes);
        return answer.Class != AnswerClass.Done || hash is null
            ? answer
            : answer with
            {
                Md5Matches = string.Equals(hash, content.Md5, StringComparison.OrdinalIgnoreCase),
            };
    }

    /// <summary>Adds the details of a file.</summary>
    /// <param name="details">The document, with the numbers that the service gave.</param>
    public Task<ServiceAnswer> FileInfoAsync(ReadOnlyMemory<byte> details, CancellationToken cancellation) =>
        CallAsync(ServiceCall.FileInfo, HttpMethod.Post, XmlContent(details), cancellation);

    /// <summary>Files the report.</summary>
    public Task<ServiceAnswer> FinishAsync(long reportId, CancellationToken cancellation) =>
        CallAsync(ServiceCall.Finish, HttpMethod.Post, Form(reportId), cancellation);

    /// <summary>Takes an unfinished report back.</summary>
    public Task<ServiceAnswer> RetractAsync(long reportId, CancellationToken cancellation) =>
        CallAsync(ServiceCall.Retract, HttpMethod.Post, Form(reportId), cancellation);

    private async Task<ServiceAnswer> CallAsync(
        ServiceCall call,
        HttpMethod method,
        HttpContent? content,
        CancellationToken cancellation
    )
    {
        using var owned = content;
        using var timer = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        return await SendAsync(call, method, content, either.Token, cancellation);
    }

    private async Task<ServiceAnswer> SendAsync(
        ServiceCall call,
        HttpMethod method,
        HttpContent? content,
        CancellationToken either,
        CancellationToken callers
    )
    {
        var address = AddressOf(call);
        using var request = new HttpRequestMessage(method, address) { Content = content };
        var credentials = Encoding.UTF8.GetBytes($"{_options.UserName}:{_options.Password}");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(credentials));
        request.Headers.ExpectContinue = false;
        try
        {
            using var response = await http.SendAsync(request, either);
            if (response.RequestMessage?.RequestUri is { } asked && asked != address)
            {
                throw new InvalidOperationException(
                    "The handler followed a redirect: give one that does not, as CyberTipClient.CreateHandler makes."
                );
            }
            var body = await ReadAsync(response.Content, call, either);
            var status = (int)response.StatusCode;
            return body is null
                ? Lost(
                    call,
                    "The answer is larger than any the service gives.",
                    status,
                    RequestIdOf(response)
                )
                : AnswerReader.Read(call, status, RequestIdOf(response), body);
        }
        catch (OperationCanceledException) when (!callers.IsCancellationRequested)
        {
            return Lost(call, $"No answer within {_options.Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Lost(call, $"The connection failed: {(e as HttpRequestException)?.HttpRequestError}.");
        }
    }

    private Uri AddressOf(ServiceCall call)
    {
        var name = call.ToString().ToLowerInvariant();
        return new Uri($"{_options.BaseAddress.AbsoluteUri.TrimEnd('/')}/{name}");
    }

    private static ServiceAnswer Lost(
        ServiceCall call,
        string why,
        int? status = null,
        string? requestId = null
    ) =>
        new()
        {
            Call = call,
            Class = AnswerClass.Lost,
            HttpStatus = status,
            RequestId = requestId,
            Description = why,
        };

    /// <summary>Null: more than is taken.</summary>
    private static async Task<byte[]?> ReadAsync(
        HttpContent content,
        ServiceCall call,
        CancellationToken cancellation
    )
    {
        var most = call == ServiceCall.Xsd ? OfficialSchema.MaxBytes : CyberTipOptions.MaxAnswerBytes;
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var kept = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int count; (count = await stream.ReadAsync(piece, cancellation)) > 0; )
        {
            if (kept.Length + count > most)
            {
                return null;
            }
            kept.Write(piece, 0, count);
        }
        return kept.ToArray();
    }

    private static string? RequestIdOf(HttpResponseMessage response)
    {
        const int most = 200;
        return response.Headers.TryGetValues("Request-ID", out var values)
            ? new string([.. values.First().Where(char.IsAscii).Where(c => !char.IsControl(c)).Take(most)])
            : null;
    }

    private static ReadOnlyMemoryContent XmlContent(ReadOnlyMemory<byte> document) =>
        new(document)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("text/xml") { CharSet = "utf-8" } },
        };

    private static MultipartFormDataContent Form(long reportId)
    {
        var form = new MultipartFormDataContent();
        var id = new StringContent(reportId.ToString(CultureInfo.InvariantCulture));
        id.Headers.ContentType = null;
        Add(form, id, "id", null);
        return form;
    }

    /// <summary>Names in quotation marks: not every server reads them without.</summary>
    private static void Add(MultipartFormDataContent form, HttpContent part, string name, string? fileName)
    {
        var plain = fileName
            ?.Where(c => char.IsAsciiLetterOrDigit(c) || "._-".Contains(c))
            .Take(100)
            .ToArray();
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = $"\"{name}\"",
            FileName = plain is null ? null : $"\"{(plain.Length == 0 ? "file" : new string(plain))}\"",
        };
        form.Add(part);
    }
}
