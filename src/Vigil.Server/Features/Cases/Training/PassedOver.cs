using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// Practice that was begun, and whose person asked not to be given such cases since: another sample takes its place.
/// It stays open, comes first again as soon as they are given such cases, and until it is answered takes one of the
/// places of the last answers by which a qualification is earned. So nobody chooses what they answer by it, and
/// nobody loses by it what they have.
/// </summary>
internal static class PassedOver
{
    private const string Line = "passed_over";
    private const int Most = 50;

    /// <summary>Practice of this person that waits for their answer, the oldest first.</summary>
    public static Task<IReadOnlyList<CaseFile>> BegunAsync(Tx tx, string person) =>
        tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file
            where tenant = @tenant and gold_for = @person and state = 'Open' and is_test
            order by opened_at, id limit @most{tx.ForUpdate}
            """,
            new { person, most = Most }
        );

    /// <summary>Once a case: its timeline and the ledger say so.</summary>
    public static async Task NoteAsync(Tx tx, CaseFile open)
    {
        if (await CountAsync(tx, tx.Actor.Name, open.Id) > 0)
        {
            return;
        }
        await CaseTimeline.AddAsync(
            tx,
            open.Id,
            Line,
            "You asked not to be given cases like this: another sample takes its place. It comes first when you are "
                + "given such cases again; until then it takes one of the places of your last answers."
        );
        await tx.RecordAsync(new LedgerAct("training.passed_over", open.Ref));
    }

    /// <summary>Of this person, not answered yet.</summary>
    public static Task<long> CountAsync(Tx tx, string person) => CountAsync(tx, person, null);

    private static Task<long> CountAsync(Tx tx, string person, Guid? only) =>
        tx.FindAsync<long>(
            """
            select count(*) from case_file f
            where f.tenant = @tenant and f.gold_for = @person and f.state = 'Open' and f.is_test
              and (@isAll or f.id = @only) and exists (
                select 1 from case_event e
                where e.tenant = @tenant and e.case_id = f.id and e.what = @line)
            """,
            new
            {
                person,
                isAll = only is null,
                only = only ?? Guid.Empty,
                line = Line,
            }
        );
}
