using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Showing;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

internal static class ReportingModule
{
    public static readonly Module Module = new(
        "Features/Reporting",
        [Profile.Platform, Profile.Hotline, Profile.Demo]
    )
    {
        Nav =
        [
            new NavItem("Reports", Approving.Showing.ReportPages.Root, Permission.ReportRead),
            new NavItem("Destinations", DestinationPages.Root, Permission.ReportFile),
            new NavItem("Where reports are filed", FilingPages.Setup, Permission.SettingsRead),
        ],
        Add = services =>
        {
            DraftingPart.Add(services);
            ApprovingPart.Add(services);
            FilingPart.Add(services);
            DestinationsPart.Add(services);
        },
        React = (reactions, services) =>
        {
            reactions.Answer<ReportedCaseWanted, ReportedCase>(AnswerReportedCase.AnswerAsync);
            DraftingPart.React(reactions, services);
            ApprovingPart.React(reactions, services);
            FilingPart.React(reactions, services);
            DestinationsPart.React(reactions, services);
        },
        Map = routes =>
        {
            DraftingPart.Map(routes);
            ApprovingPart.Map(routes);
            FilingPart.Map(routes);
            DestinationsPart.Map(routes);
        },
    };
}
