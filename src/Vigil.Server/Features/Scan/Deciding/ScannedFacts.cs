using Vigil.Matching;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>A scanned content as other features are told of it, and back.</summary>
internal static class ScannedFacts
{
    /// <summary>Null: there is nothing that a list of fingerprints could be compared with.</summary>
    /// <param name="subject">The content.</param>
    /// <param name="facts">What was looked up. Pictures of any quality stay: a floor may be lowered later.</param>
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
        if (file.Pictures.Count == 0 && file.Md5 is null && file.Sha1 is null && file.Sha256 is null)
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
            Pictures = ScannedPrint.Pack(file.Pictures),
            WholePictures = Math.Min(file.WholePictures, file.Pictures.Count),
            PictureSeconds = file.PictureSeconds is { } seconds
                ? [.. seconds.Select(second => (float)second)]
                : null,
        };
    }

    public static ScanFacts ToFacts(ScannedContent content) =>
        new() { Fingerprint = ScannedPrint.Of(content) };
}
