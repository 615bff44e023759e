using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Persons;

/// <summary>Who is here, what they may do, and who may come.</summary>
internal static class PersonsRoutes
{
    private const string Path = "/console/people";

    public static void MapPersons(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.PeopleManage, ShowAllAsync);
        routes.MapForm($"{Path}/invite", Permission.PeopleManage, InviteAsync);
        routes.MapForm($"{Path}/confirm", Permission.PeopleManage, ConfirmAsync);
        routes.MapForm($"{Path}/withdraw", Permission.PeopleManage, WithdrawAsync);
        routes.MapPage($"{Path}/{{id:guid}}", Permission.PeopleManage, ShowOneAsync);
        routes.MapForm($"{Path}/{{id:guid}}/roles", Permission.PeopleManage, SetRolesAsync);
        routes.MapForm($"{Path}/{{id:guid}}/roles/withdraw", Permission.PeopleManage, WithdrawRolesAsync);
        routes.MapForm($"{Path}/{{id:guid}}/state", Permission.PeopleManage, SetStateAsync);
        routes.MapForm($"{Path}/{{id:guid}}/reset", Permission.PeopleManage, ResetAsync);
        routes.MapForm($"{Path}/{{id:guid}}/reset/confirm", Permission.PeopleManage, ConfirmResetAsync);
        routes.MapForm($"{Path}/{{id:guid}}/reset/withdraw", Permission.PeopleManage, WithdrawResetAsync);
        routes.MapForm($"{Path}/{{id:guid}}/end-session", Permission.PeopleManage, EndSessionAsync);
    }

    private static async Task<IResult> ShowAllAsync(HttpContext context)
    {
        var (people, open, reads) = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.PeopleManage,
                async tx =>
                    (
                        await Trust.People.ListAsync(tx),
                        await Invitations.OpenAsync(tx),
                        await SecondPerson.ReadsAsync(tx, Invitations.InviteAct)
                    ),
                context.RequestAborted
            );
        return Pages.Show<PersonsPage>(
            context,
            "People",
            new
            {
                People = people,
                Open = open,
                Reads = reads,
            }
        );
    }

    private static async Task<IResult> InviteAsync(HttpContext context, IFormCollection form)
    {
        var made = await ActAsync(context, tx => Invitations.InviteAsync(tx, form.Ticked<Role>("role")));
        return made.Code is { } code ? ShowCode(context, "Invitation", code) : Pages.Go(Path, "second_admin");
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, IFormCollection form)
    {
        _ = Guid.TryParse(form.Text("invitation"), out var id);
        return ShowCode(
            context,
            "Invitation",
            await ActAsync(context, tx => Invitations.ConfirmAsync(tx, id, form.Text("read")))
        );
    }

    private static async Task<IResult> WithdrawAsync(HttpContext context, IFormCollection form)
    {
        if (Guid.TryParse(form.Text("invitation"), out var id))
        {
            await ActAsync(context, tx => Invitations.WithdrawAsync(tx, id));
        }
        return Pages.Go(Path, "removed");
    }

    private static async Task<IResult> ShowOneAsync(HttpContext context)
    {
        var id = IdOf(context);
        var facts = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.PeopleManage,
                async tx =>
                {
                    var person = await Trust.People.FindAsync(tx, id);
                    return new PersonFacts(
                        person,
                        await Sessions.ListAsync(tx, id),
                        await SecondPerson.FindAsync(tx, Invitations.ResetAct, person.Pseudonym),
                        await RoleGains.WaitingAsync(tx, person.Pseudonym),
                        await Vendors.ListAsync(tx)
                    );
                },
                context.RequestAborted
            );
        return Pages.Show<PersonPage>(context, facts.Person.DisplayName, new { Facts = facts });
    }

    private static async Task<IResult> SetRolesAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        var waits = await ActAsync(
            context,
            tx => Trust.People.SetRolesAsync(tx, id, form.Ticked<Role>("role"))
        );
        return Pages.Go($"{Path}/{id}", waits is null ? "saved" : "second_admin");
    }

    private static async Task<IResult> WithdrawRolesAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        await ActAsync(
            context,
            async tx =>
                await RoleGains.WithdrawAsync(tx, (await Trust.People.FindAsync(tx, id)).Pseudonym)
                    ? true
                    : throw ProblemException.Conflict("nothing_requested", "No roles wait for this person.")
        );
        return Pages.Go($"{Path}/{id}", "removed");
    }

    private static async Task<IResult> SetStateAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        var state = form.Text("state") == "disabled" ? PersonState.Disabled : PersonState.Active;
        await ActAsync(
            context,
            async tx =>
            {
                await Trust.People.SetStateAsync(tx, id, state);
                return true;
            }
        );
        return Pages.Go($"{Path}/{id}", "saved");
    }

    private static async Task<IResult> ResetAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        await ActAsync(context, tx => Invitations.AskToResetAsync(tx, id, form.Text("reason")));
        return Pages.Go($"{Path}/{id}", "second_admin");
    }

    private static async Task<IResult> ConfirmResetAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        var made = await ActAsync(context, tx => Invitations.ResetAsync(tx, id, form.Text("read")));
        return ShowCode(context, "Sign in anew", made.Code);
    }

    private static async Task<IResult> WithdrawResetAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        await ActAsync(
            context,
            async tx =>
            {
                var person = await Trust.People.FindAsync(tx, id);
                await SecondPerson.WithdrawAsync(
                    tx,
                    Invitations.ResetAct,
                    person.Pseudonym,
                    "Withdrawn on the person's page."
                );
                return true;
            }
        );
        return Pages.Go($"{Path}/{id}", "removed");
    }

    private static async Task<IResult> EndSessionAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        if (Guid.TryParse(form.Text("session"), out var session))
        {
            await ActAsync(context, tx => Sessions.RevokeAsync(tx, session));
        }
        return Pages.Go($"{Path}/{id}", "removed");
    }

    /// <summary>What changes a person is in force at once in this process, and within two seconds in others.</summary>
    private static async Task<T> ActAsync<T>(HttpContext context, Func<Tx, Task<T>> work)
    {
        var result = await context
            .Db()
            .ActAsync(context.Actor(), Permission.PeopleManage, work, context.RequestAborted);
        context.Kernel().Sessions.Forget();
        return result;
    }

    private static IResult ShowCode(HttpContext context, string title, string code) =>
        Pages.Show<CodePage>(context, title, new { Code = code, Back = Path });

    private static Guid IdOf(HttpContext context) => Guid.Parse((string)context.Request.RouteValues["id"]!);
}

/// <summary>What a person's page shows.</summary>
public sealed record PersonFacts(
    Person Person,
    IReadOnlyList<SessionRow> Sessions,
    SecondPersonRequest? Reset,
    SecondPersonRequest? Gain,
    IReadOnlyList<Vendor> Vendors
);
