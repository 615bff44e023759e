using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>
/// Single sign-on: to the organisation's provider and back. The browser comes back from another site, where it
/// sends no cookie of ours; so the page it comes to only sends it on, to one that has them.
/// </summary>
internal static class SignOn
{
    public const string Start = "/console/sign-in/single-sign-on";
    public const string ReturnPath = "/console/sign-in/single-sign-on/return";
    public const string Finish = "/console/sign-in/single-sign-on/finish";
    private const string Account = "/console/account";
    private const string SecureName = "__Host-vigil-sign-on";
    private const string PlainName = "vigil-sign-on";

    public static Task<IResult> StartAsync(HttpContext context) =>
        GoAsync(context, SignOnPurpose.SignIn, ConsoleDoor.SafeReturn(context.Request.Query["return"]));

    public static Task<IResult> VerifyAsync(HttpContext context) =>
        GoAsync(context, SignOnPurpose.StepUp, ConsoleDoor.SafeReturn(context.Request.Query["return"]));

    public static Task<IResult> LinkAsync(HttpContext context, IFormCollection form) =>
        GoAsync(context, SignOnPurpose.Link, Account);

    public static Task<IResult> JoinAsync(HttpContext context, IFormCollection form)
    {
        var opened = Join.Open(context, form.Text("ticket"));
        var (userName, displayName) = (form.Text("userName"), form.Text("displayName"));
        if (opened.UserName is null)
        {
            Joining.CheckNames(userName, displayName);
        }
        var joining = context
            .Kernel()
            .Tickets.Seal(nameof(SignOnPurpose.Join), new Names(form.Text("ticket"), userName, displayName));
        return GoAsync(context, SignOnPurpose.Join, "/console", joining);
    }

    /// <summary>Where the provider sends the browser.</summary>
    public static IResult ShowReturn(HttpContext context)
    {
        var query = new QueryBuilder();
        foreach (var name in (string[])["code", "state", "error"])
        {
            if (context.Request.Query[name].ToString() is { Length: > 0 } value)
            {
                query.Add(name, value);
            }
        }
        return Pass(context, Finish + query.ToQueryString());
    }

    public static async Task<IResult> FinishAsync(HttpContext context)
    {
        var ticket = context.Request.Cookies[NameFor(context)] ?? "";
        context.Response.Cookies.Delete(NameFor(context), SessionCookie.Options(context));
        try
        {
            if (context.Request.Query["error"].Count > 0)
            {
                throw SignOnException.Refused("provider_refused");
            }
            var proved = await Service(context)
                .ProveAsync(
                    ticket,
                    context.Request.Query["state"].ToString(),
                    context.Request.Query["code"].ToString(),
                    context.RequestAborted
                );
            return await FinishAsync(context, proved);
        }
        catch (SignOnException e)
        {
            // So that the operator sees why; the person is told what to do only.
            await context.Kernel().SignIn.NoteRefusedAsync(e, context.RequestAborted);
            return Refuse(context, e.Message);
        }
        catch (PeopleException e) when (context.FindPerson() is null)
        {
            return Refuse(context, e.Message);
        }
    }

    private static Task<IResult> FinishAsync(HttpContext context, ProvedIdentity proved) =>
        proved.Attempt.Purpose switch
        {
            SignOnPurpose.Join => FinishJoinAsync(context, proved),
            SignOnPurpose.StepUp => FinishVerifyAsync(context, proved),
            SignOnPurpose.Link => FinishLinkAsync(context, proved),
            _ => FinishSignInAsync(context, proved),
        };

    private static async Task<IResult> FinishSignInAsync(HttpContext context, ProvedIdentity proved)
    {
        var browser = Browser.New(context);
        var token =
            await context
                .Kernel()
                .SignIn.WithIdentityAsync(
                    proved,
                    browser.Client,
                    SessionCookie.Find(context),
                    context.RequestAborted
                )
            ?? throw SignOnException.Unknown();
        SessionCookie.Set(context, token, browser);
        return Pages.Go(proved.Attempt.Return);
    }

    private static async Task<IResult> FinishJoinAsync(HttpContext context, ProvedIdentity proved)
    {
        var names = context
            .Kernel()
            .Tickets.Open<Names>(nameof(SignOnPurpose.Join), proved.Attempt.Joining ?? "")
            .Value;
        var opened = Join.Open(context, names.Ticket);
        var browser = Browser.New(context);
        var joined = await context
            .Kernel()
            .Joining.WithIdentityAsync(
                new Joiner
                {
                    Code = opened.Code,
                    PersonId = opened.PersonId,
                    UserName = opened.UserName ?? names.UserName,
                    DisplayName = opened.DisplayName ?? names.DisplayName,
                    Client = browser.Client,
                },
                proved,
                context.RequestAborted
            );
        SessionCookie.Set(context, joined.Token, browser);
        return Pages.Go("/console", "welcome");
    }

    private static async Task<IResult> FinishVerifyAsync(HttpContext context, ProvedIdentity proved)
    {
        var token =
            await context
                .Kernel()
                .SignIn.VerifyWithIdentityAsync(context.Person(), proved, context.RequestAborted)
            ?? throw new ProblemException(
                StatusCodes.Status403Forbidden,
                "not_verified",
                "Your organisation does not say that you just proved two factors: use a passkey or password here, or "
                    + "ask the operator which of its sign-ins count."
            );
        SessionCookie.Set(context, token);
        return Pages.Go(proved.Attempt.Return);
    }

    private static async Task<IResult> FinishLinkAsync(HttpContext context, ProvedIdentity proved)
    {
        await context.Kernel().OwnSignIn.AddIdentityAsync(context.Person(), proved, context.RequestAborted);
        return Pages.Go(Account, "created");
    }

    private static async Task<IResult> GoAsync(
        HttpContext context,
        SignOnPurpose purpose,
        string back,
        string? joining = null
    )
    {
        try
        {
            var request = context.Request;
            var (address, ticket) = await Service(context)
                .BeginAsync(
                    purpose,
                    $"{request.Scheme}://{request.Host}{ReturnPath}",
                    back,
                    context.FindPerson()?.SessionId,
                    joining,
                    context.RequestAborted
                );
            context.Response.Cookies.Append(NameFor(context), ticket, SessionCookie.Options(context));
            return Pass(context, address.AbsoluteUri);
        }
        catch (SignOnException e)
        {
            return Refuse(context, e.Message);
        }
    }

    /// <summary>By a page: this console lets no form lead elsewhere, and strict cookies need it.</summary>
    private static IResult Pass(HttpContext context, string address)
    {
        context.Response.Headers["Refresh"] = $"0; url={address}";
        return Pages.Show<PassPage>(context, "Single sign-on", new { Address = address });
    }

    private static IResult Refuse(HttpContext context, string message) =>
        context.FindPerson() is null
            ? EnterByPassword.Show(context, "/console", "", message)
            : throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "single_sign_on_refused",
                message
            );

    private static SingleSignOn Service(HttpContext context) =>
        context.RequestServices.GetService<SingleSignOn>()
        ?? throw ProblemException.NotFound("This installation has no single sign-on.");

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? SecureName : PlainName;

    private sealed record Names(string Ticket, string UserName, string DisplayName)
    {
        public override string ToString() => nameof(Names);
    }
}
