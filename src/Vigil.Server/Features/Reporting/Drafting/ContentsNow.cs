using System.Globalization;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Files are kept and let go while a report is written, and a draft has those that were kept when it was made: what
/// came or went since is said. A CyberTipline report is its files: there it blocks.
/// </summary>
internal static class ContentsNow
{
    private const int Named = 5;

    public static async Task<IEnumerable<DraftFinding>> FindingsAsync(
        Tx tx,
        ReportRow row,
        ReportDraft draft,
        DraftSources now
    ) =>
        row.State == ReportState.Draft
            ? Compare(
                row.Destination,
                draft,
                now with
                {
                    Contents = await KeptContent.OfCaseAsync(tx, row.CaseRef),
                }
            )
            : [];

    /// <summary>What a draft takes of what is kept: nothing of items that are not confirmed.</summary>
    public static IEnumerable<KeptContent> Of(DraftSources from)
    {
        var used = from.Used.Select(item => (Guid?)item.ItemId).Append(null).ToHashSet();
        return from.Contents.Where(content => used.Contains(content.ItemId));
    }

    /// <summary>What a person left out of the draft is no change. Pure.</summary>
    internal static IEnumerable<DraftFinding> Compare(string destination, ReportDraft draft, DraftSources now)
    {
        var there = Of(now).ToDictionary(content => content.Id);
        var known = draft.ContentIds?.ToHashSet();
        var came = there
            .Values.Where(content => known?.Contains(content.Id) == false)
            .Select(DescriptionOf)
            .ToList();
        var went = draft
            .Files.Select((file, index) => (file.ContentId, Number: index + 1))
            .Where(file => file.ContentId is { } id && !there.ContainsKey(id))
            .Select(file => $"file {file.Number}")
            .ToList();
        if (came.Count + went.Count == 0)
        {
            return [];
        }
        var changes = new[]
        {
            ListOf("Kept for this case since it was drafted, and not in it", came),
            ListOf("In it, and not kept for what is confirmed any more", went),
        };
        return
        [
            new DraftFinding(
                "fileDetails",
                "contents_changed",
                $"{string.Join(" ", changes.Where(change => change.Length > 0))} Withdraw this draft, and write "
                    + "another: it has the files as they are kept then.",
                IsBlocking: destination == CyberTipDestination.DestinationCode
            ),
        ];
    }

    private static string DescriptionOf(KeptContent content) =>
        string.Create(CultureInfo.InvariantCulture, $"{content.Kind} of {content.Bytes} bytes");

    private static string ListOf(string what, List<string> all) =>
        all.Count == 0
            ? ""
            : $"{what}: {string.Join(", ", all.Take(Named))}"
                + (all.Count > Named ? $" and {all.Count - Named} more." : ".");
}
