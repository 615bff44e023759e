using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.NoticesReceived.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

internal static class NoticesReceivedModule
{
    public static readonly Module Module = new(
        "Features/NoticesReceived",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Nav = [new NavItem("Notices", NoticePages.List, Permission.CaseRead)],
        Add = services =>
            services
                .AddSingleton<WatchNotices>()
                .AddHostedService(provider => provider.GetRequiredService<WatchNotices>())
                .AddSingleton<SearchHistory>()
                .AddHostedService(provider => provider.GetRequiredService<SearchHistory>()),
        React = (reactions, _) =>
        {
            reactions.On<CaseConfirmed>(ActOnNotice.ConfirmedAsync);
            reactions.On<ContentsCleared>(ActOnNotice.ClearedAsync);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
        },
        Map = routes =>
        {
            NoticeRoutes.Map(routes);
            NoticePages.Map(routes);
        },
    };
}
