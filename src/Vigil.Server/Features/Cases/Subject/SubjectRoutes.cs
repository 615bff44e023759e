using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>The API of the subject's side: actions, notices, appeals, feedback, corrections.</summary>
internal static class SubjectRoutes
{
    private const string Tag = "Subjects";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapActions(routes);
        MapAppeals(routes);
        MapCorrections(routes);
        CaseApi.Act<PurgeRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/purge",
            Permission.CaseAssign,
            ("purgeCase", "Remove what names a cleared person, at once."),
            (tx, context, request) => PurgeCleared.RunAsync(tx, context.Reference(), request.Reason),
            Tag
        );
    }

    private static void MapAppeals(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<AppealRequest, AppealStatus>(
            routes,
            "/v1/appeals",
            Permission.FlagSubmit,
            ("appeal", "Hand in a user's appeal against an action."),
            (tx, _, request) => Appeals.SubmitAsync(tx, request),
            Tag,
            StatusCodes.Status202Accepted
        );
        CaseApi.Read(
            routes,
            "/v1/appeals",
            Permission.AppealDecide,
            (
                "listAppeals",
                "Appeals, open ones first; facts, no words of people. A program may say for whom: person."
            ),
            (tx, context) => Appeals.ListAsync(tx, context.Request.Query["person"]),
            Tag
        );
        ReadAppealWords.Map(routes, Tag);
        CaseApi.Act<AppealDecisionRequest, AppealStatus>(
            routes,
            "/v1/appeals/{appeal}/decision",
            Permission.AppealDecide,
            ("decideAppeal", "Decide an appeal; by somebody who had no part in it."),
            (tx, context, request) => Appeals.DecideAsync(tx, context.RouteId("appeal"), request),
            Tag
        );
    }

    private static void MapCorrections(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<FeedbackRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/feedback",
            Permission.CaseDecide,
            ("feedback", "What somebody who was told says; where it contradicts, the case is open again."),
            (tx, context, request) => Feedback.RunAsync(tx, context.Reference(), request),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/corrections",
            Permission.CaseDecide,
            ("listCorrections", "Letters that findings of not CSAM ask for, drafted."),
            (tx, _) => DraftCorrections.ListAsync(tx),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/source-opinions",
            Permission.CaseDecide,
            (
                "listSourceOpinions",
                "What who keeps a list was told of its entries, and whether it was received."
            ),
            (tx, _) => ShowSourceOpinions.ListAsync(tx),
            Tag
        );
        CaseApi.Act<CorrectionRequest, CorrectionsAnswer>(
            routes,
            "/v1/corrections/{correction}",
            Permission.CaseDecide,
            ("endCorrection", "A person sent a draft, or dropped it."),
            (tx, context, request) => DraftCorrections.EndAsync(tx, context.RouteId("correction"), request),
            Tag
        );
    }

    private static void MapActions(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<ActionRequest, ActionView>(
            routes,
            "/v1/cases/{reference}/account-actions",
            Permission.CaseDecide,
            ("actOnAccount", "Act on an account or its content, apart from any report."),
            (tx, context, request) => ActOnAccount.RunAsync(tx, context.Reference(), request),
            Tag,
            StatusCodes.Status201Created
        );
        CaseApi.Read(
            routes,
            "/v1/cases/{reference}/account-actions",
            Permission.CaseRead,
            (
                "listActions",
                "What was done to the account of a case; hidden from who is still to give an opinion; of programs: "
                    + "person."
            ),
            (tx, context) => ActionsOf(tx, context.Reference(), context.Request.Query["person"]),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/account-actions/due",
            Permission.CaseDecide,
            ("listDueNotices", "Actions that the user may be told of by now, and was not."),
            (tx, _) => DueNotices.ListAsync(tx),
            Tag
        );
        CaseApi.Act<ActionReasonRequest, ActionView>(
            routes,
            "/v1/account-actions/{action}/reverse",
            Permission.CaseDecide,
            ("reverseAction", "Take an action back."),
            (tx, context, request) =>
                ActOnAccount.ReverseAsync(
                    tx,
                    DecidingPerson.Of(tx, request.Person),
                    context.RouteId("action"),
                    request.Reason
                ),
            Tag
        );
        CaseApi.Act<ActionReasonRequest, ActionView>(
            routes,
            "/v1/account-actions/{action}/tell",
            Permission.CaseDecide,
            ("tellUser", "Release the notice to the user, where the place permits and the delay is over."),
            (tx, context, _) => TellUser.RunAsync(tx, context.RouteId("action")),
            Tag
        );
        CaseApi.Act<ActionReasonRequest, ActionView>(
            routes,
            "/v1/account-actions/{action}/delay",
            Permission.CaseDecide,
            ("delayNotice", "Delay the notice to the user, for a reason."),
            (tx, context, request) => TellUser.DelayAsync(tx, context.RouteId("action"), request),
            Tag
        );
    }

    /// <param name="tx">Of the read.</param>
    /// <param name="reference">The case.</param>
    /// <param name="person">Who reads, of whom a program names; null: the actor.</param>
    public static async Task<ActionsAnswer> ActionsOf(Tx tx, string reference, string? person = null)
    {
        var me = DecidingPerson.ReaderOf(tx, person);
        var file = await CaseActs.RequireAsync(tx, reference);
        if (await BlindReading.WhyAsync(tx, file, me) is { } why)
        {
            return new ActionsAnswer([]) { Hidden = why };
        }
        var actions = await AccountAction.OfCaseAsync(tx, file.Id);
        var mayTell = await TellUser.MayAsync(tx, actions.Select(action => action.Ref));
        return new ActionsAnswer([.. actions.Select(action => action.ToView(tx, mayTell))]);
    }
}
