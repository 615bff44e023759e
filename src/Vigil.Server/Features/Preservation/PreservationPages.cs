using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

/// <summary>The console's pages: what is held, why, until when; holds; the root key.</summary>
internal static class PreservationPages
{
    public const string Held = "/console/held";
    public const string Holds = "/console/holds";
    public const string RootKey = Held + "/root-key";

    public static void AddNotices()
    {
        Notices.Add("hold_placed", "The hold is on it: nothing of it is destroyed.");
        Notices.Add("hold_lifted", "The hold is lifted. What nothing else keeps is destroyed within a day.");
        Notices.Add("destruction_asked", "Asked for. A second person approves it on this page.");
        Notices.Add("destruction_approved", "It does not open any more, and is removed now.");
        Notices.Add("destruction_withdrawn", "The early destruction is called off.");
        Notices.Add("clock_asked", "Asked for. A second person confirms the clock on this page.");
        Notices.Add("clock_approved", "Destruction goes on by this clock.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Held, Permission.HoldRead, ShowHeldAsync);
        routes.MapPage(RootKey, Permission.HoldRead, ShowRootKeyAsync);
        routes.MapPage(Holds, Permission.HoldRead, ShowHoldsAsync);
        Form(routes, Holds, "hold_placed", (tx, _, form) => HoldRoutes.PlaceAsync(tx, RequestOf(form)));
        Form(
                routes,
                Holds + "/{id:guid}/lift",
                "hold_lifted",
                (tx, id, form) => HeldReasons.LiftHoldAsync(tx, id, form["reason"].ToString())
            )
            .RequireStepUp();
        Form(
                routes,
                Held + "/{id:guid}/destruction",
                "destruction_asked",
                (tx, id, form) => HeldReasons.AskDestructionAsync(tx, id, form["reason"].ToString())
            )
            .RequireStepUp();
        Form(
                routes,
                Held + "/{id:guid}/destruction/approve",
                "destruction_approved",
                (tx, id, form) => EarlyDestruction.ApproveAsync(tx, id, form["read"])
            )
            .RequireStepUp();
        Form(
            routes,
            Held + "/{id:guid}/destruction/withdraw",
            "destruction_withdrawn",
            (tx, id, form) => HeldReasons.WithdrawDestructionAsync(tx, id, form["reason"].ToString())
        );
        Form(
                routes,
                Held + "/clock",
                "clock_asked",
                (tx, _, form) => ClockConfirmation.RequestAsync(tx, form["reason"].ToString())
            )
            .RequireStepUp();
        Form(
                routes,
                Held + "/clock/approve",
                "clock_approved",
                (tx, _, form) => ClockConfirmation.ApproveAsync(tx, form["read"])
            )
            .RequireStepUp();
    }

    private static RouteHandlerBuilder Form(
        IEndpointRouteBuilder routes,
        string path,
        string notice,
        Func<Tx, Guid, IFormCollection, Task> act
    ) =>
        routes.MapForm(
            path,
            Permission.HoldManage,
            async (context, form) =>
            {
                var id = context.GetRouteValue("id") is string text ? Guid.Parse(text) : Guid.Empty;
                await ActRoutes.ActAsync(context, Permission.HoldManage, tx => act(tx, id, form));
                return Pages.Go(path.StartsWith(Holds, StringComparison.Ordinal) ? Holds : Held, notice);
            }
        );

    private static async Task<IResult> ShowHeldAsync(HttpContext context)
    {
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        return Pages.Show<HeldPage>(
            context,
            "What we hold, why, until when",
            new
            {
                Rows = await ContentRoutes.ReadAsync(context, kernel.Db),
                Standing = await ContentRoutes.StandingAsync(context, kernel),
                Records = await RecordRoutes.ReadAsync(context, kernel.Db),
                Filter = context.Request.Query["state"].ToString(),
            }
        );
    }

    private static async Task<IResult> ShowHoldsAsync(HttpContext context)
    {
        Guid? before = Guid.TryParse(context.Request.Query["before"], out var id) ? id : null;
        var isAll = context.Request.Query["state"] == "all";
        return Pages.Show<HoldsList>(
            context,
            "Holds",
            new { Rows = await HoldRoutes.ReadAsync(context, DbOf(context), before, !isAll), IsAll = isAll }
        );
    }

    private static async Task<IResult> ShowRootKeyAsync(HttpContext context)
    {
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        return Pages.Show<RootKeyPage>(
            context,
            "Root key",
            new { Standing = await ContentRoutes.StandingAsync(context, kernel) }
        );
    }

    private static HoldRequest RequestOf(IFormCollection form) =>
        new()
        {
            Kind = form["kind"],
            CaseRef = CaseRef.IsWellFormed(On(form)) ? On(form) : null,
            ContentId = Guid.TryParse(On(form), out var id) ? id : null,
            Authority = form["authority"],
            Reason = form["reason"],
            ExpiresAt = ExpiryOf(form["expires"].ToString()),
        };

    private static string On(IFormCollection form) => form["on"].ToString().Trim().ToUpperInvariant();

    /// <summary>A day as the form gives it: the hold holds to its end, everywhere on earth.</summary>
    private static DateTimeOffset? ExpiryOf(string day) =>
        day.Length == 0 ? null
        : DateOnly.TryParseExact(
            day,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
        && date < DateOnly.MaxValue.AddDays(-2)
            ? new DateTimeOffset(date.AddDays(1), new TimeOnly(12, 0), TimeSpan.Zero)
        : throw ProblemException.BadRequest("bad_day", "The last day is given as 2027-12-31, or left out.");

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();
}
