using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess.Showing;

/// <summary>The console's pages of authorities' requests, and the disclosure log.</summary>
internal static class LegalPages
{
    public const string Requests = "/console/legal-process";
    public const string Disclosed = "/console/disclosures";

    /// <summary>Of a day, everywhere on earth.</summary>
    private static readonly TimeSpan FromEndToBeginning = TimeSpan.FromHours(50);

    private const string One = Requests + "/{id:guid}";

    public static void AddNotices()
    {
        Notices.Add(
            "legal_taken",
            "Recorded; what of it is here is held. Call the authority back, under a number found elsewhere."
        );
        Notices.Add("legal_called", "The call is recorded.");
        Notices.Add("legal_asked", "Asked for. A second person approves it on this page.");
        Notices.Add("legal_approved", "Approved. The package is made now; this page says when it is there.");
        Notices.Add("legal_destroyed", "Approved. It is removed with the next look.");
        Notices.Add("legal_stopped", "Stopped: nothing left.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Requests, Permission.LegalManage, ShowListAsync);
        routes.MapPage(One, Permission.LegalManage, ShowOneAsync);
        routes.MapPage(Disclosed, Permission.HoldRead, ShowLogAsync);
        routes.MapForm(Requests, Permission.LegalManage, TakeAsync);
        // It names the key that contents leave to, and who stands at an open desk would name their own.
        Form(routes, "/calls", Permission.LegalManage, "legal_called", CallAsync).RequireStepUp();
        Form(
            routes,
            "/scope",
            Permission.LegalManage,
            "saved",
            (tx, id, form) => AddScope.RunAsync(tx, id, ScopeOf(form))
        );
        Form(
            routes,
            "/nondisclosure",
            Permission.LegalManage,
            "saved",
            (tx, id, form) => MoveRequest.SetSecrecyAsync(tx, id, SecrecyOf(form))
        );
        MapKept(routes);
        MapTwoPersons(routes);
    }

    /// <summary>What ends holds, or moves their end.</summary>
    private static void MapKept(IEndpointRouteBuilder routes)
    {
        Form(
                routes,
                "/narrowing",
                Permission.LegalManage,
                "saved",
                (tx, id, form) => NarrowScope.RunAsync(tx, id, NarrowingOf(form))
            )
            .RequireStepUp();
        Form(
                routes,
                "/state",
                Permission.LegalManage,
                "saved",
                (tx, id, form) =>
                    MoveRequest.RunAsync(
                        tx,
                        id,
                        new StateRequest { To = form["to"], Reason = form["reason"] }
                    )
            )
            .RequireStepUp();
        Form(
                routes,
                "/holds",
                Permission.LegalManage,
                "saved",
                (tx, id, form) =>
                    HoldScope.ExtendAsync(
                        tx,
                        id,
                        new ExtendRequest { Until = Given.EndOfDay(form, "until"), Reason = form["reason"] }
                    )
            )
            .RequireStepUp();
    }

    private static void MapTwoPersons(IEndpointRouteBuilder routes)
    {
        Form(
                routes,
                "/release",
                Permission.LegalManage,
                "legal_asked",
                (tx, id, form) => Release.AskAsync(tx, id, ReleaseOf(form))
            )
            .RequireStepUp();
        Form(
            routes,
            "/release/approve",
            Permission.ContentExport,
            "legal_approved",
            (tx, id, form) => Release.ApproveAsync(tx, id, ApprovalOf(form))
        );
        Form(
            routes,
            "/release/stop",
            Permission.LegalManage,
            "legal_stopped",
            (tx, id, form) => Release.StopAsync(tx, id, form["reason"])
        );
        Form(
                routes,
                "/destruction",
                Permission.HoldManage,
                "legal_asked",
                (tx, id, form) => DestroyOnRequest.AskAsync(tx, id, ContentsOf(form), form["reason"])
            )
            .RequireStepUp();
        Form(
                routes,
                "/destruction/approve",
                Permission.HoldManage,
                "legal_destroyed",
                (tx, id, form) => DestroyOnRequest.ApproveAsync(tx, id, form["read"])
            )
            .RequireStepUp();
        routes
            .MapForm(
                One + "/package",
                Permission.LegalManage,
                (context, _) => TakePackage.RunAsync(context, context.Id())
            )
            .RequireStepUp();
    }

    private static RouteHandlerBuilder Form(
        IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        string notice,
        Func<Tx, Guid, IFormCollection, Task> act
    ) =>
        routes.MapForm(
            One + path,
            permission,
            async (context, form) =>
            {
                var id = context.Id();
                await ActRoutes.ActAsync(context, permission, tx => act(tx, id, form));
                if (path.EndsWith("/stop", StringComparison.Ordinal))
                {
                    context.RequestServices.GetRequiredService<BuildPackage>().Stop(id);
                }
                context.RequestServices.GetRequiredService<TendRequests>().Wake();
                return Pages.Go($"{Requests}/{id}", notice);
            }
        );

    private static async Task<IResult> TakeAsync(HttpContext context, IFormCollection form)
    {
        var taken = TakenOf(form);
        var view = await context
            .RequestServices.GetRequiredService<Db>()
            .ActAsync(
                context.Actor(),
                Permission.LegalManage,
                tx => TakeRequest.RunAsync(tx, taken),
                context.RequestAborted
            );
        return Pages.Go($"{Requests}/{view.Status.Id}", "legal_taken");
    }

    private static Task<CallResult> CallAsync(Tx tx, Guid id, IFormCollection form) =>
        CallBack.RunAsync(
            tx,
            id,
            new CallRequest
            {
                Number = form["number"],
                Source = form["source"],
                CalledAt = Given.Time(form, "calledAt"),
                SpokeWith = form["spokeWith"],
                Result = form["result"],
                RecipientKey = form["recipientKey"],
            }
        );

    private static async Task<IResult> ShowListAsync(HttpContext context)
    {
        var isAll = context.Request.Query["state"] == "all";
        var list = await ActRoutes.ReadAsync(
            context,
            Permission.LegalManage,
            (tx, http) => LegalView.ListAsync(tx, isAll, http.Before())
        );
        return Pages.Show<LegalListPage>(context, "Legal process", new { Rows = list, IsAll = isAll });
    }

    private static async Task<IResult> ShowOneAsync(HttpContext context)
    {
        var id = context.Id();
        var (view, contents) = await ActRoutes.ReadAsync(
            context,
            Permission.LegalManage,
            async (tx, _) => (await LegalView.ReadAsync(tx, id), await LegalView.ContentsAsync(tx, id))
        );
        return Pages.Show<LegalRequestPage>(
            context,
            "An authority's request",
            new
            {
                Row = view,
                Chosen = contents,
                Progress = context.RequestServices.GetRequiredService<BuildPackage>().ProgressOf(id),
                WaitsForDrill = context.RequestServices.GetRequiredService<PackageFolder>().Waits,
            }
        );
    }

    private static async Task<IResult> ShowLogAsync(HttpContext context)
    {
        var log = await ActRoutes.ReadAsync(
            context,
            Permission.HoldRead,
            (tx, http) => Disclosures.ReadAsync(tx, LegalRoutes.BeforeOf(http))
        );
        return Pages.Show<DisclosuresPage>(context, "Disclosures", new { Log = log });
    }

    private static TakenRequest TakenOf(IFormCollection form) =>
        new()
        {
            Kind = form["kind"],
            Authority = form["authority"],
            Country = form["country"].ToString().Trim().ToUpperInvariant(),
            LegalReference = form["legalReference"],
            Statement = form["statement"],
            Contact = new LegalContact
            {
                Name = form["contactName"],
                Phone = form["contactPhone"],
                Email = form["contactEmail"],
            },
            ReceivedAt = Given.Time(form, "receivedAt"),
            Deadline = Given.EndOfDay(form, "deadline"),
            Scope = ScopeOf(form).Scope,
            From = Given.EndOfDay(form, "from") - FromEndToBeginning,
            To = Given.EndOfDay(form, "to"),
            Nondisclosure = form["nondisclosure"] == "on",
            NondisclosureUntil = Given.EndOfDay(form, "nondisclosureUntil"),
        };

    /// <summary>One entry a line: a case's reference, a content's id, or else an account.</summary>
    private static ScopeRequest ScopeOf(IFormCollection form) =>
        new()
        {
            Reason = form["reason"],
            Scope =
            [
                .. form["scope"]
                    .ToString()
                    .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Take(LegalLimits.ScopeEntries + 1)
                    .Select(line =>
                        IsMeantAsCase(line) ? new ScopeItem { CaseRef = line }
                        : Guid.TryParse(line, out var id) ? new ScopeItem { ContentId = id }
                        : new ScopeItem { Account = line }
                    ),
            ],
        };

    /// <summary>One with a slip in it too: it is refused, not taken for an account of which nothing is here.</summary>
    private static bool IsMeantAsCase(string line) =>
        line.StartsWith("VC-", StringComparison.OrdinalIgnoreCase)
        || CaseRef.IsWellFormed(line.ToUpperInvariant());

    private static NarrowRequest NarrowingOf(IFormCollection form) =>
        new()
        {
            Reason = form["reason"],
            Remove = [.. form["remove"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)],
            From = Given.EndOfDay(form, "from") - FromEndToBeginning,
            To = Given.EndOfDay(form, "to"),
        };

    private static SecrecyRequest SecrecyOf(IFormCollection form) =>
        new()
        {
            Nondisclosure = form["nondisclosure"] == "on",
            Until = Given.EndOfDay(form, "until"),
            Reason = form["reason"],
        };

    private static ReleaseRequest ReleaseOf(IFormCollection form) =>
        new()
        {
            Contents = ContentsOf(form),
            Facts = form["facts"] == "on",
            Reason = form["reason"],
        };

    private static ReleaseApproval ApprovalOf(IFormCollection form) =>
        new()
        {
            Read = form["read"],
            Fingerprint = form["fingerprint"],
            Number = form["number"],
            Source = form["source"],
            SpokeWith = form["spokeWith"],
        };

    private static IReadOnlyList<Guid> ContentsOf(IFormCollection form) =>
        [
            .. form["content"]
                .Select(text =>
                    Guid.TryParse(text, out var id)
                        ? id
                        : throw ProblemException.NotFound("There is no such content.")
                ),
        ];
}
