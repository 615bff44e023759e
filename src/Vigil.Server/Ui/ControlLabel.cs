using System.Net;
using System.Text.RegularExpressions;

namespace Vigil.Server.Ui;

/// <summary>What a person calls a control of a page that was rendered here. Pure.</summary>
internal static partial class ControlLabel
{
    private const RegexOptions Way = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    /// <param name="before">The HTML before it.</param>
    /// <returns>The text of the label around it, without what is small there; else its name. Not encoded.</returns>
    public static string Of(string before, HtmlTag control)
    {
        var start = before.LastIndexOf("<label", StringComparison.Ordinal);
        var isAround = start >= 0 && before.IndexOf("</label>", start, StringComparison.Ordinal) < 0;
        var label = isAround ? Small().Replace(before[start..], " ") : "";
        var text = Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(label, " ")), " ").Trim();
        return text.Length > 0 ? text : control.Find("name") ?? "";
    }

    [GeneratedRegex("<small[^>]*>[^<]*</small>", Way)]
    private static partial Regex Small();

    [GeneratedRegex("<[^>]*>", Way)]
    private static partial Regex Tags();

    [GeneratedRegex(@"\s+", Way)]
    private static partial Regex Spaces();
}
