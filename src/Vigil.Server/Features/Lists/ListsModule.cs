using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Entries;
using Vigil.Server.Features.Lists.Exporting;
using Vigil.Server.Features.Lists.Importing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Features.Lists.Showing;
using Vigil.Server.Features.Lists.Suppressing;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists;

internal static class ListsModule
{
    public static readonly Module Module = new(
        "Features/Lists",
        [Profile.Platform, Profile.Hotline, Profile.Steward, Profile.LawEnforcement, Profile.Demo]
    )
    {
        Nav =
        [
            new NavItem("Lists", "/console/lists", Permission.ListRead),
            new NavItem("Suppressions", "/console/suppressions", Permission.ListRead),
        ],
        Add = services =>
            services
                .AddSingleton<ListWriting>()
                .AddSingleton<CreateList>()
                .AddSingleton<ChangeList>()
                .AddSingleton<RemoveList>()
                .AddSingleton<ShowLists>()
                .AddSingleton<AddEntries>()
                .AddSingleton<MoveEntry>()
                .AddSingleton<ShowEntries>()
                .AddSingleton<FindEntries>()
                .AddSingleton<ImportEntries>()
                .AddSingleton<ShowImports>()
                .AddSingleton<ExportList>()
                .AddSingleton<Suppress>()
                .AddSingleton<ShowSuppressions>()
                .AddSingleton<ImportRunner>()
                .AddHostedService(provider => provider.GetRequiredService<ImportRunner>()),
        React = (reactions, services) =>
        {
            var changes = services.GetRequiredService<ListChanges>();
            reactions.On<EntriesDisputed>(
                (tx, disputed) => QuarantineDisputed.RunAsync(tx, disputed, changes)
            );
            reactions.On<SuppressionsHit>(ShowSuppressions.CountAsync);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
            reactions.On<FilesNamed>(AddNamedEntries.AddAsync);
            reactions.Answer<ListSourcesWanted, ListSources>(AnswerListSources.AnswerAsync);
            reactions.Answer<ListFeedbackWanted, ListFeedback>(AnswerListFeedback.AnswerAsync);
        },
        Map = routes =>
        {
            CreateList.Map(routes);
            ShowLists.Map(routes);
            ChangeList.Map(routes);
            SetFeedback.Map(routes);
            RemoveList.Map(routes);
            AddEntries.Map(routes);
            ShowEntries.Map(routes);
            MoveEntry.Map(routes);
            FindEntries.Map(routes);
            ImportEntries.Map(routes);
            ShowImports.Map(routes);
            ExportList.Map(routes);
            Suppress.Map(routes);
            ShowSuppressions.Map(routes);
            ListPages.Map(routes);
            ImportPage.Map(routes);
            SuppressionPages.Map(routes);
        },
    };
}
