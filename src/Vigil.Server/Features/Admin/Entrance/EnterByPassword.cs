using Microsoft.AspNetCore.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>Sign-in with user name, password and a code, in one form: nobody learns which of them was wrong.</summary>
internal static class EnterByPassword
{
    public const string Refusal =
        "These do not belong together, or there were too many wrong tries with this name: check them, wait for "
        + "the app's next code, and after five wrong tries wait 15 minutes.";

    public static IResult Show(HttpContext context)
    {
        var back = ConsoleDoor.SafeReturn(context.Request.Query["return"]);
        return context.FindPerson() is not null ? Pages.Go(back) : Show(context, back, "", null);
    }

    public static async Task<IResult> HandleAsync(HttpContext context, IFormCollection form)
    {
        var back = ConsoleDoor.SafeReturn(form.Text("return"));
        var browser = Browser.New(context);
        var token = await context
            .Kernel()
            .SignIn.WithPasswordAsync(
                new PasswordTry
                {
                    UserName = form.Text("userName"),
                    Password = form.Text("password"),
                    Code = form.Text("code"),
                    Client = browser.Client,
                    Replaces = SessionCookie.Find(context),
                },
                context.RequestAborted
            );
        if (token is null)
        {
            return Show(context, back, form.Text("userName"), Refusal);
        }
        SessionCookie.Set(context, token, browser);
        return Pages.Go(back);
    }

    public static IResult Show(HttpContext context, string back, string userName, string? error)
    {
        // A plain status: a password manager or a script that sees 401 might believe in another kind of sign-in.
        context.Response.StatusCode = error is null
            ? StatusCodes.Status200OK
            : StatusCodes.Status422UnprocessableEntity;
        return Pages.Show<SignInPage>(
            context,
            "Sign in",
            new
            {
                Back = back,
                UserName = userName,
                Error = error,
            }
        );
    }
}
