using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>The part of scanning that decides, as the module shows it.</summary>
internal static class DecidingModule
{
    public static IReadOnlyList<NavItem> Nav { get; } =
    [
        new("Scans", "/console/scans", Permission.DecisionRead),
        new("Shadow", "/console/shadow", Permission.PolicyRead),
        new("Policy", "/console/policy", Permission.PolicyRead),
    ];

    public static void AddDeciding(this IServiceCollection services)
    {
        services.AddSingleton<ScanIndex>().AddSingleton<IndexHealth>().AddSingleton<ListReader>();
        services.AddHostedService<ListFollower>();
        services.AddSingleton<IndexKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexKeeper>());
        services.AddSingleton<ShadowLog>().AddHostedService<ShadowWriter>();
        services.AddSingleton<Decider>().AddSingleton<DecideHunted>();
    }

    public static void React(Reactions reactions, IServiceProvider services)
    {
        var changes = services.GetRequiredService<ListChanges>();
        reactions.Answer<DecisionReversal, ReversedDecision>(
            (tx, wanted) => ReverseDecision.HandleAsync(tx, wanted, changes)
        );
        reactions.Answer<DecisionFactsWanted, DecisionFacts>(AnswerDecisionFacts.AnswerAsync);
        reactions.Answer<MatchFactsWanted, MatchFacts>(AnswerMatchFacts.AnswerAsync);
        reactions.Answer<CaseMatchFactsWanted, CaseMatchFacts>(AnswerMatchFacts.AnswerAsync);
        reactions.Answer<DecidedDigest, byte[]>(AnswerDecidedDigest.AnswerAsync);
        reactions.On<FilesNamed>(AnswerDecidedDigest.AddAsync);
        var hunted = services.GetRequiredService<DecideHunted>();
        reactions.Answer<ListsInForceWanted, ListsInForce>((tx, _) => hunted.InForceAsync(tx));
        reactions.Answer<HuntedContent, HuntedDecision>(hunted.HandleAsync);
        reactions.On<EntriesDisputed>(ReopenDecisions.HandleAsync);
        reactions.On<DecisionsConfirmed>(ConfirmDecisions.HandleAsync);
        var keeper = services.GetRequiredService<IndexKeeper>();
        reactions.On<TenantEnded>(
            (tx, ended) =>
            {
                tx.OnCommitted(() => keeper.Drop(ended.Tenant));
                return Task.CompletedTask;
            }
        );
        services.GetRequiredService<DrainSteps>().Add("index", keeper.SaveAllAsync);
        services
            .GetRequiredService<ReadinessChecks>()
            .Add("index", services.GetRequiredService<IndexHealth>().State);
    }

    public static void MapDeciding(this IEndpointRouteBuilder routes)
    {
        PolicyApi.Map(routes);
        PolicyPages.Map(routes);
        DecisionApi.Map(routes);
        DecidingPages.Map(routes);
    }
}
