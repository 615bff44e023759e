using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Hunting;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Keeping;

/// <summary>A scanned content as a row of the history, and back.</summary>
internal static class RowOf
{
    /// <param name="content">As scanning told it.</param>
    /// <param name="isCut">
    /// It has more pictures than a row takes: the first of the usual quality are kept first.
    /// </param>
    public static byte[] Encode(ScannedContent content, out bool isCut)
    {
        var file = ScannedPrint.Of(content);
        isCut = file.Pictures.Count > HistoryRow.MaxPictures;
        file = isCut ? Cut(file) : file;
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

    /// <summary>The first of the usual quality; where these leave room, the first of the others.</summary>
    private static Fingerprint Cut(Fingerprint file)
    {
        var kept = Enumerable
            .Range(0, file.Pictures.Count)
            .OrderBy(i => file.Pictures[i].Quality < Quality.DefaultFloor)
            .Take(HistoryRow.MaxPictures)
            .Order()
            .ToList();
        return file with
        {
            Pictures = [.. kept.Select(i => file.Pictures[i])],
            WholePictures = kept.Count(i => i < file.WholePictures),
            PictureSeconds = file.PictureSeconds is { } seconds ? [.. kept.Select(i => seconds[i])] : null,
        };
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
