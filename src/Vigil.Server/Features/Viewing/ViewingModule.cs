using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Features.Viewing.Seeing;
using Vigil.Server.Features.Viewing.Showing;
using Vigil.Server.Features.Viewing.Standing;
using Vigil.Server.Features.Viewing.Transcripts;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing;

internal static class ViewingModule
{
    public static readonly Module Module = new(
        "Features/Viewing",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Nav =
        [
            new NavItem("Your exposure", ExposureRoutes.Path, Permission.ContentRender),
            new NavItem("Wellness", WellnessRoutes.Path, Permission.WellnessManage),
            new NavItem("Exact matches", ExactRoutes.Path, Permission.PolicyRead),
        ],
        Add = services =>
            services
                .AddSingleton<Screens>()
                .AddSingleton<OpenedViews>()
                .AddSingleton<ShowContent>()
                .AddSingleton<ShowMetadata>()
                .AddSingleton<ShowSound>()
                .AddHostedService(provider => provider.GetRequiredService<Screens>())
                .AddHostedService<ForgetExposure>(),
        React = (reactions, _) =>
        {
            reactions.Answer<CaseViewLogWanted, CaseViewLog>(AnswerCaseViewLog.AnswerAsync);
            reactions.Answer<ContentStandingsWanted, ContentStandings>(AnswerContentStandings.AnswerAsync);
            reactions.Answer<FilesJudgedWanted, FilesJudged>(JudgedFiles.AnswerAsync);
            reactions.Answer<MayTakeCaseWanted, MayTakeCase>(TakeCase.AnswerAsync);
            reactions.Answer<WordsLookWanted, WordsLook>(AnswerWordsLook.AnswerAsync);
            reactions.Answer<WordsSeenWanted, WordsSeen>(AnswerWordsSeen.AnswerAsync);
            reactions.On<WordsAnswered>(WordsRecord.ReactAsync);
            reactions.On<CaseTaken>(TakeCase.ReactAsync);
            reactions.On<ContentDestroyed>(ForgetTranscripts.DestroyedAsync);
            reactions.On<CaseCleared>(ForgetTranscripts.ClearedAsync);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
            ExposureRoutes.AddNotices();
            CheckInRoutes.AddNotices();
        },
        Map = routes =>
        {
            ContentRoutes.Map(routes);
            MetadataRoutes.Map(routes);
            VideoRoutes.Map(routes);
            TranscriptRoutes.Map(routes);
            ExposureRoutes.Map(routes);
            CheckInRoutes.Map(routes);
            WellnessRoutes.Map(routes);
            ExactRoutes.Map(routes);
        },
    };
}
