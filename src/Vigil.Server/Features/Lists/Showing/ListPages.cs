using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Entries;
using Vigil.Server.Features.Lists.Exporting;
using Vigil.Server.Features.Lists.Importing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Showing;

/// <summary>Lists in the console: the same use cases as the API, by forms. No page shows a value.</summary>
internal static class ListPages
{
    private const int EntriesShown = 20;

    /// <summary>Seconds after which a page with a running import is loaded again.</summary>
    private const string RefreshSeconds = "2";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Notices.Add("imported", "The file is in: see below what came of it.");
        routes.MapPage("/console/lists", Permission.ListRead, ShowAllAsync);
        routes.MapForm("/console/lists", Permission.ListWrite, CreateAsync);
        routes.MapPage("/console/lists/{list:guid}", Permission.ListRead, ShowAsync);
        routes.MapForm("/console/lists/{list:guid}/change", Permission.ListWrite, ChangeAsync);
        routes.MapForm("/console/lists/{list:guid}/feedback", Permission.ListWrite, SetFeedbackAsync);
        routes.MapForm("/console/lists/{list:guid}/remove", Permission.ListWrite, RemoveAsync);
        routes.MapForm("/console/lists/{list:guid}/entries", Permission.ListWrite, AddAsync);
        routes.MapForm("/console/lists/{list:guid}/entries/{entry:guid}", Permission.ListWrite, MoveAsync);
        routes.MapForm(
            "/console/lists/{list:guid}/imports/{import:guid}/cancel",
            Permission.ListWrite,
            CancelAsync
        );
        routes.MapForm("/console/lists/{list:guid}/exports", Permission.ListExport, ExportAsync);
    }

    private static async Task<IResult> ShowAllAsync(HttpContext context) =>
        Pages.Show<ListsPage>(
            context,
            "Lists",
            new { Shown = await Use<ShowLists>(context).AllAsync(context.Actor(), context.RequestAborted) }
        );

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var list = await Use<ShowLists>(context)
            .OneAsync(context.Actor(), ListOf(context), context.RequestAborted);
        var imports = await Use<ShowImports>(context)
            .LatestAsync(context.Actor(), ListOf(context), context.RequestAborted);
        var entries = await Use<ShowEntries>(context)
            .LatestAsync(context.Actor(), list.Id, EntriesShown, context.RequestAborted);
        var feedback = context.Actor().May(Permission.ListWrite)
            ? await Use<Db>(context)
                .ReadAsync(
                    context.Actor(),
                    Permission.ListWrite,
                    tx => FeedbackForm.ReadAsync(tx, list.Id),
                    context.RequestAborted
                )
            : null;
        if (imports.Any(import => import.State == "running"))
        {
            context.Response.Headers["Refresh"] = RefreshSeconds;
        }
        return Pages.Show<ListPage>(
            context,
            list.Name,
            new { Shown = new ListShown(list, imports, entries, feedback) }
        );
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IFormCollection form)
    {
        var list = await Use<CreateList>(context)
            .RunAsync(
                context.Actor(),
                new NewList
                {
                    Name = Text(form, "name") ?? "",
                    Purpose = Text(form, "purpose") ?? "",
                    Source = Text(form, "source"),
                    Confidence = Text(form, "confidence"),
                    OnwardSharing = Text(form, "onwardSharing"),
                    Jurisdiction = Text(form, "jurisdiction"),
                },
                context.RequestAborted
            );
        return Pages.Go($"/console/lists/{list.Id}", "created");
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, IFormCollection form)
    {
        await Use<ChangeList>(context)
            .RunAsync(
                context.Actor(),
                ListOf(context),
                new ListChange
                {
                    Title = Text(form, "title"),
                    Source = Text(form, "source"),
                    Licence = Text(form, "licence"),
                    OnwardSharing = Text(form, "onwardSharing"),
                    Confidence = Text(form, "confidence"),
                    Attestation = Text(form, "attestation"),
                    Mode = Text(form, "mode"),
                    Radius = Number(form, "radius"),
                    QualityFloor = Number(form, "qualityFloor"),
                    StaleAfterDays = Number(form, "staleAfterDays"),
                    Reason = Text(form, "reason"),
                },
                context.RequestAborted
            );
        return Back(context, "saved");
    }

    private static async Task<IResult> SetFeedbackAsync(HttpContext context, IFormCollection form)
    {
        var request = FeedbackForm.RequestOf(form);
        await Use<ListWriting>(context)
            .ActAsync(
                context.Actor(),
                Permission.ListWrite,
                (tx, _) => SetFeedback.RunAsync(tx, ListOf(context), request),
                context.RequestAborted
            );
        return Back(context, "saved");
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, IFormCollection form)
    {
        await Use<RemoveList>(context)
            .RunAsync(context.Actor(), ListOf(context), Text(form, "reason"), context.RequestAborted);
        return Pages.Go("/console/lists", "removed");
    }

    private static async Task<IResult> AddAsync(HttpContext context, IFormCollection form)
    {
        var (kind, value) = (Text(form, "kind"), Text(form, "value"));
        var entry = new EntryToAdd
        {
            Md5 = kind == "md5" ? value : null,
            Sha1 = kind == "sha1" ? value : null,
            Sha256 = kind == "sha256" ? value : null,
            Pdq = kind == "pdq" ? value : null,
            Url = kind == "url" ? value : null,
            Domain = kind == "domain" ? value : null,
            SourceRef = Text(form, "sourceRef"),
            Category = Text(form, "category"),
        };
        var answer = await Use<AddEntries>(context)
            .RunAsync(
                context.Actor(),
                ListOf(context),
                new EntriesToAdd { Entries = [entry] },
                context.RequestAborted
            );
        var added = answer.Entries[0];
        if (added.Outcome == "rejected")
        {
            throw ProblemException.BadRequest(added.Code ?? "bad_entry", added.Advice ?? "It was not taken.");
        }
        return Back(context, "saved");
    }

    private static async Task<IResult> MoveAsync(HttpContext context, IFormCollection form)
    {
        var deed = Text(form, "deed");
        if (deed is not ("withdraw" or "quarantine" or "release"))
        {
            throw ProblemException.BadRequest("bad_form", "Send this page's own form.");
        }
        await Use<MoveEntry>(context)
            .RunAsync(
                context.Actor(),
                ListOf(context),
                Guid.Parse((string)context.GetRouteValue("entry")!),
                deed,
                Text(form, "reason"),
                context.RequestAborted
            );
        return Back(context, "saved");
    }

    private static async Task<IResult> CancelAsync(HttpContext context, IFormCollection form)
    {
        await Use<ShowImports>(context)
            .CancelAsync(
                context.Actor(),
                ListOf(context),
                Guid.Parse((string)context.GetRouteValue("import")!),
                context.RequestAborted
            );
        return Back(context, "saved");
    }

    private static async Task<IResult> ExportAsync(HttpContext context, IFormCollection form)
    {
        await Use<ExportList>(context)
            .RunAsync(
                context,
                ListOf(context),
                new ExportWanted { Format = Text(form, "format"), Reason = Text(form, "reason") }
            );
        return Results.Empty;
    }

    private static IResult Back(HttpContext context, string notice) =>
        Pages.Go($"/console/lists/{ListOf(context)}", notice);

    private static string ListOf(HttpContext context) => (string)context.GetRouteValue("list")!;

    private static TUse Use<TUse>(HttpContext context)
        where TUse : notnull => context.RequestServices.GetRequiredService<TUse>();

    private static string? Text(IFormCollection form, string name) =>
        form.TryGetValue(name, out var value) ? value.ToString() : null;

    private static int? Number(IFormCollection form, string name) =>
        Text(form, name) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
        : throw ProblemException.BadRequest("bad_number", $"'{name}' is a whole number.");
}

/// <summary>What the page of one list shows.</summary>
internal sealed record ListShown(
    ListView List,
    IReadOnlyList<ImportView> Imports,
    IReadOnlyList<EntryView> Entries,
    FeedbackForm? Feedback
);
