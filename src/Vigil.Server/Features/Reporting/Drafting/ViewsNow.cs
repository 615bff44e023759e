using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// A file may be looked at after the report was drafted, as when the approval asks for it: what the report says of
/// views is what the records say when its bytes are written. What was seen stays seen. Pure.
/// </summary>
internal static class ViewsNow
{
    public static ReportDraft Apply(ReportDraft draft, ContentStandings standings)
    {
        var seen = standings.Contents.ToDictionary(content => content.ContentId);
        var (files, details, why) = (draft.Files.ToArray(), draft.Tip.FileDetails.ToArray(), draft.Why);
        for (var i = 0; i < files.Length; i++)
        {
            var before = files[i];
            if (before.ContentId is not { } id || !seen.TryGetValue(id, out var now))
            {
                continue;
            }
            files[i] = before with
            {
                IsViewed = before.IsViewed || now.FileViewed,
                IsExifViewed = before.IsExifViewed || now.ExifViewed,
            };
            details[i] = details[i] with
            {
                FileViewedByEsp = files[i].IsViewed,
                ExifViewedByEsp = BuildFiles.ExifViewedOf(files[i]),
            };
            if (files[i].IsViewed && !before.IsViewed && before.ItemId is { } item)
            {
                why = WhyText.NowSeen(why, draft.ItemIds.ToList().IndexOf(item));
            }
        }
        return draft with { Files = files, Tip = draft.Tip with { FileDetails = [.. details] }, Why = why };
    }
}
