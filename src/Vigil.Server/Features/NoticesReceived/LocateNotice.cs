using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>Where the contents of a notice were found.</summary>
internal sealed record LocatedNotice(NoticeCase Found, NoticeHistory History);

/// <summary>
/// Finds what a notice names: contents in cases by reference and address; files by fingerprints in cases, under hold
/// and in decisions; the history of what was scanned is read afterwards, outside the transaction.
/// </summary>
internal static class LocateNotice
{
    /// <param name="tx">The transaction of the notice.</param>
    /// <param name="details">What is new in it.</param>
    /// <param name="wanted">The notice as the cases are asked, with no fingerprints yet.</param>
    public static async Task<LocatedNotice> RunAsync(Tx tx, NoticeDetails details, NoticeCaseWanted wanted)
    {
        if (details.Hashes.Count == 0)
        {
            return new LocatedNotice(await AskAsync(tx, wanted), NoticeHistory.None);
        }
        var files = new FilesNamed(FilesOf(details.Hashes));
        await tx.RaiseAsync(files);
        var found = await AskAsync(
            tx,
            wanted with
            {
                Files = files,
                Sealed = await SealedAsync(tx, files.Files),
            }
        );
        return new LocatedNotice(found, files.IsInHistory ? NoticeHistory.Waiting : NoticeHistory.Off);
    }

    public static IReadOnlyList<NamedFile> FilesOf(IReadOnlyList<NoticeHash> hashes) =>
        [
            .. hashes.Select(hash => new NamedFile
            {
                Algorithm = hash.Algorithm!,
                Value = Convert.FromHexString(hash.Value!),
            }),
        ];

    public static Task<NoticeCase> AskAsync(Tx tx, NoticeCaseWanted wanted) =>
        tx.AskAsync<NoticeCaseWanted, NoticeCase>(wanted);

    /// <summary>Sealed contents, also those that were destroyed since: their case is known.</summary>
    private static async Task<IReadOnlyList<(CaseRef Case, Guid? ItemId)>> SealedAsync(
        Tx tx,
        IReadOnlyList<NamedFile> files
    )
    {
        var found = new HashSet<(CaseRef, Guid?)>();
        foreach (var file in files.Where(file => file.Algorithm != NamedFile.Pdq))
        {
            var (column, digest) = file.Algorithm switch
            {
                "md5" => ("md5_digest", ListSecrets.FileMd5Blind(tx.Secrets, file.Value)),
                "sha1" => ("sha1_digest", ListSecrets.FileSha1Blind(tx.Secrets, file.Value)),
                _ => ("sha256_digest", ListSecrets.FileBlind(tx.Secrets, file.Value)),
            };
            var rows = await tx.QueryAsync<SealedRow>(
                $"""
                select case_ref, item_id from content_overview where tenant = @tenant and {column} = @digest
                order by sealed_at desc limit {NoticeLimits.Rows}
                """,
                new { digest }
            );
            found.UnionWith(rows.Select(row => (new CaseRef(row.CaseRef), row.ItemId)));
        }
        return [.. found];
    }

    private sealed class SealedRow
    {
        public string CaseRef { get; init; } = "";
        public Guid? ItemId { get; init; }
    }
}
