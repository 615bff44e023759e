using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>The report for people: a page without scripts, pictures or links; every value is escaped.</summary>
internal static class SummaryHtml
{
    private const int MaxDepth = 12;

    /// <param name="title">Of the page.</param>
    /// <param name="facts">What stands above the report.</param>
    /// <param name="report">The approved document, JSON.</param>
    public static byte[] Of(string title, IReadOnlyList<(string Name, string Value)> facts, byte[] report)
    {
        var page = new StringBuilder();
        page.Append(
            CultureInfo.InvariantCulture,
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{{Escaped(title)}}</title>
            <style>
            body { font: 1rem/1.4 sans-serif; margin: 2rem; max-width: 60rem }
            dt { font-weight: bold; margin-top: 0.4rem }
            dd { margin-left: 1.5rem; white-space: pre-wrap; overflow-wrap: anywhere }
            </style>
            </head>
            <body>
            <h1>{{Escaped(title)}}</h1>
            <p>All of it stands in report.json, and this page in the signed manifest. Nothing is loaded.</p>
            <dl>

            """
        );
        foreach (var (name, value) in facts)
        {
            AddEntry(page, name, value);
        }
        page.Append("</dl>\n<h2>Report</h2>\n");
        using var json = JsonDocument.Parse(report, new JsonDocumentOptions { MaxDepth = 64 });
        AddValue(page, json.RootElement, 0);
        page.Append("</body>\n</html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static void AddValue(StringBuilder page, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when depth < MaxDepth:
                page.Append("<dl>\n");
                foreach (var member in value.EnumerateObject())
                {
                    page.Append("<dt>").Append(Escaped(Spaced(member.Name))).Append("</dt>\n<dd>");
                    AddValue(page, member.Value, depth + 1);
                    page.Append("</dd>\n");
                }
                page.Append("</dl>\n");
                break;
            case JsonValueKind.Array when depth < MaxDepth:
                page.Append("<ol>\n");
                foreach (var item in value.EnumerateArray())
                {
                    page.Append("<li>");
                    AddValue(page, item, depth + 1);
                    page.Append("</li>\n");
                }
                page.Append("</ol>\n");
                break;
            default:
                page.Append(Escaped(value.ToString()));
                break;
        }
    }

    private static void AddEntry(StringBuilder page, string name, string value) =>
        page.Append(CultureInfo.InvariantCulture, $"<dt>{Escaped(name)}</dt>\n<dd>{Escaped(value)}</dd>\n");

    /// <summary>"uploadedAt" as "uploaded at".</summary>
    private static string Spaced(string name) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(name).Replace('_', ' ');

    /// <summary>What turns the direction of writing stands as its number: no value looks like another.</summary>
    private static string Escaped(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            if (Turns(sign))
            {
                shown.Append(CultureInfo.InvariantCulture, $"<U+{(int)sign:X4}>");
            }
            else
            {
                shown.Append(sign);
            }
        }
        return WebUtility.HtmlEncode(shown.ToString());
    }

    private static bool Turns(char sign) =>
        sign
            is '\u061C'
                or '\u200E'
                or '\u200F'
                or (>= '\u202A' and <= '\u202E')
                or (>= '\u2066' and <= '\u2069');
}
