using System.Net;
using System.Security.Cryptography;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// What an unannounced sample wears so that it looks like the cases beside it: an account that is nobody's, the age of
/// the case whose place it takes, the name of the program that hands cases in. All of it stays in the sample's own
/// rows; the ledger has none of it, and the answer ends it.
/// </summary>
internal static class Disguise
{
    private const int AccountsLookedAt = 10;

    /// <summary>As accounts are written in the cases that wait, and in no case here.</summary>
    public static async Task<string> AccountAsync(Tx tx, IReadOnlyList<CaseFile> queue)
    {
        var real = Real(queue)
            .Select(file => Sealed.Open(tx, file.Account, file.Id))
            .OfType<string>()
            // Random addresses are somebody's.
            .Where(account => !IPAddress.TryParse(account, out _))
            .Distinct(StringComparer.Ordinal)
            .Take(AccountsLookedAt)
            .ToList();
        string account;
        do
        {
            account = SamplePseudonym.Like(real);
        } while (
            await tx.FindAsync<long>(
                "select count(*) from case_file where tenant = @tenant and account_digest = @digest",
                new { digest = Sealed.AccountDigest(tx, account) }
            ) > 0
        );
        return account;
    }

    /// <summary>Opened a little before the case whose place it takes, by a program that opens such cases.</summary>
    public static async Task AgeAsync(Tx tx, CaseFile file, IReadOnlyList<CaseFile> queue, CaseFile insteadOf)
    {
        var at = insteadOf.OpenedAt - TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(1, 1800));
        var id = file.Id;
        await tx.ExecuteAsync(
            """
            update case_file set opened_at = @at, last_item_at = @at, updated_at = @at
            where tenant = @tenant and id = @id
            """,
            new { id, at }
        );
        await tx.ExecuteAsync(
            "update case_item set at = @at where tenant = @tenant and case_id = @id",
            new { id, at }
        );
        await tx.ExecuteAsync(
            """
            update case_flag set first_at = @at, last_at = @at
            where tenant = @tenant and item_id in (
                select i.id from case_item i where i.tenant = @tenant and i.case_id = @id)
            """,
            new { id, at }
        );
        var by = await OpenedByAsync(tx, file.Origin, queue);
        await tx.ExecuteAsync(
            "update case_event set at = @at, actor = @by where tenant = @tenant and case_id = @id",
            new
            {
                id,
                at,
                by,
            }
        );
    }

    /// <summary>A program, never a person: nobody is said to have done what they did not.</summary>
    private static async Task<string> OpenedByAsync(Tx tx, CaseOrigin origin, IReadOnlyList<CaseFile> queue)
    {
        var alike = Real(queue).Where(file => file.Origin == origin).ToList();
        var programs = await ManyRows.SelectWantedAsync<string>(
            tx,
            """
            select e.actor from wanted cross join case_event e
            where e.tenant = @tenant and e.case_id = wanted.value and e.what = 'opened'
              and e.actor not like 'person:%' limit 1
            """,
            (alike.Count > 0 ? alike : Real(queue)).Select(file => (object)file.Id)
        );
        return programs.Count > 0 ? programs[0] : "machine:cases";
    }

    private static IEnumerable<CaseFile> Real(IReadOnlyList<CaseFile> queue) =>
        queue.Where(file => file is { GoldFor: null, IsTest: false });
}
