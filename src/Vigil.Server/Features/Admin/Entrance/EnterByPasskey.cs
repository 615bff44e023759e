using Microsoft.AspNetCore.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>Sign-in with a passkey: the browser offers those of this installation, no name is typed.</summary>
internal static class EnterByPasskey
{
    private const string Refusal =
        "This passkey is not known here any more: use another way, or ask an admin.";

    public static async Task<IResult> AskAsync(HttpContext context, IFormCollection form) =>
        QuestionAnswer.Of(await context.Kernel().Passkeys.AskToSignInAsync(context));

    public static async Task<IResult> HandleAsync(HttpContext context, IFormCollection form)
    {
        var back = ConsoleDoor.SafeReturn(form.Text("return"));
        if (form.Text("credential").Length == 0)
        {
            return EnterByPassword.Show(context, back, "", QuestionAnswer.NeedsScripts);
        }
        try
        {
            var proved = await context
                .Kernel()
                .Passkeys.AssertAsync(context, form.Text("challenge"), form.Text("credential"));
            var browser = Browser.New(context);
            var token = await context
                .Kernel()
                .SignIn.WithPasskeyAsync(
                    proved,
                    browser.Client,
                    SessionCookie.Find(context),
                    context.RequestAborted
                );
            if (token is null)
            {
                return EnterByPassword.Show(context, back, "", Refusal);
            }
            SessionCookie.Set(context, token, browser);
            return Pages.Go(back);
        }
        catch (PeopleException e)
        {
            return EnterByPassword.Show(context, back, "", e.Message);
        }
    }
}
