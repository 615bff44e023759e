using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>A scanned content as other features are told of it, and back.</summary>
internal static class ScannedFacts
{
    /// <summary>Null: there is nothing that a list of fingerprints could be compared with.</summary>
    /// <param name="subject">The content.</param>
    /// <param name="facts">What was looked up; pictures below the usual floor of quality are left out.</param>
    /// <param name="listGeneration">By which state of the lists.</param>
    /// <param name="at">When.</param>
    public static ScannedContent? Of(
        ScanSubject subject,
        ScanFacts facts,
        long listGeneration,
        DateTimeOffset at
    )
    {
        if (facts.Fingerprint is not { } file)
        {
            return null;
        }
        var kept = Enumerable
            .Range(0, file.Pictures.Count)
            .Where(i => file.Pictures[i].Quality >= Quality.DefaultFloor)
            .ToList();
        if (kept.Count == 0 && file.Md5 is null && file.Sha1 is null && file.Sha256 is null)
        {
            return null;
        }
        return new ScannedContent
        {
            ScanId = subject.ScanId,
            At = at,
            ListGeneration = listGeneration,
            Surface = subject.Surface,
            Jurisdiction = subject.Jurisdiction,
            Account = subject.Account,
            ContentRef = subject.ContentRef,
            Md5 = file.Md5?.ToArray(),
            Sha1 = file.Sha1?.ToArray(),
            Sha256 = file.Sha256?.ToArray(),
            Pictures = ScannedPrint.Pack([.. kept.Select(i => file.Pictures[i])]),
            WholePictures = kept.Count(i => i < file.WholePictures),
            PictureSeconds = file.PictureSeconds is { } seconds
                ? [.. kept.Select(i => (float)seconds[i])]
                : null,
        };
    }

    public static ScanFacts ToFacts(ScannedContent content) =>
        new() { Fingerprint = ScannedPrint.Of(content) };
}
