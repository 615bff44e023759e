using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Admin.Entrance;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Account;

/// <summary>A person's own sign-in. What is changed here needs a fresh proof.</summary>
internal static class AccountRoutes
{
    private const string Path = "/console/account";
    private const string Purpose = "own app";

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.OwnAccount, ShowAsync);
        routes.MapForm($"{Path}/question", Permission.OwnAccount, AskAsync).RequireStepUp();
        routes.MapForm($"{Path}/passkey", Permission.OwnAccount, AddPasskeyAsync).RequireStepUp();
        routes.MapForm($"{Path}/remove-passkey", Permission.OwnAccount, RemovePasskeyAsync).RequireStepUp();
        routes.MapForm($"{Path}/password", Permission.OwnAccount, SetPasswordAsync).RequireStepUp();
        routes.MapForm($"{Path}/recovery-codes", Permission.OwnAccount, RenewCodesAsync).RequireStepUp();
        routes.MapForm($"{Path}/single-sign-on", Permission.OwnAccount, SignOn.LinkAsync).RequireStepUp();
        routes
            .MapForm($"{Path}/remove-single-sign-on", Permission.OwnAccount, RemoveIdentitiesAsync)
            .RequireStepUp();
        routes.MapForm($"{Path}/end-session", Permission.OwnAccount, EndSessionAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var person = context.Person();
        var facts = await context
            .Db()
            .ReadAsync(
                person.Actor,
                Permission.OwnAccount,
                async tx => new AccountFacts(
                    await Trust.People.FindAsync(tx, person.PersonId),
                    await Passkeys.ListAsync(tx, person.PersonId),
                    await Sessions.ListAsync(tx, person.PersonId),
                    await OwnSignIn.RecoveryCodesLeftAsync(tx, person.PersonId)
                ),
                context.RequestAborted
            );
        var secret = Joining.NewAppSecret();
        return Pages.Show<AccountPage>(
            context,
            "Your account",
            new
            {
                Facts = facts,
                Secret = secret,
                Ticket = context.Kernel().Tickets.Seal(Purpose, secret),
                IsFresh = context.Person().IsFresh(context.Kernel().Time.GetUtcNow()),
            }
        );
    }

    private static async Task<IResult> AskAsync(HttpContext context, IFormCollection form)
    {
        var person = context.Person();
        var name = await context
            .Db()
            .ReadAsync(
                person.Actor,
                Permission.OwnAccount,
                async tx => (await Trust.People.FindAsync(tx, person.PersonId)).UserName,
                context.RequestAborted
            );
        return QuestionAnswer.Of(
            await context
                .Kernel()
                .Passkeys.AskToCreateAsync(context, person.PersonId, name, person.DisplayName)
        );
    }

    private static async Task<IResult> AddPasskeyAsync(HttpContext context, IFormCollection form)
    {
        var person = context.Person();
        if (form.Text("credential").Length == 0)
        {
            throw ProblemException.BadRequest("needs_scripts", QuestionAnswer.NeedsScripts);
        }
        var passkey = await context
            .Kernel()
            .Passkeys.AttestAsync(context, form.Text("challenge"), form.Text("credential"));
        await context
            .Kernel()
            .OwnSignIn.AddPasskeyAsync(person, passkey, form.Text("name"), context.RequestAborted);
        return Pages.Go(Path, "created");
    }

    private static async Task<IResult> RemovePasskeyAsync(HttpContext context, IFormCollection form)
    {
        var person = context.Person();
        var id = form.Text("passkey");
        if (!Base64Url.IsValid(id))
        {
            throw ProblemException.BadRequest("bad_form", "Send this page's own form.");
        }
        await context
            .Kernel()
            .OwnSignIn.RemovePasskeyAsync(person, Base64Url.DecodeFromChars(id), context.RequestAborted);
        return Pages.Go(Path, "removed");
    }

    private static async Task<IResult> RemoveIdentitiesAsync(HttpContext context, IFormCollection form)
    {
        await context.Kernel().OwnSignIn.RemoveIdentitiesAsync(context.Person(), context.RequestAborted);
        return Pages.Go(Path, "removed");
    }

    private static async Task<IResult> SetPasswordAsync(HttpContext context, IFormCollection form)
    {
        var person = context.Person();
        var secret = context.Kernel().Tickets.Open<byte[]>(Purpose, form.Text("ticket")).Value;
        var codes = await context
            .Kernel()
            .OwnSignIn.SetPasswordAsync(
                person,
                form.Text("password"),
                secret,
                form.Text("appCode"),
                context.RequestAborted
            );
        return ShowCodes(context, codes);
    }

    private static async Task<IResult> RenewCodesAsync(HttpContext context, IFormCollection form) =>
        ShowCodes(
            context,
            await context.Kernel().OwnSignIn.RenewRecoveryCodesAsync(context.Person(), context.RequestAborted)
        );

    private static async Task<IResult> EndSessionAsync(HttpContext context, IFormCollection form)
    {
        if (Guid.TryParse(form.Text("session"), out var id))
        {
            await context.Kernel().OwnSignIn.EndSessionAsync(context.Person(), id, context.RequestAborted);
            context.Kernel().Sessions.Forget();
        }
        return Pages.Go(Path, "removed");
    }

    private static IResult ShowCodes(HttpContext context, IReadOnlyList<string> codes) =>
        Pages.Show<CodesPage>(
            context,
            "Your recovery codes",
            new { Codes = codes, Next = $"{Path}?notice=saved" }
        );
}

/// <summary>What the account page shows.</summary>
public sealed record AccountFacts(
    Person Person,
    IReadOnlyList<Passkey> Passkeys,
    IReadOnlyList<SessionRow> Sessions,
    long CodesLeft
);
