using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// The API of authorities' requests. Calls, releases and destructions are not part of it: people do them, signed in, on
/// the pages.
/// </summary>
internal static class LegalRoutes
{
    private const string Root = "/v1/legal-process";
    private const string Tag = "Legal process";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead(
            Root,
            Permission.LegalManage,
            new(
                "listLegalRequests",
                "Authorities' requests, newest first: open ones, or state=all; before.",
                Tag
            ),
            (tx, context) =>
                LegalView.ListAsync(tx, context.Request.Query["state"] == "all", context.Before())
        );
        routes.MapAct<TakenRequest, LegalView>(
            Root,
            Permission.LegalManage,
            new(
                "takeLegalRequest",
                "Record what an authority asks for; what it is about is held in the same transaction.",
                Tag
            ),
            (tx, _, request) => TakeRequest.RunAsync(tx, request),
            StatusCodes.Status201Created
        );
        routes.MapReadOne(
            Root + "/{id:guid}",
            Permission.LegalManage,
            new("showLegalRequest", "One request whole: scope, holds, calls, what was given.", Tag),
            LegalView.ReadAsync
        );
        routes.MapActOn<ScopeRequest, LegalView>(
            Root + "/{id:guid}/scope",
            Permission.LegalManage,
            new("addLegalScope", "Add a case, an account or a content; it is held at once.", Tag),
            AddScope.RunAsync
        );
        routes.MapActOn<NarrowRequest, LegalView>(
            Root + "/{id:guid}/narrowing",
            Permission.LegalManage,
            new(
                "narrowLegalScope",
                "Take out what is no longer asked about, with its holds, or a part of the time.",
                Tag
            ),
            NarrowScope.RunAsync
        );
        routes.MapActOn<StateRequest, LegalView>(
            Root + "/{id:guid}/state",
            Permission.LegalManage,
            new("moveLegalRequest", "To scope_review, narrowed, refused, withdrawn or done.", Tag),
            MoveRequest.RunAsync
        );
        routes.MapActOn<ExtendRequest, LegalView>(
            Root + "/{id:guid}/holds",
            Permission.LegalManage,
            new("extendLegalHolds", "Hold until a later time.", Tag),
            HoldScope.ExtendAsync
        );
        routes.MapActOn<SecrecyRequest, LegalView>(
            Root + "/{id:guid}/nondisclosure",
            Permission.LegalManage,
            new("setNondisclosure", "Forbid, or permit again, that the user is told.", Tag),
            MoveRequest.SetSecrecyAsync
        );
        MapRecords(routes);
    }

    private static void MapRecords(IEndpointRouteBuilder routes)
    {
        routes.MapReadOne(
            Root + "/{id:guid}/certificate",
            Permission.LegalManage,
            new("showDestructionCertificate", "What was destroyed on request, by whom, and when.", Tag),
            DestroyOnRequest.CertificateAsync
        );
        routes.MapRead(
            Root + "/disclosures",
            Permission.HoldRead,
            new(
                "listDisclosures",
                "The disclosure log: what went to whom, newest first; before (a number).",
                Tag
            ),
            (tx, context) => Disclosures.ReadAsync(tx, BeforeOf(context))
        );
    }

    public static long? BeforeOf(HttpContext context) =>
        long.TryParse(context.Request.Query["before"], out var number) ? number : null;
}
