using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// An unannounced sample that its person handed to somebody is nobody else's in truth. After a day it comes back to
/// them, as a case does whose person cannot be offered it any more: what one does not know is asked all the same.
/// </summary>
internal static class ComesBack
{
    /// <summary>Between two looks of the program that frees cases.</summary>
    private const int LookMs = 5 * 60 * 1000;

    private static readonly TimeSpan After = TimeSpan.FromDays(1);

    /// <summary>In the place of a case that the person would be given; null: none that they may be given.</summary>
    public static async Task<Offer?> RunAsync(Tx tx)
    {
        var file = await tx.FindAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file
            where tenant = @tenant and gold_for = @me and state = 'Open' and not is_test and assigned_to is not null
              and assigned_to <> @me and assigned_at <= @before
            order by assigned_at, id limit 1{tx.ForUpdate}
            """,
            new { me = tx.Actor.Name, before = tx.Now - After }
        );
        if (file is null || await Samples.FindAsync(tx, file.GoldSample!.Value) is not { } sample)
        {
            return null;
        }
        var burden = SampleCase.BurdenOf(sample, isPractice: false);
        if (!(await MayTake.AskAsync(tx, burden)).May)
        {
            return null;
        }
        await FreeAsync(
            tx,
            file,
            tx.Now - TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1000, LookMs))
        );
        return new Offer((await CaseFile.FindAsync(tx, file.Id))!, burden);
    }

    /// <summary>In the words of <see cref="FreeCases"/>, by the program that frees cases.</summary>
    private static async Task FreeAsync(Tx tx, CaseFile file, DateTimeOffset at)
    {
        await tx.ExecuteAsync(
            """
            update case_file set assigned_to = null, assigned_at = null, updated_at = @at
            where tenant = @tenant and id = @id
            """,
            new { id = file.Id, at }
        );
        await CaseTimeline.AddAsync(
            tx,
            file.Id,
            "unassigned",
            FreeCases.WordsOf(file.AssignedTo!),
            DecidingPerson.Kept(FreeCases.Program)
        );
        await tx.ExecuteAsync(
            """
            update case_event set at = @at
            where tenant = @tenant and case_id = @id and what = 'unassigned' and at = @now
            """,
            new
            {
                id = file.Id,
                at,
                now = tx.Now,
            }
        );
    }
}
