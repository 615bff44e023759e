using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Fences;

/// <summary>Need to know, by page: who inside fences sees which case, why and until when.</summary>
internal static class GrantsRoutes
{
    private const string Path = "/console/grants";
    private const Permission Assign = Permission.CaseAssign;

    public static void MapGrants(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Assign, ShowAsync);
        routes.MapForm(Path, Assign, GiveAsync);
        routes.MapForm($"{Path}/end", Assign, EndAsync);
    }

    /// <summary>To a person or to a vendor, where there is such a case. For page and API.</summary>
    public static async Task<Guid> GiveAsync(Tx tx, NewGrant grant)
    {
        var reference = grant.CaseRef.Trim().ToUpperInvariant();
        var known = await tx.FindAsync<long>(
            "select count(*) from case_overview where tenant = @tenant and ref = @reference",
            new { reference }
        );
        if (known == 0 || !await tx.MaySeeCaseAsync(reference))
        {
            throw ProblemException.NotFound("There is no case of this reference here.");
        }
        await NamesNobody.RequireAsync(tx, reference, grant.Reason);
        return string.IsNullOrWhiteSpace(grant.Vendor)
            ? await CaseGrants.GiveAsync(tx, reference, grant.Person ?? "", grant.Until, grant.Reason)
            : await CaseGrants.GiveToVendorAsync(tx, reference, grant.Vendor, grant.Until, grant.Reason);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var (grants, vendors) = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Assign,
                async tx => (await CaseGrants.ListAsync(tx), await Vendors.ListAsync(tx)),
                context.RequestAborted
            );
        return Pages.Show<GrantsPage>(context, "Need to know", new { Grants = grants, Vendors = vendors });
    }

    private static async Task<IResult> GiveAsync(HttpContext context, IFormCollection form)
    {
        _ = int.TryParse(form.Text("days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days);
        var grant = new NewGrant(
            form.Text("case"),
            form.Text("person"),
            form.Text("vendor"),
            context.Kernel().Time.GetUtcNow().AddDays(days),
            form.Text("reason")
        );
        await context
            .Db()
            .ActAsync(context.Actor(), Assign, tx => GiveAsync(tx, grant), context.RequestAborted);
        return Pages.Go(Path, "created");
    }

    private static async Task<IResult> EndAsync(HttpContext context, IFormCollection form)
    {
        _ = Guid.TryParse(form.Text("grant"), out var id);
        await context
            .Db()
            .ActAsync(context.Actor(), Assign, tx => CaseGrants.EndAsync(tx, id), context.RequestAborted);
        return Pages.Go(Path, "removed");
    }
}

/// <param name="CaseRef">As VC-7K3Q-M2ZD-9F.</param>
/// <param name="Person">Pseudonym; empty: a vendor's.</param>
/// <param name="Vendor">Name; empty: a person's.</param>
/// <param name="Until">Its end, at most 90 days from now.</param>
/// <param name="Reason">Stands in the ledger.</param>
internal sealed record NewGrant(
    string CaseRef,
    string? Person,
    string? Vendor,
    DateTimeOffset Until,
    string Reason
);
