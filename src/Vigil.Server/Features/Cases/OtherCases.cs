using System.Text.RegularExpressions;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// References of other cases in what is said of one: who works inside fences reads those that they may open, and of
/// others that there is one.
/// </summary>
internal static partial class OtherCases
{
    private const string Unnamed = "another case";

    public static async Task<CaseView> OfAsync(Tx tx, CaseView view)
    {
        if (await tx.VisibleCasesAsync() is not { } visible)
        {
            return view;
        }
        return view with
        {
            Case = Of(view.Case, visible),
            Items = [.. view.Items.Select(item => item with { Summary = Of(item.Summary, visible)! })],
            Timeline = [.. view.Timeline.Select(line => line with { Text = Of(line.Text, visible) })],
        };
    }

    public static async Task<CaseStatus> OfAsync(Tx tx, CaseStatus status) =>
        await tx.VisibleCasesAsync() is { } visible ? Of(status, visible) : status;

    private static CaseStatus Of(CaseStatus status, IReadOnlySet<string> visible) =>
        status with
        {
            Continues = status.Continues is { } before && visible.Contains(before) ? before : null,
            ContinuedBy = status.ContinuedBy is { } after && visible.Contains(after) ? after : null,
        };

    private static string? Of(string? text, IReadOnlySet<string> visible) =>
        text is null
            ? null
            : Reference()
                .Replace(
                    text,
                    found => visible.Contains(found.Value.ToUpperInvariant()) ? found.Value : Unnamed
                );

    /// <summary>As <see cref="CaseRef"/> makes them, however they were typed.</summary>
    [GeneratedRegex(
        @"VC-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Reference();
}
