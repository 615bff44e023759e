using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>A named person approves the very bytes that leave; states, clocks and pages.</summary>
internal static class ApprovingPart
{
    public static void Add(IServiceCollection services) => services.AddHostedService<WatchReports>();

    public static void React(Reactions reactions, IServiceProvider services)
    {
        reactions.On<CaseConfirmed>(DueClock.StartAsync);
        reactions.On<ContentsCleared>(UndoApproval.ClearedAsync);
        reactions.On<ContentsCleared>(DueClock.ClearedAsync);
        reactions.On<PersonDisabled>(FirstApproval.ForgetOfAsync);
        reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
        reactions.Answer<CaseReportsWanted, CaseReports>(AnswerCaseReports.AnswerAsync);
        reactions.Answer<CaseReportersWanted, CaseReporters>(AnswerCaseReporters.AnswerAsync);
        reactions.Answer<AccountReportsWanted, AccountReports>(AnswerAccountReports.AnswerAsync);
        ReportPages.AddNotices();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ReportRoutes.Map(routes);
        ReportActRoutes.Map(routes);
        ReportPages.Map(routes);
        ReportForms.Map(routes);
    }
}
