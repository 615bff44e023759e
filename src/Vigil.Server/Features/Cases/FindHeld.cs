using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A case that holds a content of a notice.</summary>
/// <param name="ContentRef">As the platform names the content; null: it is not known.</param>
internal sealed record HeldCase(CaseFile File, string? ContentRef, NoticeFoundBy FoundBy);

/// <summary>
/// Cases that hold a content by its reference, a file by what its fingerprints are known as, or its sealed bytes.
/// Samples of a training are nobody's, and tests are not told.
/// </summary>
internal static class FindHeld
{
    public const int MostNamed = 20;

    /// <summary>Items found by one fingerprint's entry or decision.</summary>
    private const int MostOfOne = 20;

    private const string ItemColumns = "i.id, i.case_id, i.content_ref, i.state, i.strength";

    /// <summary>By content first; of each way the newest first.</summary>
    public static async Task<IReadOnlyList<HeldCase>> OfAsync(Tx tx, NoticeCaseWanted wanted)
    {
        var held = new List<HeldCase>();
        foreach (var content in wanted.Contents)
        {
            var files = await HoldingAsync(tx, wanted.Account, content);
            held.AddRange(files.Select(file => new HeldCase(file, content, NoticeFoundBy.Content)));
        }
        var items = new List<CaseItem>();
        foreach (var entry in wanted.Files?.Entries ?? [])
        {
            items.AddRange(await OfEntryAsync(tx, entry));
        }
        foreach (var decision in wanted.Files?.Decisions ?? [])
        {
            items.AddRange(
                await tx.QueryAsync<CaseItem>(
                    $"select {ItemColumns} from case_item i where i.tenant = @tenant and i.decision_id = @decision",
                    new { decision }
                )
            );
        }
        foreach (var item in items)
        {
            Add(tx, held, await CaseFile.FindAsync(tx, item.CaseId), item);
        }
        foreach (var (reference, id) in wanted.Sealed)
        {
            var file = await CaseFile.FindAsync(tx, reference.Value);
            var item =
                file is not null && id is { } known ? await CaseItem.FindAsync(tx, file.Id, known) : null;
            Add(tx, held, file, item);
        }
        return held;
    }

    /// <summary>What a person found to be harmless names no content that should go.</summary>
    private static void Add(Tx tx, List<HeldCase> held, CaseFile? file, CaseItem? item)
    {
        if (file is { GoldFor: null, IsTest: false })
        {
            var content =
                item is null || item.State == ItemState.NotCsam
                    ? null
                    : Sealed.Open(tx, item.ContentRef, item.Id);
            held.Add(new HeldCase(file, content, NoticeFoundBy.Fingerprint));
        }
    }

    /// <summary>A file's own digest means items that are that file; a picture's hash also those like it.</summary>
    private static async Task<IEnumerable<CaseItem>> OfEntryAsync(Tx tx, NamedEntry named) =>
        (
            await tx.QueryAsync<CaseItem>(
                $"""
                select {ItemColumns} from case_item i
                where i.tenant = @tenant and i.entry_id = @entry and i.list_id = @list
                order by i.at desc limit {MostOfOne}
                """,
                new { entry = named.Entry.EntryId, list = named.Entry.ListId }
            )
        ).Where(item => named.IsByPicture || item.IsExact);

    private static Task<IReadOnlyList<CaseFile>> HoldingAsync(Tx tx, string? account, string content) =>
        tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file f
            where f.tenant = @tenant and f.gold_for is null and not f.is_test and f.id in (
                select i.case_id from case_item i where i.tenant = @tenant and i.content_alone = @alone
                union
                select i.case_id from case_item i where i.tenant = @tenant and i.content_digest = @digest)
            order by f.opened_at desc, f.id desc limit {MostNamed}
            """,
            new
            {
                alone = Sealed.ContentAlone(tx, content),
                digest = Sealed.ContentDigest(tx, account, content),
            }
        );
}
