using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>`POST /v1/scan`: one file, its hashes, or an address.</summary>
internal sealed class SubmitScan(
    Admission admission,
    RunScan run,
    MediaDesk desk,
    SealAtMatch sealing,
    BytesInFlight inFlight,
    ServerOptions options
)
{
    /// <summary>Metadata beside the file in multipart.</summary>
    private const int MaxTextPartBytes = 4096;

    private ScanLimits Limits => options.Scan;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var rules = await admission.BeginAsync(context);
        admission.TakeOfKey(context, 1);
        var answer = context.Request switch
        {
            var request when request.HasJsonContentType() => await JsonAsync(context, rules),
            { ContentType: { } type } when IsMultipart(type) => await MultipartAsync(context, rules),
            { ContentType: { } type } when IsRaw(type) => await RawAsync(context, rules),
            _ => throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType,
                "wrong_content_type",
                "Send the bytes as image/*, video/* or application/octet-stream, a file as multipart/form-data, "
                    + "or hashes or an address as application/json."
            ),
        };
        return new PaddedAnswer(answer);
    }

    public static bool IsMultipart(string type) =>
        type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    private static bool IsRaw(string type) =>
        type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase);

    private async Task<ScanAnswer> JsonAsync(HttpContext context, ScanRules rules)
    {
        var bytes = await UploadReading.WithinAsync(
            context,
            Limits.MaxBodyTime,
            cancellation => JsonBody.ReadBytesAsync(context, Limits.MaxJsonBytes, cancellation)
        );
        var asked = JsonBody.Parse<ScanRequest>(bytes);
        var elsewhere = ScanMetadata.Of(context.Request);
        var metadata = admission.Parse(context, name => asked.Find(name) ?? elsewhere(name), rules);
        var facts = asked.ToFacts();
        return admission.Refuse(context.Actor(), metadata, rules)
            ?? await run.RunAsync(
                Order(context, metadata, _ => Task.FromResult(facts), ScanItems.Describe(asked))
            );
    }

    private async Task<ScanAnswer> RawAsync(HttpContext context, ScanRules rules)
    {
        var metadata = admission.Parse(context, ScanMetadata.Of(context.Request), rules);
        if (admission.Refuse(context.Actor(), metadata, rules) is { } refused)
        {
            return refused;
        }
        CheckRoom(metadata);
        UploadReading.LimitBody(context, desk.MaxFileBytes + UploadReading.ReadPastBytes);
        var upload = new Upload(inFlight, desk.MaxFileBytes);
        try
        {
            await UploadReading.ReadRawAsync(context, upload, Limits.MaxBodyTime);
            desk.CheckQueue();
        }
        catch
        {
            upload.Dispose();
            throw;
        }
        return await run.RunAsync(FileOrder(context, metadata, upload, rules));
    }

    private async Task<ScanAnswer> MultipartAsync(HttpContext context, ScanRules rules)
    {
        UploadReading.LimitBody(context, desk.MaxFileBytes + UploadReading.ReadPastBytes);
        using var body = new MultipartBody(context.Request.Body, context.Request.ContentType);
        var elsewhere = ScanMetadata.Of(context.Request);
        var parts = await UploadReading.WithinAsync(
            context,
            Limits.MaxBodyTime,
            cancellation => ScanItems.ReadTextsAsync(body, MaxTextPartBytes, cancellation)
        );
        var metadata = admission.Parse(
            context,
            name => parts.Texts.GetValueOrDefault(name) ?? elsewhere(name),
            rules
        );
        if (parts.File is null)
        {
            throw ProblemException.BadRequest(
                "file_missing",
                "Send one part with a file name, after the parts that describe it."
            );
        }
        if (admission.Refuse(context.Actor(), metadata, rules) is { } refused)
        {
            return refused;
        }
        CheckRoom(metadata);
        var upload = new Upload(inFlight, desk.MaxFileBytes);
        try
        {
            await UploadReading.WithinAsync(
                context,
                Limits.MaxBodyTime,
                cancellation => ReadOneAsync(body, upload, cancellation)
            );
            desk.CheckQueue();
        }
        catch
        {
            upload.Dispose();
            throw;
        }
        return await run.RunAsync(FileOrder(context, metadata, upload, rules));
    }

    private static async Task<bool> ReadOneAsync(
        MultipartBody body,
        Upload upload,
        CancellationToken cancellation
    )
    {
        await body.CopyAsync(piece => upload.Append(piece.Span), cancellation);
        if (await body.NextAsync(cancellation) is not null)
        {
            throw ProblemException.BadRequest(
                "bad_multipart",
                "The file is the last part: parts that describe it come before it; several files go to /v1/scan/batch."
            );
        }
        upload.Finish();
        return true;
    }

    private void CheckRoom(ScanMetadata metadata)
    {
        desk.CheckQueue();
        if (metadata.Wait == TimeSpan.Zero && run.Pending >= Limits.MaxPending)
        {
            throw RunScan.TooManyPending();
        }
    }

    private ScanOrder FileOrder(HttpContext context, ScanMetadata metadata, Upload upload, ScanRules rules) =>
        Order(context, metadata, sealing.Look(upload, rules), upload.Digest) with
        {
            ToSeal = sealing.Keeps(rules) ? upload : null,
            // A video takes as long as it takes: its caller is told so at once, unless it said that it waits.
            Wait = upload.IsVideo && !metadata.SaysWait ? TimeSpan.Zero : metadata.Wait,
            Release = upload.Dispose,
        };

    private ScanOrder Order(
        HttpContext context,
        ScanMetadata metadata,
        Func<CancellationToken, Task<ScanFacts>> look,
        string what
    ) =>
        new()
        {
            Actor = context.Actor(),
            Subject = metadata.ToSubject(Guid.CreateVersion7(options.Time.GetUtcNow())),
            Wait = metadata.Wait,
            Look = look,
            Key = ScanOrder.KeyOf(context, metadata.Fingerprint(what)),
        };
}
