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
            return Of(await AskAsync(tx, wanted), NoticeHistory.None);
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
        return Of(found, files.IsInHistory ? NoticeHistory.Waiting : NoticeHistory.Off);
    }

    /// <summary>What was left out is told at once, or when the history was read.</summary>
    private static LocatedNotice Of(NoticeCase found, NoticeHistory history) =>
        new(found, found.IsWhole || history == NoticeHistory.Waiting ? history : NoticeHistory.Incomplete);

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
        foreach (
            var kind in files.Where(file => file.Algorithm != NamedFile.Pdq).GroupBy(file => file.Algorithm)
        )
        {
            var (column, digestOf) = kind.Key switch
            {
                "md5" => (
                    "md5_digest",
                    (Func<byte[], byte[]>)(value => ListSecrets.FileMd5Blind(tx.Secrets, value))
                ),
                "sha1" => ("sha1_digest", value => ListSecrets.FileSha1Blind(tx.Secrets, value)),
                _ => ("sha256_digest", value => ListSecrets.FileBlind(tx.Secrets, value)),
            };
            var rows = await ManyRows.SelectWantedAsync<SealedRow>(
                tx,
                $"""
                select case_ref, item_id from (
                    select c.case_ref, c.item_id,
                        row_number() over (partition by wanted.value order by c.sealed_at desc) as nth
                    from wanted cross join content_overview c
                    where c.tenant = @tenant and c.{column} = wanted.value) ranked
                order by nth limit {NoticeLimits.Sealed}
                """,
                kind.Select(file => digestOf(file.Value))
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
