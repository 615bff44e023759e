using System.Globalization;
using Vigil.CyberTip.Documents;

namespace Vigil.CyberTip.Service;

/// <summary>
/// Reads the service's answers leniently: the code in the XML decides, then the status of HTTP; what is more than
/// expected is passed over, an empty body is no error.
/// </summary>
internal static class AnswerReader
{
    private const int MaxDescription = 2000;

    public static ServiceAnswer Read(
        ServiceCall call,
        int status,
        string? requestId,
        ReadOnlyMemory<byte> body
    )
    {
        var answer = new ServiceAnswer
        {
            Call = call,
            Class = OfStatus(status),
            HttpStatus = status,
            RequestId = requestId,
            Bytes = body,
        };
        if (call == ServiceCall.Xsd && status == 200 && TryRead(body) is { Name: not "reportResponse" })
        {
            return answer with { Class = AnswerClass.Done };
        }
        return
            TryRead(body) is { Name: "reportResponse" or "reportDoneResponse" } root
            && Number(root, "responseCode") is >= int.MinValue and <= int.MaxValue and var code
            ? OfXml(answer, root, (int)code)
            : answer;
    }

    /// <summary>What a code means; by its family where it is not known.</summary>
    public static AnswerClass OfCode(int code) =>
        code switch
        {
            0 => AnswerClass.Done,
            1210 => AnswerClass.Operator,
            >= 1000 and < 2000 => AnswerClass.ServerSide,
            >= 2000 and < 4000 => AnswerClass.Credentials,
            >= 4000 and < 5000 => AnswerClass.Refused,
            5001 => AnswerClass.NoSuchReport,
            5002 => AnswerClass.NoSuchFile,
            5101 => AnswerClass.AlreadyRetracted,
            5102 => AnswerClass.AlreadyFinished,
            _ => AnswerClass.Unexpected,
        };

    private static AnswerClass OfStatus(int status) =>
        status switch
        {
            401 or 403 or 407 => AnswerClass.Credentials,
            >= 300 and < 400 or 404 or 405 or 410 => AnswerClass.Operator,
            408 or 429 => AnswerClass.ServerSide,
            >= 400 and < 500 => AnswerClass.Refused,
            _ => AnswerClass.Lost,
        };

    private static ServiceAnswer OfXml(ServiceAnswer answer, Node root, int code)
    {
        var description = Text(root, "responseDescription");
        var read = answer with
        {
            Class = OfCode(code),
            Code = code,
            Description = description?[..Math.Min(description.Length, MaxDescription)],
            ReportId = Number(root, "reportId"),
            FileId = Text(root, "fileId"),
            FileIds = root.Children.FirstOrDefault(child => child.Name == "files") is { } files
                ?
                [
                    .. files
                        .Children.Where(child => child.Name == "fileId")
                        .Select(child => child.Text.Trim()),
                ]
                : null,
        };
        return read.Class == AnswerClass.Done && !IsWhole(read, root)
            ? read with
            {
                Class = AnswerClass.Lost,
            }
            : read;
    }

    /// <summary>"Done" without what the call is made for is as good as no answer.</summary>
    private static bool IsWhole(ServiceAnswer answer, Node root) =>
        answer.Call switch
        {
            ServiceCall.Submit => answer.ReportId > 0,
            ServiceCall.Upload => answer.FileId is { Length: > 0 },
            ServiceCall.Finish => root.Name == "reportDoneResponse" && answer.ReportId > 0,
            ServiceCall.Xsd => false,
            _ => true,
        };

    private static Node? TryRead(ReadOnlyMemory<byte> body)
    {
        try
        {
            var limits = DocumentLimits.Answer with { MaxBytes = OfficialSchema.MaxBytes };
            return body.IsEmpty ? null : XmlTree.Read(body, limits);
        }
        catch (DocumentException)
        {
            return null;
        }
    }

    internal static string? Text(Node root, string name) =>
        root.Children.FirstOrDefault(child => child.Name == name)?.Text.Trim();

    internal static string? HashOf(ReadOnlyMemory<byte> body) =>
        TryRead(body) is { } root ? Text(root, "hash") : null;

    private static long? Number(Node root, string name) =>
        long.TryParse(
            Text(root, name),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
