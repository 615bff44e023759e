using System.Net;
using System.Text.RegularExpressions;

namespace Vigil.Server.Ui;

/// <summary>A start tag of a page that was rendered here.</summary>
/// <param name="Attributes">In order; values as in the page, encoded; null: one without a value.</param>
internal sealed partial record HtmlTag(string Name, IReadOnlyList<(string Name, string? Value)> Attributes)
{
    /// <param name="head">What stands between its name and its end.</param>
    public static HtmlTag Of(string name, string head) =>
        new(
            name,
            [
                .. AttributePattern()
                    .Matches(head)
                    .Select(each =>
                        (
                            each.Groups["name"].Value,
                            each.Groups["value"].Success ? each.Groups["value"].Value : null
                        )
                    ),
            ]
        );

    /// <returns>Decoded; empty for one without a value; null: it has no such attribute.</returns>
    public string? Find(string name) =>
        Attributes.FirstOrDefault(each => each.Name == name) is { Name: not null } found
            ? WebUtility.HtmlDecode(found.Value ?? "")
            : null;

    public HtmlTag Without(string name) =>
        this with
        {
            Attributes = [.. Attributes.Where(each => each.Name != name)],
        };

    /// <param name="value">Not encoded; null: without a value.</param>
    public HtmlTag With(string name, string? value) =>
        this with
        {
            Attributes =
            [
                .. Without(name).Attributes,
                (name, value is null ? null : FilledForm.Encode(value)),
            ],
        };

    /// <summary>Named by a word that is there or is not there.</summary>
    public HtmlTag Marked(string name, bool isMarked) => isMarked ? With(name, null) : Without(name);

    public override string ToString() => $"<{Name}{string.Concat(Attributes.Select(Shown))}>";

    private static string Shown((string Name, string? Value) each) =>
        each.Value is null ? $" {each.Name}" : $" {each.Name}=\"{each.Value}\"";

    [GeneratedRegex(
        "(?<name>[A-Za-z][A-Za-z0-9_:.-]*)(=\"(?<value>[^\"]*)\")?",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex AttributePattern();
}
