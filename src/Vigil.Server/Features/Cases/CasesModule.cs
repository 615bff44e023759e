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
        Nav = [new NavItem("Cases", "/console/cases", Permission.CaseRead)],
        React = (reactions, _) =>
        {
            reactions.Answer<CaseWanted, CaseRef>(AnswerCaseWanted.AnswerAsync);
            reactions.Answer<ContentCase, CaseForContent>(AnswerContentCase.AnswerAsync);
            reactions.On<DecisionsReopened>(ReopenCase.ReactAsync);
            reactions.On<HomeNumbersWanted>(HomeNumbers.AddAsync);
            CasePages.AddNotices();
        },
        Map = routes =>
        {
            CaseRoutes.Map(routes);
            CasePages.Map(routes);
        },
    };
}
