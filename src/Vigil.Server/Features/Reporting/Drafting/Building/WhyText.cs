using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// How it was found and decided, in sentences for the recipient. Lists are named; values and reviewers are not.
/// </summary>
internal static class WhyText
{
    private const int MostItems = 50;

    private const string NotKept = "The file is not kept by the reporting system.";
    private const string SeenInPart =
        "A person at the reporting company saw a part or a reduced picture of it, not the whole file.";
    private const string ByItsMatch =
        "No record says that a person opened the file; it was decided by its match.";
    private const string NotOpened = "No record says that a person opened the file.";
    private const string ShownWhole = "The file was shown whole to a person.";

    public static string Of(DraftSources from)
    {
        var text = new StringBuilder();
        foreach (var (index, item) in from.Used.Take(MostItems).Index())
        {
            text.Append("Item ")
                .Append(index + 1)
                .Append(": ")
                .AppendJoin(' ', OfItem(from, item))
                .Append('\n');
        }
        if (from.Used.Count > MostItems)
        {
            text.Append("Further items that were confirmed: ")
                .Append(from.Used.Count - MostItems)
                .Append(".\n");
        }
        foreach (var action in from.Case.Actions)
        {
            text.Append("Done on the platform: ")
                .Append(DraftTexts.Plain(action.Action))
                .Append(' ')
                .Append(DraftTexts.Time(action.At))
                .Append(action.ReversedAt is { } back ? $", taken back {DraftTexts.Time(back)}" : "")
                .Append(".\n");
        }
        if (from.Earlier.Count > 0)
        {
            text.Append("Earlier reports of this account: ")
                .AppendJoin(", ", from.Earlier.Select(report => report.Number))
                .Append(".\n");
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>The item's file was shown whole after this was written: no sentence of it says otherwise.</summary>
    /// <param name="why">As drafted, or as a person changed it.</param>
    /// <param name="item">Its place among the draft's items, from 0.</param>
    public static string NowSeen(string why, int item)
    {
        var lines = why.Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            if (lines[line].StartsWith($"Item {item + 1}: ", StringComparison.Ordinal))
            {
                lines[line] = ((string[])[NotKept, SeenInPart, ByItsMatch, NotOpened]).Aggregate(
                    lines[line],
                    (text, stale) => text.Replace(stale, ShownWhole, StringComparison.Ordinal)
                );
            }
        }
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> OfItem(DraftSources from, ReportableItem item)
    {
        yield return item.ContentRef is { } reference
            ? $"content {reference} ({DraftTexts.Plain(item.Surface)}), {FoundBy(item)} {DraftTexts.Time(item.At)}."
            : $"{DraftTexts.Plain(item.Surface)}, {FoundBy(item)} {DraftTexts.Time(item.At)}.";
        var fact = from.Facts.FirstOrDefault(fact => fact.DecisionId == item.DecisionId);
        foreach (var match in fact?.Matches ?? [])
        {
            yield return match.Text.EndsWith('.') ? match.Text : $"{match.Text}.";
        }
        if (fact is not null)
        {
            yield return $"Looked up in the lists of generation {fact.ListGeneration}, by policy version "
                + $"{fact.PolicyVersion}.";
        }
        if (item.NoticeFrom is { } sender)
        {
            yield return $"Notice of {sender}"
                + (item.NoticeReference is { } theirs ? $", their reference {theirs}" : "")
                + (item.NoticeReceivedAt is { } at ? $", received {DraftTexts.Time(at)}." : ".");
        }
        yield return item.DecidedAt is { } decided
            ? $"Confirmed by a person at the reporting company {DraftTexts.Time(decided)}."
            : "Confirmed by a person at the reporting company.";
        yield return SeenText(from, item);
    }

    private static string SeenText(DraftSources from, ReportableItem item)
    {
        var kept = from.Contents.Where(content => content.ItemId == item.ItemId).ToList();
        if (kept.Count == 0)
        {
            return NotKept;
        }
        var views = from.Views.Where(view => view.ItemId == item.ItemId && view.ShownWhole).ToList();
        var whole = kept.Count(content => from.Viewed.Contains(content.Id));
        var isSeenInPart = from.Views.Any(view =>
            view.ItemId == item.ItemId && view.Mode is not ("metadata" or "sound")
        );
        return whole == 0 && isSeenInPart ? SeenInPart
            : whole == 0 && item.Origin == CaseOrigin.Match ? ByItsMatch
            : whole == 0 ? NotOpened
            : whole < kept.Count ? $"Of {kept.Count} files {whole} were shown whole to a person."
            : views.Count > 0
                ? $"The file was shown whole to {views.DistinctBy(view => view.Viewer).Count()} person(s), first "
                    + $"{DraftTexts.Time(views.Min(view => view.StartedAt))}."
            : ShownWhole;
    }

    private static string FoundBy(ReportableItem item) =>
        item.Origin switch
        {
            CaseOrigin.Match => "found by comparison with lists of known material",
            CaseOrigin.Flag => "flagged by a user",
            CaseOrigin.Notice => "named in a notice",
            CaseOrigin.Text => "found in words",
            _ => "entered by a person",
        };
}
