using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A case that holds a content of a notice.</summary>
/// <param name="ContentRef">As the platform names the content; null: it is not known.</param>
internal sealed record HeldCase(CaseFile File, Guid? ItemId, string? ContentRef, NoticeFoundBy FoundBy)
{
    /// <summary>Null: it is not known which content it is, or it was not found by a fingerprint.</summary>
    public LocatedContent? Located =>
        FoundBy == NoticeFoundBy.Fingerprint && ContentRef is not null && ItemId is { } item
            ? new LocatedContent(ContentRef, File.Ref, item)
            : null;
}

/// <summary>
/// Cases that hold a content by its reference, a file by what its fingerprints are known as, or its sealed bytes.
/// Samples of a training are nobody's, and tests are not told.
/// </summary>
internal static class FindHeld
{
    public const int MostNamed = 20;

    /// <summary>Items of one notice that are looked at; those that its fingerprints find.</summary>
    public const int MostFound = 200;

    /// <summary>By content first; of each way the newest first. Not whole: its fingerprints find more.</summary>
    public static async Task<(IReadOnlyList<HeldCase> Held, bool IsWhole)> OfAsync(
        Tx tx,
        NoticeCaseWanted wanted
    )
    {
        var held = new List<HeldCase>();
        foreach (var content in wanted.Contents)
        {
            var files = await HoldingAsync(tx, wanted.Account, content);
            held.AddRange(files.Select(file => new HeldCase(file, null, content, NoticeFoundBy.Content)));
        }
        var found = wanted.Files is null ? [] : await FindFingerprinted.ItemsAsync(tx, wanted);
        var items = found.Take(MostFound).ToList();
        var cases = await FindFingerprinted.CasesAsync(tx, items);
        foreach (var item in items)
        {
            Add(tx, held, cases.GetValueOrDefault(item.CaseId), item);
        }
        var whole = wanted.Sealed.Select(one => one.Case.Value).Distinct(StringComparer.Ordinal).ToList();
        foreach (var file in await FindFingerprinted.CasesAsync(tx, whole.Take(MostFound)))
        {
            Add(tx, held, file, null);
        }
        return (held, found.Count <= MostFound && whole.Count <= MostFound);
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
            held.Add(new HeldCase(file, item?.Id, content, NoticeFoundBy.Fingerprint));
        }
    }

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
