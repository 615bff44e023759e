using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Which of many cases can stand in a batched report, in few statements.</summary>
internal static class AnswerBatchableCases
{
    private const int Most = 200;

    public static async Task<BatchableCases> AnswerAsync(Tx tx, BatchableCasesWanted wanted)
    {
        if (wanted.Cases.Count > Most)
        {
            throw new ArgumentException($"At most {Most} cases are asked for at once.", nameof(wanted));
        }
        var found = await ManyRows.SelectWantedAsync<string>(
            tx,
            $"""
            select f.ref from wanted cross join case_file f
            where f.tenant = @tenant and f.ref = wanted.value and f.gold_for is null and f.names_no_suspect = @no
              and (f.danger_at is null or @evenInDanger) and exists (select 1 from case_item i
                where i.tenant = f.tenant and i.case_id = f.id and i.state = 'Confirmed' and i.names_no_suspect = @no)
              and {tx.SeesCase("f.ref")}
            """,
            wanted.Cases.Select(reference => (object)reference.Value),
            ("no", false),
            ("evenInDanger", wanted.EvenInDanger)
        );
        var confirmed = await ConfirmedAsync(tx, wanted);
        return new BatchableCases(
            found
                .Where(reference => wanted.Items.GetValueOrDefault(reference, []).All(confirmed.Contains))
                .ToHashSet()
        );
    }

    /// <summary>Of the items that are asked for by name: another item of the case speaks for none of them.</summary>
    private static async Task<HashSet<Guid>> ConfirmedAsync(Tx tx, BatchableCasesWanted wanted) =>
        [
            .. await ManyRows.SelectWantedAsync<Guid>(
                tx,
                """
                select i.id from wanted cross join case_item i
                where i.tenant = @tenant and i.id = wanted.value and i.state = 'Confirmed'
                """,
                wanted.Items.Values.SelectMany(items => items).Distinct().Select(item => (object)item)
            ),
        ];
}
