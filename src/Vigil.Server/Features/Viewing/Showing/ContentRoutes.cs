using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Media;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Features.Viewing.Standing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>
/// A case's contents, facts first. Nothing is shown until it is asked for; what is shown is made for this one
/// view and kept nowhere.
/// </summary>
internal static class ContentRoutes
{
    private const string Content = "/console/contents/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/console/cases/{reference}/contents", Permission.CaseRead, ShowCaseAsync);
        routes.MapPage(Content, Permission.CaseRead, ShowContentAsync);
        routes.MapPage($"{Content}/rendition", Permission.ContentRender, RenditionAsync);
        routes.MapForm($"{Content}/token", Permission.ContentReveal, TokenAsync);
        routes.MapForm($"{Content}/reveal", Permission.ContentReveal, RevealAsync);
        // Ending takes no more than seeing reduced pictures does: what was not ended counts in full.
        routes.MapForm("/console/views/{id:guid}/ended", Permission.ContentRender, EndAsync);
    }

    private static async Task<IResult> ShowCaseAsync(HttpContext context)
    {
        var reference = context.GetRouteValue("reference") as string ?? "";
        var (rows, views, policy) = await ReadAsync(
            context,
            async tx =>
            {
                var isThere = await tx.FindAsync<long>(
                    "select count(*) from case_overview where tenant = @tenant and ref = @reference",
                    new { reference }
                );
                if (isThere == 0 || !await tx.MaySeeCaseAsync(reference))
                {
                    throw ProblemException.NotFound("There is no case of this reference.");
                }
                return (
                    await ContentRow.OfCaseAsync(tx, reference),
                    await StandingsAsync(tx, reference),
                    await ExactPolicy.ReadAsync(tx)
                );
            }
        );
        return Pages.Show<CaseContentsPage>(
            context,
            $"Contents of {reference}",
            new
            {
                Reference = reference,
                Rows = rows,
                Views = views,
                Policy = policy,
            }
        );
    }

    /// <summary>What was said of equal files is not for who is still to judge alone, here or in their case.</summary>
    private static async Task<ContentStandings> StandingsAsync(Tx tx, string reference)
    {
        var all = await AnswerContentStandings.AnswerAsync(
            tx,
            new ContentStandingsWanted(new CaseRef(reference))
        );
        var hidden = await HiddenVerdicts.ReadAsync(
            tx,
            all.Contents.Select(one => one.Judged?.Case.Value).Append(reference)
        );
        return hidden.Why.Count == 0
            ? all
            : all with
            {
                Contents =
                [
                    .. all.Contents.Select(one =>
                        hidden.Hides(reference) || hidden.Hides(one.Judged?.Case.Value)
                            ? one with
                            {
                                Judged = null,
                            }
                            : one
                    ),
                ],
            };
    }

    private static async Task<IResult> ShowContentAsync(HttpContext context)
    {
        var id = IdOf(context);
        var shown = await ReadAsync(context, tx => ContentPageView.ReadAsync(tx, id, context.FindPerson()));
        return Pages.Show<ContentPage>(
            context,
            "Content",
            new
            {
                View = shown,
                As = KindOf(context),
                Tile = TileOf(context),
            }
        );
    }

    private static async Task<IResult> RenditionAsync(HttpContext context)
    {
        OwnPage.Require(context, "image");
        var person = context.Person();
        var kind =
            KindOf(context)
            ?? throw ProblemException.BadRequest("bad_as", "Say as what it is to be shown: ?as=grey_strong");
        var asked = await WriteAsync(
            context,
            Permission.ContentRender,
            tx => AskView.ForRenditionAsync(tx, person, IdOf(context), kind)
        );
        return await context
            .RequestServices.GetRequiredService<ShowContent>()
            .RenditionAsync(
                context,
                asked.Require(),
                kind,
                TileOf(context) ?? new RenditionTile(RenditionKinds.Grid, 0, 0)
            );
    }

    /// <summary>Leave to reveal once, for a reason; refused now rather than with the picture half open.</summary>
    private static async Task<IResult> TokenAsync(HttpContext context, IFormCollection form)
    {
        OwnPage.Require(context, "empty");
        var person = context.Person();
        var reason = RevealReasons.Read(form["reason"], form["text"]);
        var (token, refusal, now) = await WriteAsync(
            context,
            Permission.ContentReveal,
            async tx =>
            {
                var refused = await AskView.WouldRefuseAsync(tx, person, IdOf(context), reason);
                return (
                    refused is null ? await ViewTokens.GiveAsync(tx, person, IdOf(context), reason) : "",
                    refused,
                    tx.Now
                );
            }
        );
        return refusal is null ? Results.Json(new { token }) : throw refusal.ToProblem(now);
    }

    private static async Task<IResult> RevealAsync(HttpContext context, IFormCollection form)
    {
        OwnPage.Require(context, "empty");
        var person = context.Person();
        var asked = await WriteAsync(
            context,
            Permission.ContentReveal,
            tx => AskView.ForRevealAsync(tx, person, IdOf(context), form["token"])
        );
        return await context
            .RequestServices.GetRequiredService<ShowContent>()
            .RevealAsync(context, asked.Require());
    }

    private static async Task<IResult> EndAsync(HttpContext context, IFormCollection form)
    {
        var person = context.Person();
        var report = new EndReport(NumberOf(form["ms"]), NumberOf(form["width"]), NumberOf(form["height"]));
        var ended = await WriteAsync(
            context,
            Permission.ContentRender,
            async tx =>
                await ViewRecord.EndAsync(tx, person, IdOf(context), report)
                || await WordsRecord.EndAsync(
                    tx,
                    person,
                    IdOf(context),
                    report.Ms,
                    Math.Max(1, NumberOf(form["uncovering"]))
                )
        );
        return ended
            ? Results.NoContent()
            : throw ProblemException.NotFound("There is no such view that is still open.");
    }

    private static int NumberOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static Guid IdOf(HttpContext context) =>
        Guid.Parse((string)context.GetRouteValue("id")!, CultureInfo.InvariantCulture);

    /// <summary>What the address asks for; null: nothing is to be shown.</summary>
    private static RenditionKind? KindOf(HttpContext context) =>
        context.Request.Query["as"].ToString() is { Length: > 0 } word
            ? Words.Read<RenditionKind>(word, "as")
            : null;

    private static RenditionTile? TileOf(HttpContext context) =>
        context.Request.Query.ContainsKey("column")
            ? new RenditionTile(
                RenditionKinds.Grid,
                Math.Clamp(NumberOf(context.Request.Query["column"]), 0, RenditionKinds.Grid - 1),
                Math.Clamp(NumberOf(context.Request.Query["row"]), 0, RenditionKinds.Grid - 1)
            )
            : null;

    private static Task<T> ReadAsync<T>(HttpContext context, Func<Tx, Task<T>> work) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(context.Actor(), Permission.CaseRead, work, context.RequestAborted);

    private static Task<T> WriteAsync<T>(
        HttpContext context,
        Permission permission,
        Func<Tx, Task<T>> work
    ) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .WriteAsync(context.Actor(), permission, work, context.RequestAborted);
}
