using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Vigil.Server.Ui;

/// <summary>One control of a form with what was sent of it. Pure.</summary>
internal static partial class FilledControl
{
    /// <summary>Never filled: they hold nothing that a person typed, or a secret.</summary>
    private static readonly string[] Never =
    [
        "hidden",
        "password",
        "file",
        "submit",
        "button",
        "image",
        "reset",
    ];

    /// <param name="tag">Its start.</param>
    /// <param name="rest">What stands between its start and its end.</param>
    /// <param name="used">How many values of a name have been filled in; counted on.</param>
    /// <returns>Null: it stays as the page has it.</returns>
    public static string? Of(HtmlTag tag, string rest, SentForm sent, Dictionary<string, int> used)
    {
        var kind = tag.Find("type") ?? "text";
        if (
            tag.Find("name") is not { Length: > 0 } name
            || (tag.Name == "input" && Never.Contains(kind))
            || IsForAnew(tag, kind)
        )
        {
            return null;
        }
        var values = sent.Fields[name];
        var isChoice = tag.Name == "select" || (tag.Name == "input" && kind is "checkbox" or "radio");
        if (isChoice && sent.IsOfAnOlderState)
        {
            return null;
        }
        if (isChoice && tag.Name == "input")
        {
            return tag.Marked("checked", values.Contains(tag.Find("value") ?? "on")).ToString();
        }
        if (tag.Name == "select")
        {
            return values.Count == 0 ? null : $"{tag}{Chosen(rest, values)}</select>";
        }
        if (SentForm.IsSecret(name))
        {
            return null;
        }
        var at = used.GetValueOrDefault(name);
        if (at >= values.Count)
        {
            return null;
        }
        used[name] = at + 1;
        var value = values[at] ?? "";
        return tag.Name == "textarea"
            ? $"{tag}{Text(value)}</textarea>"
            : tag.With("value", value).ToString();
    }

    /// <summary>A box that must be ticked, and what is marked so: by it a person confirms, and does it anew.</summary>
    private static bool IsForAnew(HtmlTag tag, string kind) =>
        tag.Find("data-anew") is not null || (kind == "checkbox" && tag.Find("required") is not null);

    private static string Chosen(string options, StringValues values) =>
        Options()
            .Replace(
                options,
                option =>
                {
                    var tag = HtmlTag.Of("option", option.Groups["head"].Value);
                    var text = option.Groups["text"].Value;
                    var value = tag.Find("value") ?? WebUtility.HtmlDecode(text).Trim();
                    return $"{tag.Marked("selected", values.Contains(value))}{text}</option>";
                }
            );

    /// <summary>A reader of HTML leaves out the first line's end of a text.</summary>
    private static string Text(string value) =>
        value is ['\n' or '\r', ..] ? "\n" + FilledForm.Encode(value) : FilledForm.Encode(value);

    [GeneratedRegex(
        "<option(?<head>[^>]*)>(?<text>[^<]*)</option>",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Options();
}
