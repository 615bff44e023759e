namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What no report of this installation says, whoever wrote it. All of it blocks.</summary>
internal static class NeverSaid
{
    public static IEnumerable<DraftFinding> Of(ReportDraft draft)
    {
        if (draft.NamesNoSuspect && draft.Tip.Report.PersonOrUserReported.Count > 0)
        {
            yield return Blocking(
                "personOrUserReported",
                "names_no_suspect",
                "It was matched by lists of intimate images or of what people declared themselves: nobody is a "
                    + "suspect of anything. Remove the person."
            );
        }
        if (draft.Files.Count != draft.Tip.FileDetails.Count)
        {
            yield return Blocking(
                "fileDetails",
                "files_differ",
                $"There are {draft.Files.Count} files, and details of {draft.Tip.FileDetails.Count}: one for each."
            );
        }
        foreach (var (index, (file, details)) in draft.Files.Zip(draft.Tip.FileDetails).Index())
        {
            if (details.FileViewedByEsp == true && !file.IsViewed)
            {
                yield return Blocking(
                    $"fileDetails[{index + 1}].fileViewedByEsp",
                    "not_viewed",
                    "No record says that a person saw this very file whole: say no, or look at it first and draft anew."
                );
            }
            if (details.ExifViewedByEsp == true && !file.IsExifViewed)
            {
                yield return Blocking(
                    $"fileDetails[{index + 1}].exifViewedByEsp",
                    "not_viewed",
                    "No record says that a person saw all of the file's metadata: say no, or leave it out."
                );
            }
        }
    }

    private static DraftFinding Blocking(string path, string rule, string text) =>
        new(path, rule, text, true);
}
