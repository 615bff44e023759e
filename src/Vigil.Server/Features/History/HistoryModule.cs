using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.History.Erasing;
using Vigil.Server.Features.History.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Features.History.Setting;
using Vigil.Server.Features.History.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.History;

internal static class HistoryModule
{
    public static readonly Module Module = new(
        "Features/History",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Nav = [new NavItem("History", HistoryPages.Path, Permission.HistoryRead)],
        Add = services =>
            services
                .AddSingleton<HistoryStore>()
                .AddSingleton<Losses>()
                .AddSingleton<BuildSegments>()
                .AddSingleton<DestroyDue>()
                .AddSingleton<RunErasures>()
                .AddSingleton<TurnOn>()
                .AddSingleton<TurnOff>()
                .AddSingleton<ShowHistory>()
                .AddSingleton<EraseContent>()
                .AddSingleton<HuntBell>()
                .AddSingleton<QuietThread>()
                .AddSingleton<PlanHunts>()
                .AddSingleton<BeginHunt>()
                .AddSingleton<LoadSlice>()
                .AddSingleton<DecideRow>()
                .AddSingleton<HuntSegment>()
                .AddSingleton<FindNamed>()
                .AddSingleton<HuntProgress>()
                .AddSingleton<StartHunt>()
                .AddSingleton<MoveHunt>()
                .AddSingleton<ShowHunts>()
                .AddSingleton<KeepHistory>()
                .AddSingleton<TendHistory>()
                .AddHostedService(provider => provider.GetRequiredService<KeepHistory>())
                .AddHostedService(provider => provider.GetRequiredService<TendHistory>())
                .AddHostedService<RunHunts>(),
        React = (reactions, services) =>
        {
            var tend = services.GetRequiredService<TendHistory>();
            reactions.On<TenantEnded>(
                (tx, _) =>
                {
                    tx.OnCommitted(tend.Destroy);
                    return Task.CompletedTask;
                }
            );
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
            var find = services.GetRequiredService<FindNamed>();
            services.GetRequiredService<KeptFiles>().SearchBy(find.RunAsync);
            reactions.On<FilesNamed>(
                async (tx, named) =>
                    named.IsInHistory = named.Files.Count > 0 && (await HistorySettings.ReadAsync(tx)).IsOn
            );
            var checks = services.GetRequiredService<ReadinessChecks>();
            checks.Add("history", services.GetRequiredService<Losses>().State);
            checks.Add("history_process", services.GetRequiredService<HistoryStore>().State);
        },
        Map = routes =>
        {
            ShowHistory.Map(routes);
            TurnOn.Map(routes);
            TurnOff.Map(routes);
            EraseContent.Map(routes);
            StartHunt.Map(routes);
            ShowHunts.Map(routes);
            MoveHunt.Map(routes);
            HistoryPages.Map(routes);
        },
    };
}
