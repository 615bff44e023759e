using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Lists.Suppressing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Showing;

/// <summary>Suppressions in the console: what is kept quiet, how often, until when.</summary>
internal static class SuppressionPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/console/suppressions", Permission.ListRead, ShowAsync);
        routes.MapForm("/console/suppressions", Permission.ListWrite, AddAsync);
        routes.MapForm("/console/suppressions/{id:guid}/remove", Permission.ListWrite, RemoveAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        Guid? before = Guid.TryParse(context.Request.Query["before"], out var id) ? id : null;
        var view = await context
            .RequestServices.GetRequiredService<ShowSuppressions>()
            .PageAsync(context.Actor(), before, context.RequestAborted);
        return Pages.Show<SuppressionsPage>(context, "Suppressions", new { Shown = view });
    }

    private static async Task<IResult> AddAsync(HttpContext context, IFormCollection form)
    {
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        await context
            .RequestServices.GetRequiredService<Suppress>()
            .RunAsync(
                context.Actor(),
                new SuppressionWanted
                {
                    Sha256 = Text(form, "sha256"),
                    Md5 = Text(form, "md5"),
                    Sha1 = Text(form, "sha1"),
                    Reason = form["reason"].ToString(),
                    ExpiresAt = now.AddDays(Number(form, "days")),
                    SampleEvery = Number(form, "sampleEvery"),
                },
                context.RequestAborted
            );
        return Pages.Go("/console/suppressions", "created");
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, IFormCollection form)
    {
        await context
            .RequestServices.GetRequiredService<Suppress>()
            .RemoveAsync(
                context.Actor(),
                Guid.Parse((string)context.GetRouteValue("id")!),
                form["reason"].ToString(),
                context.RequestAborted
            );
        return Pages.Go("/console/suppressions", "removed");
    }

    private static string? Text(IFormCollection form, string name) =>
        form[name].ToString() is { Length: > 0 } text ? text.Trim() : null;

    private static int Number(IFormCollection form, string name) =>
        int.TryParse(form[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number < 100_000
            ? number
            : throw ProblemException.BadRequest("bad_number", $"'{name}' is a whole number.");
}
