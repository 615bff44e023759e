using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>The API of samples, qualifications and audits.</summary>
internal static class TrainingRoutes
{
    private const string Tag = "Training";

    public static void Map(IEndpointRouteBuilder routes)
    {
        CaseApi.Act<SampleRequest, SampleRow>(
            routes,
            "/v1/training/samples",
            Permission.TrainingManage,
            ("addSample", "Add a made-up, harmless case with its answer."),
            (tx, _, request) => Samples.AddAsync(tx, request),
            Tag,
            StatusCodes.Status201Created
        );
        CaseApi.Act<RetireRequest, SamplesAnswer>(
            routes,
            "/v1/training/samples/{sample}/retire",
            Permission.TrainingManage,
            ("retireSample", "Ask a sample no more."),
            (tx, context, request) => Samples.RetireAsync(tx, context.RouteId("sample"), request.Reason),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/training/samples",
            Permission.TrainingManage,
            ("listSamples", "The samples."),
            (tx, _) => Samples.ListAsync(tx),
            Tag
        );
        CaseApi.Act<LeaseRequest, LeaseAnswer>(
            routes,
            "/v1/training/next",
            Permission.CaseGrade,
            ("practise", "Begin the next sample, as practice; what was begun and not answered comes first."),
            (tx, _, _) => MixIn.PractiseAsync(tx),
            Tag
        );
        CaseApi.Act<QualifyRequest, TrainingAnswer>(
            routes,
            "/v1/training/qualifications",
            Permission.TrainingManage,
            ("qualify", "Grant or withdraw a qualification."),
            (tx, _, request) => Qualifications.GiveAsync(tx, request),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/training/people",
            Permission.TrainingManage,
            ("listTraining", "Who answered how, and who is qualified for what."),
            (tx, _) => Qualifications.ListAsync(tx, null),
            Tag
        );
        CaseApi.Read(
            routes,
            "/v1/audits",
            Permission.CaseGrade,
            ("listAudits", "Decisions without a view that wait for another's look; of programs: person."),
            (tx, context) => DrawAudits.ListAsync(tx, context.Request.Query["person"]),
            Tag
        );
        CaseApi.Act<AuditRequest, AuditAnswer>(
            routes,
            "/v1/audits/{item}",
            Permission.CaseDecide,
            ("audit", "Say what you would decide; where it differs the case is open again."),
            (tx, context, request) => DrawAudits.AnswerAsync(tx, context.RouteId("item"), request),
            Tag
        );
    }
}
