using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Records;

/// <summary>
/// The record of lists and entries here, counted from what persons decided of the items that an entry weighed most in.
/// Two statements for a whole case, by index, and bounded.
/// </summary>
internal static class AnswerMatchRecords
{
    /// <summary>Decisions of a list that are counted, the newest; and of an entry, of each outcome.</summary>
    public const int MostDecisions = 5000;

    /// <summary>Looked up at once; further matches have no record shown.</summary>
    private const int MostLists = 20;
    private const int MostEntries = 250;

    /// <summary>A decision stands: of a real case, told, and not looked at again.</summary>
    private const string Stands = "not f.is_test and f.gold_for is null and f.leaves_at is null";

    public static async Task<MatchRecords> AnswerAsync(Tx tx, MatchRecordsWanted wanted)
    {
        // A count of all cases is not for who sees some.
        if (wanted.Matches.Count == 0 || tx.Actor.IsFenced)
        {
            return new MatchRecords(new Dictionary<MatchKind, MatchRecord>());
        }
        var lists = wanted.Matches.Select(match => match.ListId).Distinct().Take(MostLists).ToHashSet();
        var asked = wanted.Matches.Distinct().Where(match => lists.Contains(match.ListId)).ToList();
        var ids = asked.Select(match => match.EntryId).Distinct().Take(MostEntries).ToHashSet();
        var bands = await BandsAsync(tx, lists);
        var entries = (await EntriesAsync(tx, ids)).ToDictionary(row => row.EntryId);
        return new MatchRecords(
            asked
                .Where(match => ids.Contains(match.EntryId))
                .ToDictionary(match => match, match => RecordOf(match, bands, entries))
        );
    }

    private static MatchRecord RecordOf(
        MatchKind match,
        IReadOnlyList<BandRow> bands,
        IReadOnlyDictionary<Guid, EntryRow> entries
    )
    {
        var ofList = bands.Where(row => row.ListId == match.ListId).ToList();
        var list = new Judged(
            ofList.Sum(row => row.Confirmed),
            ofList.Sum(row => row.NotCsam),
            ofList.Sum(row => row.Reversed)
        );
        var entry = entries.TryGetValue(match.EntryId, out var found) ? found.Judged : new Judged(0, 0, 0);
        var band = Precision.BandOf(match.DistanceBits);
        var there =
            ofList.FirstOrDefault(row => row.Strength == match.Strength && row.Band == band) ?? new BandRow();
        return new MatchRecord(
            list,
            entry,
            Precision.Of(match.Strength, band, there.Judged, there.Unseen, there.Entries),
            TextOf(list, entry)
        );
    }

    private static string TextOf(Judged list, Judged entry)
    {
        var all = list.Confirmed + list.NotCsam;
        if (all == 0)
        {
            return "Nobody here has decided about a match of this list yet.";
        }
        var newest = all >= MostDecisions ? $", the newest {MostDecisions} counted" : "";
        return $"Decided here of what this list found{newest}: {Words(list)}. Of this entry: {Words(entry)}.";
    }

    private static string Words(Judged judged) =>
        $"{judged.Confirmed} confirmed, {judged.NotCsam} not CSAM"
        + (judged.Reversed > 0 ? $" ({judged.Reversed} of them confirmed first, then reversed)" : "");

    private static Task<List<BandRow>> BandsAsync(Tx tx, IEnumerable<Guid> lists) =>
        ManyRows.SelectWantedAsync<BandRow>(
            tx,
            $"""
            select w.list_id, i.strength, {Precision.BandSql} as band,
                sum(case when i.state = 'Confirmed' then 1 else 0 end) as confirmed,
                sum(case when i.state = 'NotCsam' then 1 else 0 end) as not_csam,
                sum(case when i.state = 'NotCsam' and i.known_at is not null then 1 else 0 end) as reversed,
                sum(case when i.decided_unseen then 1 else 0 end) as unseen,
                count(distinct i.entry_id) as entries
            from (select wanted.value as list_id, (
                    select b.decided_at from case_item b
                    where b.tenant = @tenant and b.list_id = wanted.value and b.decided_at is not null
                    order by b.decided_at desc limit 1 offset @most) as since
                from wanted) w
            cross join case_item i
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where i.tenant = @tenant and i.list_id = w.list_id and i.decided_at is not null
                and i.decided_at > coalesce(w.since, -1) and {Stands}
            group by w.list_id, i.strength, band
            """,
            lists.Select(id => (object)id),
            ("most", MostDecisions)
        );

    private static Task<List<EntryRow>> EntriesAsync(Tx tx, IEnumerable<Guid> entries) =>
        ManyRows.SelectWantedAsync<EntryRow>(
            tx,
            $"""
            select wanted.value as entry_id, (
                select count(*) from (select i.id from case_item i
                    join case_file f on f.tenant = i.tenant and f.id = i.case_id
                    where i.tenant = @tenant and i.entry_id = wanted.value and i.state = 'Confirmed' and {Stands}
                    limit @most) d) as confirmed, (
                select count(*) from (select i.id from case_item i
                    join case_file f on f.tenant = i.tenant and f.id = i.case_id
                    where i.tenant = @tenant and i.entry_id = wanted.value and i.state = 'NotCsam' and {Stands}
                    limit @most) d) as not_csam, (
                select count(*) from (select i.id from case_item i
                    join case_file f on f.tenant = i.tenant and f.id = i.case_id
                    where i.tenant = @tenant and i.entry_id = wanted.value and i.state = 'NotCsam'
                        and i.known_at is not null and {Stands} limit @most) d) as reversed
            from wanted
            """,
            entries.Select(id => (object)id),
            ("most", MostDecisions)
        );

    private sealed class BandRow
    {
        public Guid ListId { get; init; }
        public string? Strength { get; init; }
        public int Band { get; init; }
        public long Confirmed { get; init; }
        public long NotCsam { get; init; }
        public long Reversed { get; init; }
        public long Unseen { get; init; }
        public long Entries { get; init; }

        public Judged Judged => new(Confirmed, NotCsam, Reversed);
    }

    private sealed class EntryRow
    {
        public Guid EntryId { get; init; }
        public long Confirmed { get; init; }
        public long NotCsam { get; init; }
        public long Reversed { get; init; }

        public Judged Judged => new(Confirmed, NotCsam, Reversed);
    }
}
