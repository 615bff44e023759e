using System.Security.Cryptography;
using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>What each place of the service does.</summary>
internal sealed class CyberTipEndpoints(ReportBook book, DocumentCheck check)
{
    private const int MaxDocumentBytes = 16 * 1024 * 1024;

    public async Task<CyberTipAnswer> AnswerAsync(
        string place,
        RequestHead head,
        BodyStream body,
        CyberTipFault fault,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        (head.Method, place) switch
        {
            ("GET", "status") => CyberTipAnswer.Code(0, "Remote User : sample, Remote Ip : 127.0.0.1"),
            ("GET", "xsd") => new(200, "application/xml;charset=UTF-8", check.Schema),
            ("POST", "submit") => await SubmitAsync(head, body, now, stop),
            ("POST", "fileinfo") => await FileInfoAsync(head, body, now, stop),
            ("POST", "upload") => await UploadAsync(head, body, fault, now, stop),
            ("POST", "finish") => Finish((await FormOf(head, body, stop))?.Id, now),
            ("POST", "retract") => Retract((await FormOf(head, body, stop))?.Id, now),
            _ => CyberTipAnswer.Code(1210, "Resource not found", status: 404),
        };

    private async Task<CyberTipAnswer> SubmitAsync(
        RequestHead head,
        BodyStream body,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var (document, refusal) = await DocumentOfAsync("report", head, body, now, stop);
        return refusal ?? CyberTipAnswer.Ok(book.Open(document!, now).Id);
    }

    private async Task<CyberTipAnswer> FileInfoAsync(
        RequestHead head,
        BodyStream body,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var (document, refusal) = await DocumentOfAsync("fileDetails", head, body, now, stop);
        return refusal
            ?? book.Change(
                document!.Element("reportId")?.Value,
                now,
                report => Describe(report, document, now)
            );
    }

    private static CyberTipAnswer Describe(SimulatedReport report, XElement document, DateTimeOffset now)
    {
        if (report.FileList.Find(each => each.Id == document.Element("fileId")?.Value) is not { } file)
        {
            return CyberTipAnswer.Code(5002, "File does not exist");
        }
        if (file.Details is not null)
        {
            return CyberTipAnswer.Code(4000, "The details of this file were given before");
        }
        file.Details = document;
        report.ModifiedAt = now;
        return CyberTipAnswer.Ok(report.Id);
    }

    private async Task<CyberTipAnswer> UploadAsync(
        RequestHead head,
        BodyStream body,
        CyberTipFault fault,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var form = await FormOf(head, body, stop);
        return form is not { HasFile: true }
            ? CyberTipAnswer.Code(4000, "Invalid request: id and file are required")
            : book.Change(form.Id, now, report => Add(report, form, fault, now));
    }

    private static CyberTipAnswer Add(
        SimulatedReport report,
        Form form,
        CyberTipFault fault,
        DateTimeOffset now
    )
    {
        var file = new SimulatedFile
        {
            Id = RandomNumberGenerator.GetHexString(32, lowercase: true),
            Name = form.FileName,
            Bytes = form.FileBytes,
            Md5 = form.FileMd5,
        };
        report.FileList.Add(file);
        report.ModifiedAt = now;
        var md5 = fault == CyberTipFault.WrongMd5 ? new string('0', 32) : file.Md5;
        return CyberTipAnswer.Ok(report.Id, file.Id, md5);
    }

    private CyberTipAnswer Finish(string? id, DateTimeOffset now) =>
        book.Change(
            id,
            now,
            report =>
            {
                if (report.IsBatched && RelationRules.OfBatchedFiles(report) is { } error)
                {
                    return CyberTipAnswer.Code(4100, error, status: 400);
                }
                report.State = SimulatedReportState.Finished;
                return CyberTipAnswer.Done(report);
            }
        );

    private CyberTipAnswer Retract(string? id, DateTimeOffset now) =>
        book.Change(
            id,
            now,
            report =>
            {
                report.State = SimulatedReportState.Retracted;
                return CyberTipAnswer.Ok(report.Id);
            }
        );

    private async Task<(XElement?, CyberTipAnswer?)> DocumentOfAsync(
        string root,
        RequestHead head,
        BodyStream body,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (!head["content-type"].StartsWith("text/xml", StringComparison.OrdinalIgnoreCase))
        {
            return (null, CyberTipAnswer.Code(4000, "Invalid request: text/xml is required"));
        }
        if (await body.ReadAllAsync(MaxDocumentBytes, stop) is not { } bytes)
        {
            return (null, CyberTipAnswer.Code(4000, "Invalid request: too large"));
        }
        var (document, errors, isMalformed) = check.Read(bytes, root, now);
        return errors.Count == 0
            ? (document, null)
            : (null, CyberTipAnswer.Code(isMalformed ? 4110 : 4100, string.Join(" | ", errors)));
    }

    private static Task<Form?> FormOf(RequestHead head, BodyStream body, CancellationToken stop) =>
        FormReader.ReadAsync(body, head["content-type"], stop);
}
