using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Fences;

/// <summary>Companies whose people review here, and what their supervisors see and end.</summary>
internal static class VendorsRoutes
{
    private const string Path = "/console/vendors";
    private const string Own = "/console/vendor";

    public static void MapVendors(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.PeopleManage, ShowAsync);
        routes.MapForm(Path, Permission.PeopleManage, NameAsync);
        routes.MapForm("/console/people/{id:guid}/vendor", Permission.PeopleManage, AssignAsync);
        routes.MapPage(Own, Permission.OwnAccount, ShowOwnAsync);
        routes.MapForm($"{Own}/end", Permission.OwnAccount, EndOwnAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var vendors = await context
            .Db()
            .ReadAsync(context.Actor(), Permission.PeopleManage, Vendors.ListAsync, context.RequestAborted);
        return Pages.Show<VendorsPage>(context, "Vendors", new { Vendors = vendors });
    }

    private static async Task<IResult> NameAsync(HttpContext context, IFormCollection form)
    {
        await ActAsync(context, tx => Vendors.NameAsync(tx, form.Text("name"), form.Text("supervisor")));
        return Pages.Go(Path, "saved");
    }

    private static async Task<IResult> AssignAsync(HttpContext context, IFormCollection form)
    {
        var id = Guid.Parse((string)context.Request.RouteValues["id"]!);
        var vendor = form.Text("vendor") is { Length: > 0 } name ? name : null;
        await ActAsync(context, tx => Vendors.AssignAsync(tx, id, vendor));
        return Pages.Go($"/console/people/{id}", "saved");
    }

    private static async Task<IResult> ShowOwnAsync(HttpContext context)
    {
        var (vendor, grants) = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.OwnAccount,
                async tx =>
                {
                    var own = await OwnAsync(context, tx);
                    return (own, await CaseGrants.ListAsync(tx, own.Name));
                },
                context.RequestAborted
            );
        return Pages.Show<OwnVendorPage>(context, vendor.Name, new { Vendor = vendor, Grants = grants });
    }

    /// <summary>A supervisor takes a case from the own people; only the house gives one.</summary>
    private static async Task<IResult> EndOwnAsync(HttpContext context, IFormCollection form)
    {
        _ = Guid.TryParse(form.Text("grant"), out var id);
        await context
            .Db()
            .ActAsync(
                context.Actor(),
                Permission.OwnAccount,
                async tx =>
                {
                    var own = await OwnAsync(context, tx);
                    var grants = await CaseGrants.ListAsync(tx, own.Name);
                    return grants.Any(grant => grant.Id == id)
                        ? await CaseGrants.EndAsync(tx, id)
                        : throw ProblemException.NotFound("No such grant of your people is in force.");
                },
                context.RequestAborted
            );
        return Pages.Go(Own, "removed");
    }

    private static async Task<Vendor> OwnAsync(HttpContext context, Tx tx) =>
        await Vendors.SupervisedByAsync(tx, context.Person().PersonId)
        ?? throw ProblemException.NotFound("You supervise no vendor: an admin names supervisors.");

    private static async Task ActAsync(HttpContext context, Func<Tx, Task> work)
    {
        await context
            .Db()
            .ActAsync(
                context.Actor(),
                Permission.PeopleManage,
                async tx =>
                {
                    await work(tx);
                    return true;
                },
                context.RequestAborted
            );
        context.Kernel().Sessions.Forget();
    }
}
