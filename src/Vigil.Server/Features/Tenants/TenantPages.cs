using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Tenants;

/// <summary>The console's page of tenants and solo mode.</summary>
internal static class TenantPages
{
    private const string Root = "/console/tenants";

    public static void AddNotices()
    {
        Notices.Add("tenant_suspended", "Suspended: its keys are refused within five seconds.");
        Notices.Add("tenant_resumed", "Active again.");
        Notices.Add(
            "tenant_asked",
            "Asked for. It can be confirmed after the time shown, and withdrawn until then."
        );
        Notices.Add("tenant_withdrawn", "The destruction is called off.");
        Notices.Add("tenant_destroyed", "Destroyed: its keys are gone, its rows are being removed.");
        Notices.Add("solo_mode", "Solo mode is changed; it stands in the ledger.");
        Notices.Add(
            "solo_withdrawn",
            "The declaration of solo mode is called off; that stands in the ledger."
        );
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Root, Permission.SettingsWrite, context => ShowAsync(context));
        routes.MapForm(Root, Permission.SettingsWrite, CreateAsync);
        routes.MapForm(
            $"{Root}/solo-mode",
            Permission.SettingsWrite,
            async (context, form) =>
            {
                await InstallationRoutes.DeclareAsync(context, form["on"] == "true", form["reason"]);
                return Pages.Go(Root, "solo_mode");
            }
        );
        routes.MapForm(
            "/console/solo-mode/withdraw",
            Permission.OwnAccount,
            async (context, _) =>
            {
                await InstallationRoutes.WithdrawSoloAsync(context);
                return Pages.Go("/console", "solo_withdrawn");
            }
        );
        Form(routes, "suspend", "tenant_suspended", (t, a, id, why) => t.SuspendAsync(a, id, why));
        Form(routes, "resume", "tenant_resumed", (t, a, id, why) => t.ResumeAsync(a, id, why));
        Form(routes, "destruction", "tenant_asked", (t, a, id, why) => t.RequestDestructionAsync(a, id, why));
        Form(
            routes,
            "destruction/withdraw",
            "tenant_withdrawn",
            (t, a, id, why) => t.WithdrawDestructionAsync(a, id, why)
        );
        routes.MapForm(
            $"{Root}/{{tenant}}/destruction/confirm",
            Permission.SettingsWrite,
            async (context, form) =>
            {
                await TenantRoutes.DestroyAsync(context, TenantRoutes.IdOf(context), form["read"]);
                return Pages.Go(Root, "tenant_destroyed");
            }
        );
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NewTenantAnswer? made = null)
    {
        var (tenants, actor) = (TenantRoutes.TenantsOf(context), context.Actor());
        var rows = new List<TenantRow>();
        foreach (var tenant in await tenants.ListAsync(actor, context.RequestAborted))
        {
            // Only a suspended one can wait for its end.
            var asked =
                tenant.State == TenantState.Suspended
                    ? await tenants.FindDestructionAsync(
                        actor,
                        new TenantId(tenant.Id),
                        context.RequestAborted
                    )
                    : null;
            rows.Add(
                new TenantRow(TenantRoutes.ViewOf(tenant), asked is null ? null : DestructionView.Of(asked))
            );
        }
        var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
        return Pages.Show<TenantsPage>(
            context,
            "Tenants",
            new
            {
                Rows = rows,
                Made = made,
                IsSolo = await kernel.SoloMode.FindAsync(actor.Tenant, context.RequestAborted) is not null,
            }
        );
    }

    /// <summary>Shows the first key in the answer itself: it stands in no address and is kept nowhere.</summary>
    private static async Task<IResult> CreateAsync(HttpContext context, IFormCollection form)
    {
        var id = TenantRoutes.IdOf(form["tenant"]);
        var key = await TenantRoutes.TryAsync(() =>
            TenantRoutes
                .TenantsOf(context)
                .CreateAsync(context.Actor(), id, form["title"].ToString(), context.RequestAborted)
        );
        return await ShowAsync(context, new NewTenantAnswer(id.Value, key));
    }

    private static void Form(
        IEndpointRouteBuilder routes,
        string deed,
        string notice,
        Func<Trust.Tenants, Actor, TenantId, string, Task> act
    ) =>
        routes.MapForm(
            $"{Root}/{{tenant}}/{deed}",
            Permission.SettingsWrite,
            async (context, form) =>
            {
                var why = InstallationRoutes.ReasonOf(form["reason"]);
                await TenantRoutes.TryAsync(async () =>
                {
                    await act(
                        TenantRoutes.TenantsOf(context),
                        context.Actor(),
                        TenantRoutes.IdOf(context),
                        why
                    );
                    return true;
                });
                return Pages.Go(Root, notice);
            }
        );
}

/// <param name="Tenant">The tenant.</param>
/// <param name="Destruction">What waits for its second step; null: nothing.</param>
public sealed record TenantRow(TenantView Tenant, DestructionView? Destruction);
