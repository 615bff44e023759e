using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Items that are what a notice's fingerprints are known as, in few statements.</summary>
internal static class FindFingerprinted
{
    private const string Columns = "i.id, i.case_id, i.content_ref, i.state";

    /// <summary>Items of one entry.</summary>
    private const int MostOfOne = 20;

    /// <summary>Each once: by entries, the newest of each first, by decisions, by sealed bytes.</summary>
    public static async Task<IReadOnlyList<CaseItem>> ItemsAsync(Tx tx, NoticeCaseWanted wanted)
    {
        var items = new List<CaseItem>();
        foreach (var entries in wanted.Files!.Entries.GroupBy(entry => entry.IsByPicture))
        {
            items.AddRange(await OfEntriesAsync(tx, entries, entries.Key));
        }
        items.AddRange(await OfAsync(tx, "decision_id", wanted.Files.Decisions));
        // Only in the case that the sealed file is in.
        var cases = wanted.Sealed.Select(one => one.Case.Value).ToHashSet(StringComparer.Ordinal);
        var inside = await OfAsync(
            tx,
            "id",
            wanted.Sealed.Select(one => one.ItemId).OfType<Guid>().Distinct()
        );
        var files = await CasesAsync(tx, inside);
        items.AddRange(
            inside.Where(item => files.TryGetValue(item.CaseId, out var file) && cases.Contains(file.Ref))
        );
        return [.. items.DistinctBy(item => item.Id)];
    }

    /// <summary>By their ids.</summary>
    public static async Task<Dictionary<Guid, CaseFile>> CasesAsync(Tx tx, IReadOnlyList<CaseItem> items) =>
        (
            await ManyRows.SelectWantedAsync<CaseFile>(
                tx,
                $"""
                select {CaseFile.Columns} from wanted cross join case_file
                where tenant = @tenant and id = wanted.value
                """,
                items.Select(item => (object)item.CaseId).Distinct()
            )
        ).ToDictionary(file => file.Id);

    public static Task<List<CaseFile>> CasesAsync(Tx tx, IEnumerable<string> references) =>
        ManyRows.SelectWantedAsync<CaseFile>(
            tx,
            $"""
            select {CaseFile.Columns} from wanted cross join case_file where tenant = @tenant and ref = wanted.value
            """,
            references
        );

    /// <summary>A file's own digest means items that are that file; a picture's hash also those like it.</summary>
    private static Task<List<CaseItem>> OfEntriesAsync(
        Tx tx,
        IEnumerable<NamedEntry> entries,
        bool isByPicture
    ) =>
        ManyRows.SelectWantedAsync<CaseItem>(
            tx,
            $"""
            select id, case_id, content_ref, state from (
                select {Columns}, row_number() over (partition by wanted.value order by i.at desc) as nth
                from wanted cross join case_item i
                where i.tenant = @tenant and i.entry_id = wanted.value
                  and (@isByPicture or i.strength = 'known' or i.strength = 'exact')) ranked
            where nth <= {MostOfOne} order by nth limit {FindHeld.MostFound + 1}
            """,
            entries.Select(named => (object)named.Entry.EntryId),
            ("isByPicture", isByPicture)
        );

    private static Task<List<CaseItem>> OfAsync(Tx tx, string column, IEnumerable<Guid> values) =>
        ManyRows.SelectWantedAsync<CaseItem>(
            tx,
            $"""
            select {Columns} from wanted cross join case_item i
            where i.tenant = @tenant and i.{column} = wanted.value limit {FindHeld.MostFound + 1}
            """,
            values.Select(value => (object)value)
        );
}
