using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Vigil.Server.Ui;

/// <summary>One control of a form with what was sent of it. Pure.</summary>
internal static partial class FilledControl
{
    private const string Unchosen = "<option value=\"\" selected>choose</option>";

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

    /// <summary>
    /// What was chosen is chosen again, also after a conflict and of a page too old: the form's hidden fields have
    /// shown that it is about the same still, the person sees it and sends it anew, and a control left as the page has
    /// it would stand on a choice that nobody made. What a person confirms by is left to them.
    /// </summary>
    /// <param name="tag">Its start.</param>
    /// <param name="rest">What stands between its start and its end.</param>
    public static Filled Of(HtmlTag tag, string rest, Filling filling)
    {
        var kind = tag.Find("type") ?? "text";
        if (
            tag.Find("name") is not { Length: > 0 } name
            || (tag.Name == "input" && Never.Contains(kind))
            || IsForAnew(tag, kind)
        )
        {
            return default;
        }
        var values = filling.Sent.Fields[name];
        if (tag.Name == "select")
        {
            return values.Count == 0 ? default : Chosen(tag, rest, values);
        }
        if (tag.Name == "input" && kind is "checkbox" or "radio")
        {
            var isChosen = values.Contains(tag.Find("value") ?? "on");
            return new(tag.Marked("checked", isChosen).ToString(), IsGivenAgain: false);
        }
        var value = filling.Next(name);
        if (value is null || IsSecret(tag))
        {
            return new(null, IsGivenAgain: !string.IsNullOrWhiteSpace(value));
        }
        var text =
            tag.Name == "textarea" ? $"{tag}{Text(value)}</textarea>" : tag.With("value", value).ToString();
        return new(text, IsGivenAgain: false);
    }

    /// <summary>What is typed in it is not shown again: by its name, or because its page marks it so.</summary>
    public static bool IsSecret(HtmlTag tag) =>
        tag.Find("data-secret") is not null || SentForm.IsSecret(tag.Find("name") ?? "");

    /// <summary>A box that must be ticked, and what is marked so: by it a person confirms, and does it anew.</summary>
    private static bool IsForAnew(HtmlTag tag, string kind) =>
        tag.Find("data-anew") is not null || (kind == "checkbox" && tag.Find("required") is not null);

    /// <summary>What is not offered any more is chosen anew: no other choice takes its place.</summary>
    private static Filled Chosen(HtmlTag select, string rest, StringValues values)
    {
        var isOffered = false;
        var options = Options()
            .Replace(
                rest,
                option =>
                {
                    var tag = HtmlTag.Of("option", option.Groups["head"].Value);
                    var text = option.Groups["text"].Value;
                    var isChosen = values.Contains(tag.Find("value") ?? WebUtility.HtmlDecode(text).Trim());
                    isOffered |= isChosen;
                    return $"{tag.Marked("selected", isChosen)}{text}</option>";
                }
            );
        return isOffered || select.Find("multiple") is not null
            ? new($"{select}{options}</select>", IsGivenAgain: false)
            : new($"{select.Marked("required", true)}{Unchosen}{options}</select>", IsGivenAgain: true);
    }

    /// <summary>A reader of HTML leaves out the first line's end of a text.</summary>
    private static string Text(string value) =>
        value is ['\n' or '\r', ..] ? "\n" + FilledForm.Encode(value) : FilledForm.Encode(value);

    [GeneratedRegex(
        "<option(?<head>[^>]*)>(?<text>[^<]*)</option>",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Options();

    /// <param name="Text">Null: it stays as the page has it.</param>
    /// <param name="IsGivenAgain">Something was given, and it is not in it.</param>
    internal readonly record struct Filled(string? Text, bool IsGivenAgain);
}
