using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Records;
using Vigil.Server.Features.Cases.Showing;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

internal static class CasesModule
{
    public static readonly Module Module = new(
        "Features/Cases",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Nav =
        [
            new NavItem("Cases", "/console/cases", Permission.CaseRead),
            new NavItem("Queues", "/console/queues", Permission.CaseRead),
            new NavItem("Stacks", "/console/stacks", Permission.CaseRead),
            new NavItem("Opinions", "/console/opinions", Permission.CaseGrade),
            new NavItem("Training", "/console/training", Permission.CaseGrade),
            new NavItem("Appeals", "/console/appeals", Permission.AppealDecide),
            new NavItem("Playbooks", "/console/playbooks", Permission.CaseRead),
        ],
        Add = services =>
            services
                .AddSingleton<LeaveDecisions>()
                .AddHostedService(provider => provider.GetRequiredService<LeaveDecisions>())
                .AddSingleton<PurgeDue>()
                .AddHostedService(provider => provider.GetRequiredService<PurgeDue>())
                .AddHostedService<WatchWaiting>(),
        React = (reactions, services) =>
        {
            reactions.Answer<CaseWanted, CaseRef>(AnswerCaseWanted.AnswerAsync);
            reactions.Answer<HiddenVerdictsWanted, HiddenVerdicts>(BlindReading.AnswerAsync);
            reactions.Answer<QualificationWanted, Qualification>(Qualifications.AnswerAsync);
            reactions.Answer<ContentCase, CaseForContent>(AnswerContentCase.AnswerAsync);
            reactions.Answer<DecisionItemWanted, DecisionItem>(AnswerContentCase.AnswerAsync);
            reactions.On<ContentNotSealed>(AnswerContentCase.ReactAsync);
            reactions.Answer<ReportableCaseWanted, ReportableCase>(AnswerReportableCase.AnswerAsync);
            reactions.Answer<BatchableCasesWanted, BatchableCases>(AnswerBatchableCases.AnswerAsync);
            reactions.Answer<ClearedCasesWanted, ClearedCases>(AnswerCleared.AnswerAsync);
            reactions.Answer<MatchRecordsWanted, MatchRecords>(AnswerMatchRecords.AnswerAsync);
            reactions.Answer<NoticeCaseWanted, NoticeCase>(AnswerNoticeCase.AnswerAsync);
            reactions.Answer<CaseHarmsWanted, CaseHarms>(AnswerCaseHarms.AnswerAsync);
            reactions.Answer<HarmlessItemsWanted, HarmlessItems>(AnswerNoticeCase.AnswerAsync);
            AnswerLegalQuestions.React(reactions);
            reactions.On<OutcomeTold>(Feedback.ReactAsync);
            reactions.On<DecisionsReopened>(ReopenCase.ReactAsync);
            reactions.On<PersonDisabled>(FreeCases.ReactAsync);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
            var leave = services.GetRequiredService<LeaveDecisions>();
            reactions.On<DecisionWaits>(
                (tx, waits) =>
                {
                    tx.OnCommitted(() => leave.Expect(tx.Tenant, waits.Due));
                    return Task.CompletedTask;
                }
            );
            CasePages.AddNotices();
            WorkPages.AddNotices();
            CaseFormPages.AddNotices();
            TeamPages.AddNotices();
        },
        Map = routes =>
        {
            CaseRoutes.Map(routes);
            WorkRoutes.Map(routes);
            GradingRoutes.Map(routes);
            TrainingRoutes.Map(routes);
            SubjectRoutes.Map(routes);
            CasePages.Map(routes);
            WorkPages.Map(routes);
            CaseFormPages.Map(routes);
            TeamPages.Map(routes);
        },
    };
}
