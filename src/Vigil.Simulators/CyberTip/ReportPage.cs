using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Vigil.Simulators.CyberTip;

/// <summary>A page of what arrived, as those who read reports would see it.</summary>
internal static class ReportPage
{
    private const int MaxReports = 200;

    public static CyberTipAnswer Of(IReadOnlyList<SimulatedReport> reports)
    {
        var page = new StringBuilder(
            """
            <!doctype html><html lang="en"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Reports that arrived – simulated CyberTipline</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 1rem/1.4 sans-serif; margin: 2rem; max-width: 70rem }
            table { border-collapse: collapse; margin: 0.5rem 0 }
            td, th { border: 1px solid #888; padding: 0.2rem 0.6rem; text-align: left; vertical-align: top }
            caption { text-align: left; padding: 0.2rem 0 }
            td { white-space: pre-wrap; overflow-wrap: anywhere }
            th[scope=row] { font-weight: 400; overflow-wrap: anywhere; min-width: 14rem }
            </style>
            <h1>Reports that arrived</h1>
            <p>A simulation on this machine, not affiliated with NCMEC. Nothing is kept when it ends.</p>

            """
        );
        page.Append("<p>")
            .Append(
                reports.Count switch
                {
                    0 => "None yet.",
                    1 => "One report.",
                    var count => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{count} reports, the newest first."
                    ),
                }
            )
            .Append("</p>\n");
        foreach (var report in reports.Reverse().Take(MaxReports))
        {
            Add(page, report);
        }
        return new CyberTipAnswer(200, "text/html;charset=UTF-8", page.Append("</html>\n").ToString());
    }

    private static void Add(StringBuilder page, SimulatedReport report)
    {
        var priority = report.Document.Descendants("escalateToHighPriority").Any() ? ", high priority" : "";
        page.Append(CultureInfo.InvariantCulture, $"<h2>Report {report.Id}: {report.State}{priority}</h2>\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p>Opened {report.OpenedAt:yyyy-MM-dd HH:mm:ss} UTC</p>\n"
        );
        AddTable(page, report.Document, "What the report says");
        foreach (var file in report.Files)
        {
            var name = WebUtility.HtmlEncode(file.Name);
            page.Append(
                CultureInfo.InvariantCulture,
                $"<h3>File {file.Id}</h3>\n<p>{name}, {file.Bytes} bytes, MD5 {file.Md5}</p>\n"
            );
            if (file.Details is { } details)
            {
                AddTable(page, details, "What is said of the file");
            }
        }
    }

    private static void AddTable(StringBuilder page, XElement document, string caption)
    {
        page.Append(CultureInfo.InvariantCulture, $"<table><caption>{caption}</caption>\n");
        page.Append("<tr><th scope=\"col\">Field</th><th scope=\"col\">Value</th></tr>\n");
        foreach (var element in document.Descendants())
        {
            var path = string.Join(
                " / ",
                element.AncestorsAndSelf().Reverse().Skip(1).Select(each => each.Name.LocalName)
            );
            foreach (var attribute in element.Attributes())
            {
                AddRow(page, $"{path} @{attribute.Name.LocalName}", attribute.Value);
            }
            if (!element.HasElements)
            {
                AddRow(page, path, element.Value);
            }
        }
        page.Append("</table>\n");
    }

    private static void AddRow(StringBuilder page, string name, string value)
    {
        var (shownName, shownValue) = (WebUtility.HtmlEncode(name), WebUtility.HtmlEncode(value));
        page.Append(
            CultureInfo.InvariantCulture,
            $"<tr><th scope=\"row\">{shownName}</th><td>{shownValue}</td></tr>\n"
        );
    }
}
