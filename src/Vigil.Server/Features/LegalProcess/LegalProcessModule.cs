using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.LegalProcess.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

internal static class LegalProcessModule
{
    public static readonly Module Module = new(
        "Features/LegalProcess",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Nav =
        [
            new NavItem("Legal process", LegalPages.Requests, Permission.LegalManage),
            new NavItem("Disclosures", LegalPages.Disclosed, Permission.HoldRead),
        ],
        Add = services =>
            services
                .AddSingleton<PackageFolder>()
                .AddSingleton<BuildPackage>()
                .AddSingleton<TendRequests>()
                .AddHostedService(provider => provider.GetRequiredService<TendRequests>()),
        React = (reactions, services) =>
        {
            var folder = services.GetRequiredService<PackageFolder>();
            reactions.Answer<MayTellUsersWanted, MayTellUsers>(AnswerMayTellUsers.AnswerAsync);
            reactions.On<ContentSealed>(HoldScope.ReactAsync);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
            reactions.On<TenantErased>(
                (_, erased) =>
                {
                    folder.EraseAll(erased.Tenant);
                    return Task.CompletedTask;
                }
            );
            LegalPages.AddNotices();
        },
        Map = routes =>
        {
            LegalRoutes.Map(routes);
            LegalPages.Map(routes);
        },
    };
}
