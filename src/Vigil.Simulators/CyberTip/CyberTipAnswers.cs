using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>An answer before it is written.</summary>
internal sealed record CyberTipAnswer(int Status, string ContentType, string Body)
{
    public static CyberTipAnswer Of(XElement root, int status = 200) =>
        new(
            status,
            "application/xml;charset=UTF-8",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n" + root
        );

    public static CyberTipAnswer Code(int code, string description, int status = 200) =>
        Of(
            new XElement(
                "reportResponse",
                new XElement("responseCode", code),
                new XElement("responseDescription", description)
            ),
            status
        );

    public static CyberTipAnswer Ok(long? reportId = null, string? fileId = null, string? hash = null) =>
        Of(
            new XElement(
                "reportResponse",
                new XElement("responseCode", 0),
                new XElement("responseDescription", "Success"),
                reportId is null ? null : new XElement("reportId", reportId),
                fileId is null ? null : new XElement("fileId", fileId),
                hash is null ? null : new XElement("hash", hash)
            )
        );

    public static CyberTipAnswer Done(SimulatedReport report) =>
        Of(
            new XElement(
                "reportDoneResponse",
                new XElement("responseCode", 0),
                new XElement("reportId", report.Id),
                new XElement("files", report.Files.Select(file => new XElement("fileId", file.Id)))
            )
        );
}

/// <summary>Writes answers, whole or failing.</summary>
internal static class CyberTipWriter
{
    public static async Task WriteAsync(
        NetworkStream stream,
        CyberTipAnswer answer,
        CyberTipFault fault,
        CancellationToken stop
    )
    {
        switch (fault)
        {
            case CyberTipFault.LostBefore or CyberTipFault.LostAfter:
                await FaultAnswer.ResetAsync(stream, stream.Socket, stop);
                break;
            case CyberTipFault.Truncated:
                await SendAsync(stream, answer with { Body = answer.Body[..(answer.Body.Length / 2)] }, stop);
                break;
            case CyberTipFault.CutOff:
                await SendAsync(stream, answer, stop, announcedMore: 1000);
                break;
            case CyberTipFault.Latin1:
                await SendLatin1Async(stream, answer, stop);
                break;
            case CyberTipFault.Hang:
                await FaultAnswer.HangAsync(stream, stream.Socket, stop);
                break;
            case CyberTipFault.Huge:
                await HugeAsync(stream, stop);
                break;
            case CyberTipFault.Slow:
                await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
                await SendAsync(stream, answer, stop);
                break;
            default:
                await SendAsync(stream, answer, stop);
                break;
        }
    }

    private static async Task SendAsync(
        NetworkStream stream,
        CyberTipAnswer answer,
        CancellationToken stop,
        int announcedMore = 0
    )
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        await stream.WriteAsync(Head(answer, body.Length + announcedMore), stop);
        await stream.WriteAsync(body, stop);
    }

    private static async Task SendLatin1Async(
        NetworkStream stream,
        CyberTipAnswer answer,
        CancellationToken stop
    )
    {
        var text = answer
            .Body.Replace("UTF-8", "ISO-8859-1", StringComparison.Ordinal)
            .Replace("Success", "Réussi", StringComparison.Ordinal);
        var body = Encoding.Latin1.GetBytes(text);
        await stream.WriteAsync(
            Head(answer with { ContentType = "application/xml;charset=ISO-8859-1" }, body.Length),
            stop
        );
        await stream.WriteAsync(body, stop);
    }

    private static byte[] Head(CyberTipAnswer answer, int length)
    {
        var more = answer.Status switch
        {
            302 => "Location: http://127.0.0.1:1/elsewhere\r\n",
            401 => "WWW-Authenticate: Basic realm=\"ESP Web Services\"\r\n",
            _ => "",
        };
        return Encoding.Latin1.GetBytes(
            $"HTTP/1.1 {answer.Status} Simulated\r\nConnection: close\r\nContent-Type: {answer.ContentType}\r\n"
                + $"Request-ID: {RandomNumberGenerator.GetHexString(32, lowercase: true)}\r\n"
                + $"Content-Length: {length}\r\n{more}\r\n"
        );
    }

    private static async Task HugeAsync(NetworkStream stream, CancellationToken stop)
    {
        await stream.WriteAsync(Head(new CyberTipAnswer(200, "application/xml", ""), int.MaxValue), stop);
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)' ');
        while (true)
        {
            await stream.WriteAsync(piece, stop);
        }
    }
}
