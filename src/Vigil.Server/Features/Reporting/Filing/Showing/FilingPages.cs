using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Showing;

/// <summary>The environments with the steps to the first real report, and the fence after a restore.</summary>
internal static class FilingPages
{
    public const string Setup = "/console/reporting/setup";
    public const string Journals = "/console/reporting/journals";
    public const string FencePath = "/console/reporting/fence";
    public const string ClockPath = "/console/reporting/clock";
    private const Permission Manage = Permission.SettingsWrite;
    private const Permission File = Permission.ReportFile;

    public static void Map(IEndpointRouteBuilder routes)
    {
        Notices.Add("credentials_set", "Set. Check them now: nothing is filed before.");
        Notices.Add("credentials_work", "The service takes the credentials. What waited for that goes on.");
        Notices.Add(
            "credentials_refused",
            "The service refuses the credentials, or did not answer: see below."
        );
        Notices.Add("schema_fetched", "The schema was fetched and is kept sealed.");
        Notices.Add("step_noted", "Noted.");
        Notices.Add(
            "journal_retired",
            "Noted. Where another server files, its journal is retired within seconds; else two people decide."
        );
        Notices.Add("fence_asked", "Asked for. A second person confirms it on this page.");
        Notices.Add("fence_approved", "Decided. When all are, filing goes on.");
        Notices.Add("fence_withdrawn", "Called off.");
        Notices.Add("filing_clock_confirmed", "Filing goes on by this clock within ten seconds.");
        routes.MapPage(Setup, Permission.SettingsRead, ShowSetupAsync);
        routes.MapForm(Setup + "/{environment}/credentials", Manage, SetAsync);
        routes.MapForm(Setup + "/{environment}/check", Manage, CheckAsync);
        routes.MapForm(Setup + "/{environment}/schema", Manage, FetchAsync);
        routes.MapForm(Setup + "/steps/{step}", Manage, NoteAsync);
        routes.MapForm(Journals + "/{id:guid}/retirement", Manage, RetireAsync);
        routes.MapPage(FencePath, File, ShowFenceAsync);
        routes.MapForm(ClockPath, File, ConfirmClockAsync);
        Fence(
            routes,
            "",
            "fence_asked",
            (tx, id, form) =>
                FenceDeciding.AskAsync(
                    tx,
                    id,
                    new FenceRequest
                    {
                        Decision = form["decision"],
                        RemoteId = form["remoteId"],
                        Word = form["word"],
                    }.ToAsk()
                )
        );
        Fence(
            routes,
            "/approve",
            "fence_approved",
            (tx, id, form) => FenceDeciding.ConfirmAsync(tx, id, form["read"])
        );
        Fence(
            routes,
            "/withdraw",
            "fence_withdrawn",
            (tx, id, form) => FenceDeciding.WithdrawAsync(tx, id, form["reason"].ToString())
        );
    }

    private static async Task<IResult> ShowSetupAsync(HttpContext context) =>
        Pages.Show<SetupPage>(
            context,
            "Where reports are filed",
            new
            {
                View = await EnvironmentRoutes.ReadAsync(
                    context,
                    DbOf(context),
                    context.RequestServices.GetRequiredService<Outbound>()
                ),
            }
        );

    private static async Task<IResult> ShowFenceAsync(HttpContext context) =>
        Pages.Show<FencePage>(
            context,
            "What stops filing",
            new { View = await FenceRoutes.ReadAsync(context, DbOf(context)) }
        );

    private static async Task<IResult> SetAsync(HttpContext context, IFormCollection form)
    {
        var environment = EnvironmentOf(context);
        await ActRoutes.ActAsync(
            context,
            Manage,
            tx =>
                FilingEnvironment.SetAsync(
                    tx,
                    environment,
                    form["address"],
                    form["userName"],
                    form["password"]
                )
        );
        return Pages.Go(Setup, "credentials_set");
    }

    private static async Task<IResult> CheckAsync(HttpContext context, IFormCollection form)
    {
        var answer = await CallOf(context)
            .CheckAsync(context.Actor(), EnvironmentOf(context), context.RequestAborted);
        return Pages.Go(Setup, answer == AnswerClass.Done ? "credentials_work" : "credentials_refused");
    }

    private static async Task<IResult> FetchAsync(HttpContext context, IFormCollection form)
    {
        await CallOf(context)
            .FetchSchemaAsync(context.Actor(), EnvironmentOf(context), context.RequestAborted);
        return Pages.Go(Setup, "schema_fetched");
    }

    private static async Task<IResult> NoteAsync(HttpContext context, IFormCollection form)
    {
        var step = Words.Read<GoLiveStep>((string?)context.GetRouteValue("step"), "step");
        await ActRoutes.ActAsync(context, Manage, tx => GoLive.NoteAsync(tx, step, form["note"]));
        return Pages.Go(Setup, "step_noted");
    }

    private static async Task<IResult> RetireAsync(HttpContext context, IFormCollection form)
    {
        var id = context.Id();
        await ActRoutes.ActAsync(context, Manage, tx => RetireJournal.RunAsync(tx, id, form["reason"]));
        return Pages.Go(Setup, "journal_retired");
    }

    private static async Task<IResult> ConfirmClockAsync(HttpContext context, IFormCollection form)
    {
        await ActRoutes.ActAsync(
            context,
            File,
            tx => FilingClock.ConfirmAsync(tx, form["reason"].ToString())
        );
        return Pages.Go(FencePath, "filing_clock_confirmed");
    }

    private static void Fence(
        IEndpointRouteBuilder routes,
        string path,
        string notice,
        Func<Tx, Guid, IFormCollection, Task> act
    ) =>
        routes.MapForm(
            FencePath + "/{id:guid}" + path,
            File,
            async (context, form) =>
            {
                var id = context.Id();
                await ActRoutes.ActAsync(context, File, tx => act(tx, id, form));
                return Pages.Go(FencePath, notice);
            }
        );

    private static ReportEnvironment EnvironmentOf(HttpContext context) =>
        EnvironmentRoutes.EnvironmentOf((string?)context.GetRouteValue("environment") ?? "");

    private static CallEnvironment CallOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<CallEnvironment>();

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
