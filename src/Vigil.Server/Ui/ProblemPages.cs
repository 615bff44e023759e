using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;

namespace Vigil.Server.Ui;

/// <summary>Errors as people see them: a page that says what to do, with a way back.</summary>
internal static class ProblemPages
{
    public static bool Wants(HttpContext context) => ConsoleDoor.IsPageOfBrowser(context);

    public static Task WriteAsync(HttpContext context, ProblemException problem)
    {
        context.RequestServices.GetRequiredService<PageContext>().Title = TitleOf(problem.Status);
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<Suspended>() is { } suspended)
        {
            return AskToVerify(context, problem.Status, suspended.Ticket);
        }
        return new RazorComponentResult<ProblemPage>(new { Problem = problem })
        {
            StatusCode = problem.Status,
        }.ExecuteAsync(context);
    }

    /// <summary>No dead end: the person proves who it is here, and goes on.</summary>
    private static Task AskToVerify(HttpContext context, int status, string ticket)
    {
        var services = context.RequestServices;
        services.GetRequiredService<PageContext>().Title = StepUp.Title;
        return new RazorComponentResult<VerifyPage>(
            new
            {
                Ticket = ticket,
                Back = HttpMethods.IsGet(context.Request.Method)
                    ? (string)(context.Request.Path + context.Request.QueryString)
                    : "/console",
            }
        )
        {
            StatusCode = status,
        }.ExecuteAsync(context);
    }

    private static string TitleOf(int status) =>
        status switch
        {
            StatusCodes.Status403Forbidden => "Not permitted",
            StatusCodes.Status404NotFound => "Not found",
            StatusCodes.Status429TooManyRequests => "Too many tries",
            StatusCodes.Status503ServiceUnavailable => "Not available now",
            >= 500 => "Something went wrong",
            _ => "That did not work",
        };
}
