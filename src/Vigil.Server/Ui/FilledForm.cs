using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Vigil.Server.Ui;

/// <summary>
/// Puts what was sent back into a form of a page that was rendered here. It reads our own pages' HTML, whose
/// attributes stand in double quotes and whose texts are encoded, and no other. Pure.
/// </summary>
internal static partial class FilledForm
{
    public const string ErrorId = "form-error";
    private const RegexOptions Way =
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline;

    /// <param name="page">The page's own address: of forms that name none.</param>
    /// <param name="error">HTML that stands before the form, by what of it is given again.</param>
    /// <returns>
    /// The page; null: no form of this page was sent so (its hidden fields say otherwise now), or nothing is filled in.
    /// </returns>
    public static string? In(
        string html,
        string page,
        SentForm sent,
        Func<IReadOnlyList<string>, string> error
    )
    {
        foreach (Match form in Forms().Matches(html))
        {
            var (head, body) = (HtmlTag.Of("form", form.Groups["head"].Value), form.Groups["body"].Value);
            if (AddressOf(head, page) == sent.Path && IsAsSent(body, sent))
            {
                var filling = new Filling(sent);
                var filled = HoldsPassword(body) ? null : Fill(body, filling, _ => true);
                // Controls that stand elsewhere name their form.
                bool IsItsOwn(HtmlTag tag) => head.Find("id") is { } id && tag.Find("form") == id;
                var (before, after) = (html[..form.Index], html[(form.Index + form.Length)..]);
                if (filled is null)
                {
                    return null;
                }
                var opened = Opened(Fill(before, filling, IsItsOwn) ?? before);
                var rest = Fill(after, filling, IsItsOwn) ?? after;
                var described = head.With("aria-describedby", ErrorId);
                return $"{opened}{error(filling.Again)}{described}{filled}</form>{rest}";
            }
        }
        return null;
    }

    /// <summary>The names under which a person writes at length in forms of this address.</summary>
    public static IEnumerable<string> WordsIn(string html, string page, SentForm sent) =>
        from Match form in Forms().Matches(html)
        let body = form.Groups["body"].Value
        where
            AddressOf(HtmlTag.Of("form", form.Groups["head"].Value), page) == sent.Path
            && !HoldsPassword(body)
        from Match control in Controls().Matches(body)
        where control.Groups["kind"].Value == "textarea"
        let area = HtmlTag.Of("textarea", control.Groups["head"].Value)
        where !FilledControl.IsSecret(area)
        select area.Find("name") ?? "";

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    /// <summary>Such a form comes back empty: what stands beside a password is of it.</summary>
    private static bool HoldsPassword(string body) =>
        Controls()
            .Matches(body)
            .Any(each => HtmlTag.Of("input", each.Groups["head"].Value).Find("type") == "password");

    private static string AddressOf(HtmlTag form, string page) =>
        form.Find("action") is { } action ? Uri.UnescapeDataString(action.Split('?')[0]) : page;

    /// <summary>Of a page's forms with one address it is this one, and it is about the same still.</summary>
    private static bool IsAsSent(string body, SentForm sent) =>
        Controls()
            .Matches(body)
            .Where(control => control.Groups["kind"].Value == "input")
            .Select(control => HtmlTag.Of("input", control.Groups["head"].Value))
            .Where(input => input.Find("type") == "hidden" && input.Find("name") is not Pages.GuardField)
            .All(input =>
                !sent.Fields.TryGetValue(input.Find("name") ?? "", out var values)
                || values.Contains(input.Find("value") ?? "")
            );

    /// <returns>Null: nothing is typed or chosen in it.</returns>
    private static string? Fill(string body, Filling filling, Func<HtmlTag, bool> isWanted)
    {
        var any = false;
        var filled = Controls()
            .Replace(
                body,
                control =>
                {
                    var tag = HtmlTag.Of(control.Groups["kind"].Value, control.Groups["head"].Value);
                    if (!isWanted(tag))
                    {
                        return control.Value;
                    }
                    var result = FilledControl.Of(tag, control.Groups["rest"].Value, filling);
                    if (result.IsGivenAgain)
                    {
                        filling.GiveAgain(ControlLabel.Of(body[..control.Index], tag));
                    }
                    any |= result.Text is not null;
                    return result.Text ?? control.Value;
                }
            );
        return any ? filled : null;
    }

    /// <summary>What the form lies folded in is unfolded.</summary>
    private static string Opened(string before)
    {
        var open = new Stack<int>();
        foreach (Match fold in Folds().Matches(before))
        {
            if (fold.Value[1] != '/')
            {
                open.Push(fold.Index + "<details".Length);
            }
            else
            {
                _ = open.TryPop(out _);
            }
        }
        var text = new StringBuilder(before);
        // The last first: what stands before it keeps its place.
        foreach (var at in open)
        {
            text.Insert(at, " open");
        }
        return text.ToString();
    }

    [GeneratedRegex("<form(?<head>[^>]*)>(?<body>.*?)</form>", Way)]
    private static partial Regex Forms();

    [GeneratedRegex(
        "<(?<kind>input)(?<head>[^>]*)>"
            + "|<(?<kind>textarea)(?<head>[^>]*)>(?<rest>[^<]*)</textarea>"
            + "|<(?<kind>select)(?<head>[^>]*)>(?<rest>.*?)</select>",
        Way
    )]
    private static partial Regex Controls();

    [GeneratedRegex("<details[^>]*>|</details>", Way)]
    private static partial Regex Folds();
}
