using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>A file of the report, and what is said of it.</summary>
internal sealed record BuiltFile(DraftFile File, FileDetails Details);

/// <summary>
/// The files of what was confirmed: sealed contents, those that are known by their fingerprints alone, and words as
/// supplemental files.
/// </summary>
internal static class BuildFiles
{
    public static IReadOnlyList<BuiltFile> From(DraftSources from)
    {
        var files = new List<BuiltFile>();
        foreach (var item in from.Used)
        {
            files.AddRange(OfItem(from, item));
        }
        files.AddRange(
            from.Contents.Where(content => content.ItemId is null).Select(content => OfCase(from, content))
        );
        files.AddRange(SupplementalTexts.Of(from));
        return FileNames.Apart(files);
    }

    private static IEnumerable<BuiltFile> OfItem(DraftSources from, ReportableItem item)
    {
        var told = item.ContentRef is { } reference
            ? from.Subject.Contents.GetValueOrDefault(reference)
            : null;
        var kept = from.Contents.Where(content => content.ItemId == item.ItemId).ToList();
        if (kept.Count > 0)
        {
            return kept.Select(content => Of(from, item, told, content));
        }
        return told?.OriginalFileHash.Count > 0 ? [Of(from, item, told, null)] : [];
    }

    private static BuiltFile Of(
        DraftSources from,
        ReportableItem item,
        FileDetails? told,
        KeptContent? content
    )
    {
        var isViewed = content is not null && from.Viewed.Contains(content.Id);
        var file = new DraftFile
        {
            ContentId = content?.Id,
            ItemId = item.ItemId,
            FileName = FileNames.Of(told, content),
            Bytes = content?.Bytes,
            Md5 = HashOf(told, "MD5"),
            Sha1 = HashOf(told, "SHA1"),
            Sha256 = HashOf(told, "SHA256"),
            Pdq = HashOf(told, "PDQ"),
            IsViewed = isViewed,
            IsExifViewed = content is not null && from.ExifViewed.Contains(content.Id),
        };
        var details = (told ?? new FileDetails()) with
        {
            FileViewedByEsp = isViewed,
            ExifViewedByEsp = ExifViewedOf(file),
            FileRelevance = FileRelevance.Reported,
            FileAnnotations = FileFacts.AnnotationsOf(from, item, told),
            IndustryClassification = FileFacts.ClassOf(from, item),
        };
        return new BuiltFile(file, details);
    }

    /// <summary>Nobody confirmed it by itself: it is context until a person says otherwise.</summary>
    private static BuiltFile OfCase(DraftSources from, KeptContent content)
    {
        var file = new DraftFile
        {
            ContentId = content.Id,
            FileName = FileNames.Of(null, content),
            Bytes = content.Bytes,
            IsViewed = from.Viewed.Contains(content.Id),
            IsExifViewed = from.ExifViewed.Contains(content.Id),
        };
        return new BuiltFile(
            file,
            new FileDetails
            {
                FileViewedByEsp = file.IsViewed,
                ExifViewedByEsp = ExifViewedOf(file),
                FileRelevance = FileRelevance.SupplementalReported,
            }
        );
    }

    /// <summary>
    /// Null: there is nothing to look at; or its metadata was seen and the file was not, which cannot be said.
    /// </summary>
    internal static bool? ExifViewedOf(DraftFile file) =>
        file.ContentId is null ? null
        : !file.IsExifViewed ? false
        : file.IsViewed ? true
        : null;

    /// <summary>"SHA-256", "sha256" and "SHA_256" are one kind.</summary>
    private static string? HashOf(FileDetails? told, string kind) =>
        told
            ?.OriginalFileHash.FirstOrDefault(hash => KindOf(hash.HashType) == kind)
            ?.Value.Trim()
            .ToLowerInvariant();

    public static string KindOf(string hashType) =>
        new string([.. hashType.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant();
}
