using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Home;

/// <summary>The first page: each feature's numbers of now, those that need somebody first.</summary>
internal static class ShowHome
{
    public static async Task<IResult> HandleAsync(HttpContext context)
    {
        var actor = context.Actor();
        var wanted = await context
            .Db()
            .ReadAsync(
                actor,
                Permission.OwnAccount,
                async tx =>
                {
                    var numbers = new HomeNumbersWanted();
                    await tx.RaiseAsync(numbers);
                    return numbers;
                },
                context.RequestAborted
            );
        return Pages.Show<HomePage>(
            context,
            "Home",
            new
            {
                Numbers = (IReadOnlyList<HomeNumber>)
                    [
                        .. wanted
                            .Numbers.Where(number => actor.May(number.Permission))
                            .OrderByDescending(number => number.IsWarning),
                    ],
            }
        );
    }

    /// <summary>This feature's own numbers.</summary>
    public static async Task AddNumbersAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var soon = await tx.FindAsync<long>(
            """
            select count(*) from api_key
            where tenant = @tenant and revoked_at is null and expires_at > @now and expires_at < @soon
            """,
            new { now = tx.Now, soon = tx.Now.AddDays(14) }
        );
        var live = await tx.FindAsync<long>(
            "select count(*) from api_key where tenant = @tenant and revoked_at is null and expires_at > @now",
            new { now = tx.Now }
        );
        wanted.Add(
            new HomeNumber("API keys in force", $"{live}", "/console/keys", Permission.KeyManage)
            {
                IsWarning = soon > 0,
                Note = soon > 0 ? $"{soon} end within 14 days" : "",
            }
        );
        var people = await tx.FindAsync<long>(
            "select count(*) from person_known where tenant = @tenant and state = 'Active'"
        );
        wanted.Add(
            new HomeNumber("People", $"{people}", "/console/people", Permission.PeopleManage)
            {
                Note = people == 1 ? "a second admin can help when a key is lost" : "",
            }
        );
    }
}
