using Microsoft.AspNetCore.Routing;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>The API of grades and opinions.</summary>
internal static class GradingRoutes
{
    private const string Tag = "Grading";

    public static void Map(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<GradeRequest, GradeAnswer>(
            routes,
            "/v1/cases/{reference}/items/{item}/grade",
            Permission.CaseGrade,
            ("gradeItem", "Grade an item in facts; codes are derived."),
            (tx, context, request) =>
                GradeItem.RunAsync(tx, context.Reference(), context.RouteId("item"), request),
            Tag
        );
        CaseApi.Act<OpinionRequest, CaseStatus>(
            routes,
            "/v1/cases/{reference}/items/{item}/opinion",
            Permission.CaseGrade,
            ("askOpinion", "Ask for a second opinion."),
            (tx, context, request) =>
                Opinions.RequestAsync(tx, context.Reference(), context.RouteId("item"), request.Because),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/cases/{reference}/grades",
            Permission.CaseGrade,
            (
                "readGrades",
                "What was said of each item; hidden from who is still to say; of programs: person."
            ),
            (tx, context) => Opinions.ReadAsync(tx, context.Reference(), context.Request.Query["person"]),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/grading/opinions",
            Permission.CaseGrade,
            ("listOpinions", "Items that wait for an opinion you may give; of programs: person."),
            (tx, context) => Opinions.QueueAsync(tx, context.Request.Query["person"]),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/grading/agreement",
            Permission.TrainingManage,
            ("readAgreement", "How far first and second opinions agree: percent and Cohen's kappa, by code."),
            (tx, _) => Agreement.ReadAsync(tx),
            Tag
        );
    }
}
