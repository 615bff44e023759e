using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>The API of notices from outside, and of what their senders say afterwards.</summary>
internal static class NoticeRoutes
{
    private const string Root = "/v1/notices";
    private const string Tag = "Notices";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAct<NoticeRequest, NoticeTaken>(
            Root,
            Permission.NoticeSubmit,
            new(
                "takeNotice",
                "Hand in a notice of a hotline or authority; it is located at once, or a case is opened for it.",
                Tag
            ),
            (tx, _, request) => TakeNotice.RunAsync(tx, request),
            StatusCodes.Status201Created
        );
        MapReads(routes);
        MapActs(routes);
    }

    private static void MapReads(IEndpointRouteBuilder routes)
    {
        routes.MapRead(
            Root,
            Permission.CaseRead,
            new(
                "listNotices",
                "Notices, newest first: those of which a step waits, or state=all; before.",
                Tag
            ),
            (tx, context) =>
                NoticeView.ListAsync(tx, context.Request.Query["state"] == "all", context.Before())
        );
        routes.MapReadOne(
            Root + "/{id:guid}",
            Permission.CaseRead,
            new(
                "showNotice",
                "One notice with its steps and their clocks; no fingerprints, no words of it.",
                Tag
            ),
            NoticeView.ReadAsync
        );
        ReadNoticeWords.Map(routes, Root, Tag);
        routes.MapRead(
            Root + "/statistics",
            Permission.CaseRead,
            new("showNoticeStatistics", "Notices by sender, and what became of reports.", Tag),
            (tx, _) => NoticeNumbers.ReadAsync(tx)
        );
    }

    private static void MapActs(IEndpointRouteBuilder routes)
    {
        routes.MapActOn<RemovalWanted, NoticeView>(
            Root + "/{id:guid}/removal-wanted",
            Permission.CaseDecide,
            new("wantRemoval", "Ask the platform to take it down (webhook notice.removal_wanted).", Tag),
            ActOnNotice.WantRemovalAsync
        );
        routes.MapActOn<RemovalRequest, NoticeDone>(
            Root + "/{id:guid}/removal",
            Permission.NoticeSubmit,
            new("tellRemoval", "Say whether it was taken down: removed, not_found or refused.", Tag),
            ActOnNotice.RemovedAsync
        );
        routes.MapActOn<ReplyRequest, NoticeView>(
            Root + "/{id:guid}/reply",
            Permission.CaseDecide,
            new("replyToNotice", "Record what the sender was told, and when.", Tag),
            ActOnNotice.ReplyAsync
        );
        routes.MapAct<FeedbackGiven, FeedbackTaken>(
            Root + "/feedback",
            Permission.NoticeSubmit,
            new(
                "giveFeedback",
                "What became of a report or case, by who was told; the case changes by it.",
                Tag
            ),
            (tx, _, request) => GiveFeedback.RunAsync(tx, request),
            StatusCodes.Status201Created
        );
    }
}
