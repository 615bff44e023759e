using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Preservation;

internal static class PreservationModule
{
    public static readonly Module Module = new(
        "Features/Preservation",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        // Contents, holds and clocks are the kernel's.
        HasTables = false,
        Nav =
        [
            new NavItem("What we hold", PreservationPages.Held, Permission.HoldRead),
            new NavItem("Holds", PreservationPages.Holds, Permission.HoldRead),
        ],
        Add = services =>
            services
                .AddSingleton<KeepCustody>()
                .AddHostedService(provider => provider.GetRequiredService<KeepCustody>()),
        React = (reactions, services) =>
        {
            reactions.On<ContentsCleared>(Trust.Holds.ClearAsync);
            reactions.On<ContentsReleased>(Trust.Holds.ReleaseAsync);
            reactions.Answer<CaseHeldWanted, CaseHeld>(Trust.Holds.AnswerAsync);
            var roots = services.GetRequiredService<RootKeys>();
            reactions.On<HomeNumbersWanted>((tx, wanted) => HomeNumbers.AddAsync(tx, wanted, roots));
            services
                .GetRequiredService<ReadinessChecks>()
                .Add("custody", services.GetRequiredService<KeepCustody>().State);
            PreservationPages.AddNotices();
        },
        Map = routes =>
        {
            BringContents.Map(routes);
            HoldRoutes.Map(routes);
            ContentRoutes.Map(routes);
            RecordRoutes.Map(routes);
            PreservationPages.Map(routes);
        },
    };
}
