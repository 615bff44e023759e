using Vigil.Server.Features.Cases.Waiting;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// Who could decide an appeal: somebody who may and had no part in the case; in a team of one, by
/// <see cref="AppealAlone"/>, whoever is here.
/// </summary>
internal static class AppealReaders
{
    public static readonly NobodyHere Nobody = new(
        "appeal_nobody",
        "Appeals wait for somebody who had no part in their cases",
        "give a person who had none a role that decides appeals; a team of one declares solo mode",
        NobodyForAsync
    );

    /// <summary>Of the appeals that are open, looked at, the oldest.</summary>
    private const int Most = 2000;

    private static async Task<IReadOnlySet<string>> NobodyForAsync(Tx tx)
    {
        var people = await AssignCase.WhoMayAsync(tx, Permission.AppealDecide);
        if (
            people.Count == 1
            && await AppealAlone.SinceAsync(tx, CaseActs.PersonOf(people[0].Pseudonym)) is not null
        )
        {
            return new HashSet<string>();
        }
        var parts = await CaseParts.WhoAsync(
            tx,
            $"""
            select a.case_id from appeal p
            join account_action a on a.tenant = p.tenant and a.id = p.action_id
            join case_file f on f.tenant = a.tenant and f.id = a.case_id
            where p.tenant = @tenant and p.state = 'Open' and not f.is_test and f.gold_for is null
            order by p.at, p.id limit {Most}
            """
        );
        return await NobodyHere.OfAsync(tx, people, parts);
    }
}
