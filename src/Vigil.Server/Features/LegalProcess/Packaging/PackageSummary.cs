using System.Net;
using System.Text;
using Vigil.Evidence;

namespace Vigil.Server.Features.LegalProcess.Packaging;

/// <summary>The page that a person at the authority reads first. Shows no content and runs nothing.</summary>
internal static class PackageSummary
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
        <title>Disclosure</title></head>
        <body>
        <h1>Disclosure</h1>
        <p>This package may hold child sexual abuse material. Open its files only where and by whom that is lawful.</p>

        """;

    public static byte[] Write(PackageHead head, IReadOnlyList<(PackagePart Part, PackageFile? File)> parts)
    {
        var text = new StringBuilder(Head).Append("<table>\n");
        Row(text, "Authority", $"{head.Authority}, {head.Country}");
        Row(text, "Their reference", head.Reference);
        Row(text, "Request", $"{head.Kind.Replace('_', ' ')}, {head.RequestId}");
        Row(text, "Received", $"{head.ReceivedAt:yyyy-MM-dd HH:mm} UTC");
        Row(
            text,
            "Released",
            $"{head.ApprovedAt:yyyy-MM-dd HH:mm} UTC by {head.AskedBy} and {head.ApprovedBy}"
        );
        Row(text, "Sealed to the key", head.RecipientFingerprint);
        text.Append("</table>\n<h2>Contents</h2>\n<table>\n");
        foreach (var (part, file) in parts)
        {
            Row(
                text,
                part.Name,
                file is null
                    ? $"{part.Bytes} bytes, SHA-256 {part.Sha256}"
                    : $"{file.Kind}, {part.Bytes} bytes, case {file.CaseRef}, sealed {file.SealedAt:yyyy-MM-dd HH:mm} "
                        + $"UTC, SHA-256 {part.Sha256}"
            );
        }
        text.Append(
            "</table>\n<p>manifest.json has the digests, custody.json who kept what since when.</p>\n"
        );
        return Encoding.UTF8.GetBytes(text.Append("</body>\n</html>\n").ToString().ReplaceLineEndings("\n"));
    }

    private static void Row(StringBuilder text, string name, string value) =>
        text.Append("<tr><th>")
            .Append(WebUtility.HtmlEncode(name))
            .Append("</th><td>")
            .Append(WebUtility.HtmlEncode(value))
            .Append("</td></tr>\n");
}
