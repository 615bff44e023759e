using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Entrance;

/// <summary>The pages before one is signed in, and the way out.</summary>
internal static class EntranceRoutes
{
    private const string Why = "nobody has a session before signing in";

    public static void MapEntrance(this IEndpointRouteBuilder routes)
    {
        routes.Show(ConsoleDoor.SignInPath, EnterByPassword.Show);
        routes.Take(ConsoleDoor.SignInPath, EnterByPassword.HandleAsync);
        routes.Take($"{ConsoleDoor.SignInPath}/question", EnterByPasskey.AskAsync);
        routes.Take($"{ConsoleDoor.SignInPath}/passkey", EnterByPasskey.HandleAsync);
        routes.Show("/console/setup", context => Join.Show(context, "Set up this installation"));
        routes.Show("/console/join", context => Join.Show(context, "Join with a code"));
        routes.Take("/console/join", Join.OpenAsync);
        routes.Take("/console/join/question", Join.AskAsync);
        routes.Take("/console/join/passkey", Join.ByPasskeyAsync);
        routes.Take("/console/join/password", Join.ByPasswordAsync);
        routes.Show(SignOn.Start, SignOn.StartAsync);
        routes.Show(SignOn.ReturnPath, SignOn.ShowReturn);
        routes.Show(SignOn.Finish, SignOn.FinishAsync);
        routes.Take("/console/join/single-sign-on", SignOn.JoinAsync);
        routes.MapPage($"{StepUp.Path}/single-sign-on", Permission.OwnAccount, SignOn.VerifyAsync);
        routes.MapPage(StepUp.Path, Permission.OwnAccount, Verify.ShowAsync);
        routes.TakeOwn(StepUp.Path, Verify.ByPasswordAsync);
        routes.TakeOwn($"{StepUp.Path}/passkey", Verify.ByPasskeyAsync);
        routes.MapForm("/console/sign-out", Permission.OwnAccount, SignOutAsync);
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, IFormCollection form)
    {
        await context.Kernel().Sessions.EndAsync(context.Person(), context.RequestAborted);
        SessionCookie.Clear(context);
        return Pages.Go(ConsoleDoor.SignInPath, "signed_out");
    }

    private static void Show(
        this IEndpointRouteBuilder routes,
        string path,
        Func<HttpContext, IResult> show
    ) => routes.MapGet(path, (Delegate)show).AllowAnyone(Why).ExcludeFromDescription();

    /// <summary>As the other, for what asks another server: as often as a sign-in.</summary>
    private static void Show(
        this IEndpointRouteBuilder routes,
        string path,
        Func<HttpContext, Task<IResult>> show
    ) =>
        routes
            .MapGet(
                path,
                (Delegate)(
                    (HttpContext context) =>
                    {
                        context.RequestServices.GetRequiredService<EntranceRate>().Take(context);
                        return show(context);
                    }
                )
            )
            .AllowAnyone(Why)
            .ExcludeFromDescription();

    /// <summary>As <see cref="Take"/>, for who is inside already.</summary>
    private static void TakeOwn(
        this IEndpointRouteBuilder routes,
        string path,
        Func<HttpContext, IFormCollection, Task<IResult>> handle
    ) =>
        routes.MapForm(
            path,
            Permission.OwnAccount,
            (context, form) =>
            {
                context.RequestServices.GetRequiredService<EntranceRate>().Take(context);
                return handle(context, form);
            }
        );

    private static void Take(
        this IEndpointRouteBuilder routes,
        string path,
        Func<HttpContext, IFormCollection, Task<IResult>> handle
    ) =>
        routes
            .MapPost(
                path,
                (Delegate)(
                    async (HttpContext context) =>
                    {
                        context.RequestServices.GetRequiredService<EntranceRate>().Take(context);
                        return await handle(context, await Pages.ReadAsync(context));
                    }
                )
            )
            .AllowAnyone(Why)
            .ExcludeFromDescription();
}
