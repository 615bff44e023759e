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
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Reports that arrived</title>
            <style>
            body { font: 1rem/1.4 sans-serif; margin: 2rem; max-width: 70rem }
            table { border-collapse: collapse; margin: 0.5rem 0 }
            td, th { border: 1px solid #888; padding: 0.2rem 0.6rem; text-align: left; vertical-align: top }
            td { white-space: pre-wrap; overflow-wrap: anywhere }
            </style>
            <h1>Reports that arrived</h1>
            <p>A simulation on this machine, not affiliated with NCMEC. Nothing is kept when it ends.</p>

            """
        );
        page.Append(CultureInfo.InvariantCulture, $"<p>{reports.Count} reports, the newest first.</p>\n");
        foreach (var report in reports.Reverse().Take(MaxReports))
        {
            Add(page, report);
        }
        return new CyberTipAnswer(200, "text/html;charset=UTF-8", page.Append("</html>\n").ToString());
    }

    private static void Add(StringBuilder page, SimulatedReport report)
    {
        var priority = report.Document.Descendants("escalateToHighPriority").Any() ? ", high priority" : "";
        page.Append(
            CultureInfo.InvariantCulture,
            $"<h2>Report {report.Id}: {report.State}{priority}</h2>\n<p>Opened {report.OpenedAt:u}</p>\n"
        );
        AddTable(page, report.Document);
        foreach (var file in report.Files)
        {
            var name = WebUtility.HtmlEncode(file.Name);
            page.Append(
                CultureInfo.InvariantCulture,
                $"<h3>File {file.Id}</h3>\n<p>{name}, {file.Bytes} bytes, MD5 {file.Md5}</p>\n"
            );
            if (file.Details is { } details)
            {
                AddTable(page, details);
            }
        }
    }

    private static void AddTable(StringBuilder page, XElement document)
    {
        page.Append("<table><tr><th>Field<th>Value\n");
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
        page.Append(CultureInfo.InvariantCulture, $"<tr><td>{shownName}<td>{shownValue}\n");
    }
}
