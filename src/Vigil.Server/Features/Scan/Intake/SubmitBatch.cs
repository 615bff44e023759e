using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>Many scans as JSON. What stands here holds for each item that does not say it itself.</summary>
internal sealed record BatchRequest
{
    public string? Surface { get; init; }
    public string? Jurisdiction { get; init; }
    public string? Account { get; init; }
    public string? OnFailure { get; init; }

    /// <summary>Read one by one: what is wrong with one costs no other.</summary>
    public required IReadOnlyList<JsonElement> Items { get; init; }

    public string? Find(string name) =>
        name switch
        {
            "surface" => Surface,
            "jurisdiction" => Jurisdiction,
            "account" => Account,
            "onFailure" => OnFailure,
            _ => null,
        };

    public override string ToString() => "batch";
}

/// <summary>One answer for each item, in order.</summary>
internal sealed record BatchAnswer([property: JsonPropertyName("items")] IReadOnlyList<ScanAnswer> Items);

/// <summary>`POST /v1/scan/batch`: up to 1,000 hashes or addresses, or 100 files.</summary>
internal sealed class SubmitBatch(
    Admission admission,
    RunScan run,
    MediaDesk desk,
    SealAtMatch sealing,
    BytesInFlight inFlight,
    ServerOptions options
)
{
    private const int MaxTextPartBytes = 4096;
    private const int MaxIdCharacters = 128;

    /// <summary>Scans of a batch that run at a time: one caller does not fill the queue.</summary>
    private const int AtATime = 16;

    private ScanLimits Limits => options.Scan;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var rules = await admission.BeginAsync(context);
        var answers =
            context.Request.HasJsonContentType() ? await JsonAsync(context, rules)
            : SubmitScan.IsMultipart(context.Request.ContentType ?? "") ? await MultipartAsync(context, rules)
            : throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "wrong_content_type",
                "Send hashes and addresses as application/json, files as multipart/form-data."
            );
        return new BatchResult(answers);
    }

    private async Task<ScanAnswer[]> JsonAsync(HttpContext context, ScanRules rules)
    {
        var bytes = await UploadReading.WithinAsync(
            context,
            Limits.MaxBodyTime,
            cancellation => JsonBody.ReadBytesAsync(context, Limits.MaxBatchJsonBytes, cancellation)
        );
        var batch = JsonBody.Parse<BatchRequest>(bytes);
        if (batch.Items.Count == 0 || batch.Items.Count > Limits.MaxBatchItems)
        {
            throw ProblemException.BadRequest("bad_batch", $"A batch has 1 to {Limits.MaxBatchItems} items.");
        }
        var elsewhere = ScanMetadata.Of(context.Request);
        Func<string, string?> common = name => batch.Find(name) ?? elsewhere(name);
        var mode = ScanMetadata.ParseFailMode(common("onFailure"), rules);
        admission.TakeOfKey(context, batch.Items.Count);
        var answers = new ScanAnswer[batch.Items.Count];
        await Parallel.ForAsync(
            0,
            answers.Length,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (i, _) =>
            {
                answers[i] = await ItemAsync(context, batch.Items[i], i, common, rules, mode);
            }
        );
        return answers;
    }

    private async Task<ScanAnswer> ItemAsync(
        HttpContext context,
        JsonElement item,
        int index,
        Func<string, string?> common,
        ScanRules rules,
        FailMode mode
    )
    {
        var id = IdOf(item);
        return await GuardAsync(
            id,
            mode,
            async () =>
            {
                if (id is null)
                {
                    throw ProblemException.BadRequest(
                        "bad_item",
                        $"Each item is an object with an id of 1 to {MaxIdCharacters} characters."
                    );
                }
                var asked = JsonBody.Parse<ScanRequest>(JsonSerializer.SerializeToUtf8Bytes(item));
                var metadata = ScanMetadata.Parse(name => asked.Find(name) ?? common(name), rules, Limits);
                var facts = asked.ToFacts();
                return admission.Refuse(context.Actor(), metadata, rules)
                    ?? await run.RunAsync(
                        Order(
                            context,
                            metadata,
                            _ => Task.FromResult(facts),
                            ScanItems.Describe(asked),
                            index
                        )
                    );
            }
        );
    }

    private async Task<ScanAnswer[]> MultipartAsync(HttpContext context, ScanRules rules)
    {
        UploadReading.LimitBody(context, null);
        using var body = new MultipartBody(context.Request.Body, context.Request.ContentType);
        var elsewhere = ScanMetadata.Of(context.Request);
        var (texts, file) = await UploadReading.WithinAsync(
            context,
            Limits.MaxBodyTime,
            cancellation => ScanItems.ReadTextsAsync(body, MaxTextPartBytes, cancellation)
        );
        var metadata = admission.Parse(
            context,
            name => texts.GetValueOrDefault(name) ?? elsewhere(name),
            rules
        );
        using var places = new SemaphoreSlim(Math.Max(1, options.Media.Workers));
        var running = new List<Task<ScanAnswer>>();
        try
        {
            for (; file is not null; file = await NextFileAsync(context, body))
            {
                if (running.Count == Limits.MaxBatchFiles)
                {
                    throw ProblemException.BadRequest(
                        "bad_batch",
                        $"A batch has at most {Limits.MaxBatchFiles} files."
                    );
                }
                admission.TakeOfKey(context, 1);
                await places.WaitAsync(context.RequestAborted);
                running.Add(
                    await StartFileAsync(context, body, file.Name, running.Count, metadata, rules, places)
                );
            }
        }
        finally
        {
            // Also when the body breaks off: what was let in is finished, and nothing runs on unseen.
            await Task.WhenAll(running);
        }
        return running.Count > 0
            ? await Task.WhenAll(running)
            : throw ProblemException.BadRequest("file_missing", "Send 1 to 100 parts with a file name.");
    }

    /// <summary>Reads a file whole; looking at it goes on while the next is read.</summary>
    private async Task<Task<ScanAnswer>> StartFileAsync(
        HttpContext context,
        MultipartBody body,
        string id,
        int index,
        ScanMetadata metadata,
        ScanRules rules,
        SemaphoreSlim places
    )
    {
        var file = new ReceivedFile(new Upload(inFlight, desk.MaxFileBytes));
        try
        {
            file.Try(() => file.Refused = admission.Refuse(context.Actor(), metadata, rules));
            await ReceiveAsync(context, body, file);
        }
        catch
        {
            file.Upload.Dispose();
            places.Release();
            throw;
        }
        return FinishAsync();

        async Task<ScanAnswer> FinishAsync()
        {
            try
            {
                return await GuardAsync(
                    id,
                    metadata.FailMode,
                    () => AnswerAsync(context, file, metadata, rules, index)
                );
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>A file that is too large, or refused, is read past: the next one is none the worse.</summary>
    private async Task ReceiveAsync(HttpContext context, MultipartBody body, ReceivedFile file)
    {
        await UploadReading.WithinAsync(
            context,
            Limits.MaxBodyTime,
            async cancellation =>
            {
                await body.CopyAsync(piece => file.Try(() => file.Upload.Append(piece.Span)), cancellation);
                return true;
            }
        );
        file.Try(file.Upload.Finish);
    }

    private Task<ScanAnswer> AnswerAsync(
        HttpContext context,
        ReceivedFile file,
        ScanMetadata metadata,
        ScanRules rules,
        int index
    )
    {
        var upload = file.Upload;
        if (file.IsWanted)
        {
            var order = Order(context, metadata, sealing.Look(upload, rules), upload.Digest, index);
            return run.RunAsync(
                order with
                {
                    ToSeal = sealing.Keeps(rules) ? upload : null,
                    Release = upload.Dispose,
                }
            );
        }
        upload.Dispose();
        return file.Problem is null
            ? Task.FromResult(file.Refused!)
            : Task.FromException<ScanAnswer>(file.Problem);
    }

    private async Task<MultipartPart?> NextFileAsync(HttpContext context, MultipartBody body)
    {
        var part = await UploadReading.WithinAsync(context, Limits.MaxBodyTime, body.NextAsync);
        return part is null or { IsFile: true }
            ? part
            : throw ProblemException.BadRequest(
                "bad_multipart",
                "Parts that describe the files come before them."
            );
    }

    /// <summary>What is wrong with one item is that item's answer.</summary>
    private async Task<ScanAnswer> GuardAsync(string? id, FailMode mode, Func<Task<ScanAnswer>> scan)
    {
        try
        {
            return await scan() with { Id = id };
        }
        catch (ProblemException e)
        {
            return NotDone(id, e.Code, e.Message, mode);
        }
        catch (RequestKeyReusedException e)
        {
            return NotDone(id, "idempotency_key_reused", e.Message, mode);
        }
        catch (DatabaseUnavailableException)
        {
            return NotDone(
                id,
                "database_unavailable",
                "The database does not answer: send this item again.",
                mode
            );
        }
    }

    private ScanAnswer NotDone(string? id, string code, string detail, FailMode mode) =>
        ScanAnswer.NotDone(Guid.CreateVersion7(options.Time.GetUtcNow()), code, mode) with
        {
            Id = id,
            Detail = detail,
        };

    private ScanOrder Order(
        HttpContext context,
        ScanMetadata metadata,
        Func<CancellationToken, Task<ScanFacts>> look,
        string what,
        int index
    ) =>
        new()
        {
            Actor = context.Actor(),
            Subject = metadata.ToSubject(Guid.CreateVersion7(options.Time.GetUtcNow())),
            Wait = metadata.Wait,
            Look = look,
            Key = ScanOrder.KeyOf(
                context,
                metadata.Fingerprint(what),
                index.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ),
        };

    private static string? IdOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String
        && id.GetString() is { Length: > 0 and <= MaxIdCharacters } text
            ? text
            : null;

    /// <summary>One file of a batch while it is read; its first problem, or its refusal, is its answer.</summary>
    private sealed class ReceivedFile(Upload upload)
    {
        public Upload Upload => upload;
        public ProblemException? Problem { get; private set; }
        public ScanAnswer? Refused { get; set; }
        public bool IsWanted => Problem is null && Refused is null;

        /// <summary>Does nothing once the answer is known.</summary>
        public void Try(Action act)
        {
            try
            {
                if (IsWanted)
                {
                    act();
                }
            }
            catch (ProblemException e)
            {
                Problem = e;
            }
        }
    }

    /// <summary>Each item's answer has the same length, as a single one has.</summary>
    private sealed class BatchResult(ScanAnswer[] answers) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json; charset=utf-8";
            response.Headers.CacheControl = "no-store";
            using var bytes = new MemoryStream();
            bytes.Write("{\"items\":["u8);
            for (var i = 0; i < answers.Length; i++)
            {
                bytes.Write(i > 0 ? ","u8 : "\n"u8);
                bytes.Write(PaddedAnswer.Bytes(answers[i]));
            }
            bytes.Write("]}"u8);
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(
                bytes.GetBuffer().AsMemory(0, (int)bytes.Length),
                httpContext.RequestAborted
            );
        }
    }
}
