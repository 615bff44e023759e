using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Tenants;

internal static class TenantsModule
{
    public static readonly Module Module = new("Features/Tenants", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
        Nav = [new NavItem("Tenants", "/console/tenants", Permission.SettingsWrite)],
        Add = services =>
        {
            services.AddSingleton<TenantEndings>();
            services.AddHostedService(provider => provider.GetRequiredService<TenantEndings>());
        },
        React = (_, _) => TenantPages.AddNotices(),
        Map = routes =>
        {
            InstallationRoutes.Map(routes);
            TenantRoutes.Map(routes);
            TenantPages.Map(routes);
        },
    };
}
