using Microsoft.AspNetCore.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>The person of a session proves again who it is, and goes on with what was held up for it.</summary>
internal static class Verify
{
    private const string Refusal =
        "This was not accepted, or there were too many wrong tries: wait for the app's next code, and after five "
        + "wrong tries 15 minutes.";

    public static Task<IResult> ShowAsync(HttpContext context)
    {
        var back = ConsoleDoor.SafeReturn(context.Request.Query["return"]);
        var ticket = context.Kernel().Tickets.Seal(StepUp.Purpose, new SuspendedRequest(back, null));
        return Task.FromResult(Show(context, ticket, back, null));
    }

    public static async Task<IResult> ByPasswordAsync(HttpContext context, IFormCollection form) =>
        GoOn(
            context,
            form,
            await context
                .Kernel()
                .SignIn.VerifyWithPasswordAsync(
                    context.Person(),
                    form.Text("password"),
                    form.Text("code"),
                    context.RequestAborted
                )
        );

    public static async Task<IResult> ByPasskeyAsync(HttpContext context, IFormCollection form)
    {
        if (form.Text("credential").Length == 0)
        {
            return Show(context, form.Text("ticket"), Open(context, form).Path, QuestionAnswer.NeedsScripts);
        }
        try
        {
            var proved = await context
                .Kernel()
                .Passkeys.AssertAsync(context, form.Text("challenge"), form.Text("credential"));
            return GoOn(
                context,
                form,
                await context
                    .Kernel()
                    .SignIn.VerifyWithPasskeyAsync(context.Person(), proved, context.RequestAborted)
            );
        }
        catch (PeopleException e)
        {
            return Show(context, form.Text("ticket"), "/console", e.Message);
        }
    }

    private static IResult GoOn(HttpContext context, IFormCollection form, string? token)
    {
        var request = Open(context, form);
        if (token is null)
        {
            return Show(context, form.Text("ticket"), request.Path, Refusal);
        }
        SessionCookie.Set(context, token);
        return request.Fields is null
            ? Pages.Go(request.Path)
            : Pages.Show<GoOnPage>(context, "Go on", new { Request = request });
    }

    private static SuspendedRequest Open(HttpContext context, IFormCollection form) =>
        context.Kernel().Tickets.Open<SuspendedRequest>(StepUp.Purpose, form.Text("ticket")).Value;

    private static IResult Show(HttpContext context, string ticket, string back, string? error)
    {
        if (error is not null)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        }
        return Pages.Show<VerifyPage>(
            context,
            StepUp.Title,
            new
            {
                Ticket = ticket,
                Back = back,
                Error = error,
            }
        );
    }
}
