using Microsoft.AspNetCore.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>
/// From a code (set-up, invitation or reset) to an account and a session: the code first, then a passkey or a
/// password with an app. The code is typed into a form; no address holds it.
/// </summary>
internal static class Join
{
    private const string Purpose = "join";

    public static IResult Show(HttpContext context, string title) => ShowCode(context, title, null);

    public static async Task<IResult> OpenAsync(HttpContext context, IFormCollection form)
    {
        try
        {
            var code = form.Text("code");
            var found = await context.Kernel().Joining.OpenAsync(code, context.RequestAborted);
            return ShowChoice(
                context,
                new OpenedCode(
                    code,
                    found.Kind,
                    found.PersonId,
                    found.UserName,
                    found.DisplayName,
                    Joining.NewAppSecret()
                )
            );
        }
        catch (PeopleException e)
        {
            return ShowCode(context, "Join with a code", e.Message);
        }
    }

    /// <summary>What the browser is asked when it shall make a passkey.</summary>
    public static async Task<IResult> AskAsync(HttpContext context, IFormCollection form)
    {
        var joiner = JoinerOf(form, Open(context, form), Browser.Of(context));
        Joining.CheckNames(joiner.UserName, joiner.DisplayName);
        return QuestionAnswer.Of(
            await context
                .Kernel()
                .Passkeys.AskToCreateAsync(context, joiner.PersonId, joiner.UserName, joiner.DisplayName)
        );
    }

    public static async Task<IResult> ByPasskeyAsync(HttpContext context, IFormCollection form)
    {
        var opened = Open(context, form);
        if (form.Text("credential").Length == 0)
        {
            return ShowChoice(context, opened, form, QuestionAnswer.NeedsScripts);
        }
        var browser = Browser.New(context);
        try
        {
            var passkey = await context
                .Kernel()
                .Passkeys.AttestAsync(context, form.Text("challenge"), form.Text("credential"));
            var joined = await context
                .Kernel()
                .Joining.WithPasskeyAsync(
                    JoinerOf(form, opened, browser.Client),
                    passkey,
                    browser.Client.Name,
                    context.RequestAborted
                );
            SessionCookie.Set(context, joined.Token, browser);
            return Pages.Go("/console", "welcome");
        }
        catch (PeopleException e)
        {
            return ShowChoice(context, opened, form, e.Message);
        }
    }

    public static async Task<IResult> ByPasswordAsync(HttpContext context, IFormCollection form)
    {
        var opened = Open(context, form);
        var browser = Browser.New(context);
        try
        {
            var joined = await context
                .Kernel()
                .Joining.WithPasswordAsync(
                    JoinerOf(form, opened, browser.Client),
                    form.Text("password"),
                    opened.AppSecret,
                    form.Text("appCode"),
                    context.RequestAborted
                );
            SessionCookie.Set(context, joined.Token, browser);
            return Pages.Show<CodesPage>(
                context,
                "Your recovery codes",
                new { Codes = joined.RecoveryCodes, Next = "/console?notice=welcome" }
            );
        }
        catch (PeopleException e)
        {
            return ShowChoice(context, opened, form, e.Message);
        }
    }

    /// <summary>Sealed by the page before; also for single sign-on, which brings it back.</summary>
    public static OpenedCode Open(HttpContext context, string ticket) =>
        context.Kernel().Tickets.Open<OpenedCode>(Purpose, ticket).Value;

    private static OpenedCode Open(HttpContext context, IFormCollection form) =>
        Open(context, form.Text("ticket"));

    private static Joiner JoinerOf(IFormCollection form, OpenedCode opened, SessionClient client) =>
        new()
        {
            Code = opened.Code,
            PersonId = opened.PersonId,
            UserName = opened.UserName ?? form.Text("userName"),
            DisplayName = opened.DisplayName ?? form.Text("displayName"),
            Client = client,
        };

    private static IResult ShowCode(HttpContext context, string title, string? error)
    {
        Mark(context, error);
        return Pages.Show<JoinPage>(context, title, new { Error = error });
    }

    private static IResult ShowChoice(
        HttpContext context,
        OpenedCode opened,
        IFormCollection? form = null,
        string? error = null
    )
    {
        Mark(context, error);
        return Pages.Show<ChoosePage>(
            context,
            opened.UserName is null ? "Make your account" : "Choose how you sign in",
            new
            {
                Ticket = context.Kernel().Tickets.Seal(Purpose, opened),
                Opened = opened,
                UserName = form?.Text("userName") ?? "",
                DisplayName = form?.Text("displayName") ?? "",
                Error = error,
            }
        );
    }

    private static void Mark(HttpContext context, string? error)
    {
        if (error is not null)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
    }
}

/// <summary>What the second page carries back, sealed.</summary>
public sealed record OpenedCode(
    string Code,
    InvitationKind Kind,
    Guid PersonId,
    string? UserName,
    string? DisplayName,
    byte[] AppSecret
)
{
    public override string ToString() => nameof(OpenedCode);
}
