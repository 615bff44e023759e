using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Playbooks;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

public sealed record PlaybooksAnswer(
    IReadOnlyList<Playbook> Playbooks,
    IReadOnlyList<EmergencyLine> EmergencyLines
);

/// <summary>The API of working on cases: claims, queues, lanes, stacks, playbooks.</summary>
internal static class WorkRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        MapClaims(routes);
        MapMoves(routes);
        MapReads(routes);
    }

    private static void MapClaims(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<NextRequest, LeaseAnswer>(
            routes,
            "/v1/cases/next",
            Permission.CaseDecide,
            ("takeNextCase", "Claim the most pressing case of a queue."),
            (tx, _, request) => TakeNext.RunAsync(tx, request.Queue)
        );
        CaseApi.Act<LeaseRequest, LeaseAnswer>(
            routes,
            "/v1/cases/{reference}/claim",
            Permission.CaseDecide,
            (
                "claimCase",
                "Work on a case: nobody else's acts cross yours for five minutes, renewed by each act."
            ),
            (tx, context, _) => ClaimCase.RunAsync(tx, context.Reference())
        );
        CaseApi.Act<LeaseRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/release",
            Permission.CaseDecide,
            ("releaseCase", "Give a claimed case back."),
            (tx, context, request) => ClaimCase.ReleaseAsync(tx, context.Reference(), request.Lease)
        );
    }

    private static void MapMoves(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<AssignRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/assign",
            Permission.CaseAssign,
            ("assignCase", "Give a case to a person, or to nobody in particular."),
            (tx, context, request) => AssignCase.RunAsync(tx, context.Reference(), request)
        );
        CaseApi.Act<AssignRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/handover",
            Permission.CaseDecide,
            ("handOverCase", "Hand your case over, with a note."),
            (tx, context, request) => AssignCase.HandOverAsync(tx, context.Reference(), request)
        );
        CaseApi.Act<HoldRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/hold",
            Permission.CaseDecide,
            ("holdCase", "Let a case wait until a time; it comes back by itself."),
            (tx, context, request) => HoldCase.RunAsync(tx, context.Reference(), request)
        );
        CaseApi.Act<LeaseRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/resume",
            Permission.CaseDecide,
            ("resumeCase", "End the wait of a case."),
            (tx, context, request) => HoldCase.ResumeAsync(tx, context.Reference(), request.Lease)
        );
        CaseApi.Act<LeaseRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/skip",
            Permission.CaseDecide,
            ("skipCase", "Pass a case over, no reason asked; it comes back to you later."),
            (tx, context, request) => SkipCase.RunAsync(tx, context.Reference(), request.Lease)
        );
        CaseApi.Act<DangerRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/danger",
            Permission.CaseDecide,
            ("beginDanger", "A child may be in danger now: top of the queue, and who is on call is woken."),
            (tx, context, _) => DangerLane.BeginAsync(tx, context.Reference())
        );
        CaseApi.Act<DangerRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/danger/end",
            Permission.CaseDecide,
            ("endDanger", "The danger is dealt with: whom you reached, in a note."),
            (tx, context, request) => DangerLane.EndAsync(tx, context.Reference(), request.Note)
        );
        CaseApi.Act<TypeRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/type",
            Permission.CaseDecide,
            ("typeCase", "Say what a case is about; its playbook follows."),
            (tx, context, request) => TypeCase.RunAsync(tx, context.Reference(), request)
        );
        CaseApi.Act<QueuesRequest, QueuesAnswer>(
            routes,
            "/v1/queues",
            Permission.CaseAssign,
            ("replaceQueues", "Replace the queues, in order; none: those that come with the program."),
            (tx, _, request) => CaseQueues.ReplaceAsync(tx, request)
        );
    }

    private static void MapReads(IEndpointRouteBuilder routes)
    {
        CaseApi.Read(
            routes,
            "/v1/queues",
            Permission.CaseRead,
            ("listQueues", "The queues, their rules, and what waits in each."),
            (tx, _) => CaseQueues.StateAsync(tx)
        );
        CaseApi.Read(
            routes,
            "/v1/stacks",
            Permission.CaseRead,
            ("listStacks", "Open items that one entry found, each stack with the one to look at first."),
            (tx, _) => CaseStacks.ListAsync(tx)
        );
        CaseApi.Read(
            routes,
            "/v1/stacks/{stack}",
            Permission.CaseRead,
            ("readStack", "The members of a stack."),
            (tx, context) => CaseStacks.ReadAsync(tx, context.RouteId("stack"))
        );
        CaseApi.Read(
            routes,
            "/v1/playbooks",
            Permission.CaseRead,
            (
                "listPlaybooks",
                "What to do and what helps others, by problem type; emergency numbers by country."
            ),
            (_, _) => Task.FromResult(new PlaybooksAnswer(KnownPlaybooks.All, EmergencyLines.All))
        );
    }
}
