using Vigil.Matching.Hunting;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>A scanned content as a row of the history, and back.</summary>
internal static class RowOf
{
    /// <param name="content">As scanning told it.</param>
    /// <param name="isCut">It has more pictures than a row takes; the first are kept.</param>
    public static byte[] Encode(ScannedContent content, out bool isCut)
    {
        var file = ScannedPrint.Of(content);
        isCut = file.Pictures.Count > HistoryRow.MaxPictures;
        if (isCut)
        {
            file = file with
            {
                Pictures = [.. file.Pictures.Take(HistoryRow.MaxPictures)],
                PictureSeconds = file.PictureSeconds is { } seconds
                    ? [.. seconds.Take(HistoryRow.MaxPictures)]
                    : null,
            };
        }
        return HistoryFile.Encode(
            new HistoryRow
            {
                ScanId = content.ScanId,
                At = content.At,
                ListGeneration = content.ListGeneration,
                Fingerprint = file,
                Note = new HistoryNote(
                    content.Surface,
                    content.Jurisdiction,
                    content.Account,
                    content.ContentRef
                ).Encode(),
            }
        );
    }

    public static ScannedContent Content(HistoryRow row, HistoryNote note)
    {
        var file = row.Fingerprint;
        return new ScannedContent
        {
            ScanId = row.ScanId,
            At = row.At,
            ListGeneration = row.ListGeneration,
            Surface = note.Surface,
            Jurisdiction = note.Jurisdiction,
            Account = note.Account,
            ContentRef = note.ContentRef,
            Md5 = file.Md5?.ToArray(),
            Sha1 = file.Sha1?.ToArray(),
            Sha256 = file.Sha256?.ToArray(),
            Pictures = ScannedPrint.Pack(file.Pictures),
            WholePictures = file.WholePictures,
            PictureSeconds = file.PictureSeconds is { } seconds
                ? [.. seconds.Select(second => (float)second)]
                : null,
        };
    }
}
