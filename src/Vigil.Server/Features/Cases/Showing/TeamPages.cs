using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Showing;

/// <summary>The console's pages of second opinions, training, audits, and the subject's side.</summary>
internal static class TeamPages
{
    public static void AddNotices() =>
        Notices.Add("sample_retired", "The sample is asked no more. Answers that were given still count.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/console/opinions", Permission.CaseGrade, ShowOpinionsAsync);
        routes.MapPage("/console/audits/{item}", Permission.CaseDecide, ShowAuditAsync);
        routes.MapForm("/console/audits/{item}", Permission.CaseDecide, AuditAsync);
        routes.MapPage("/console/training", Permission.CaseGrade, ShowTrainingAsync);
        routes.MapForm("/console/training/next", Permission.CaseGrade, PractiseAsync);
        routes.MapForm("/console/training/samples", Permission.TrainingManage, AddSampleAsync);
        routes.MapForm(
            "/console/training/samples/{sample}/retire",
            Permission.TrainingManage,
            RetireSampleAsync
        );
        routes.MapForm("/console/training/qualifications", Permission.TrainingManage, QualifyAsync);
        routes.MapPage("/console/appeals", Permission.AppealDecide, ShowAppealsAsync);
        routes.MapForm("/console/appeals/{appeal}", Permission.AppealDecide, DecideAppealAsync);
        AppealWordsPages.Map(routes);
        routes.MapForm("/console/corrections/{correction}", Permission.CaseDecide, EndCorrectionAsync);
        routes.MapForm("/console/actions/{action}/reverse", Permission.CaseDecide, ReverseAsync);
        routes.MapForm("/console/actions/{action}/tell", Permission.CaseDecide, TellAsync);
    }

    private static async Task<IResult> ShowOpinionsAsync(HttpContext context)
    {
        var (opinions, audits) = await WorkPages.ReadAsync(
            context,
            Permission.CaseGrade,
            async tx => (await Opinions.QueueAsync(tx), await DrawAudits.ListAsync(tx))
        );
        return Pages.Show<OpinionsPage>(context, "Opinions", new { opinions.Opinions, Audits = audits });
    }

    private static async Task<IResult> ShowAuditAsync(HttpContext context)
    {
        var view = await WorkPages.ReadAsync(
            context,
            Permission.CaseDecide,
            tx => ReadAudit.RunAsync(tx, context.RouteId("item"))
        );
        return Pages.Show<AuditPage>(context, $"Audit of {view.CaseRef}", new { View = view });
    }

    private static async Task<IResult> AuditAsync(HttpContext context, IFormCollection form)
    {
        var request = new AuditRequest
        {
            Verdict = form["verdict"],
            Reason = form["reason"],
            Person = form["person"],
        };
        await WorkPages.ActAsync(
            context,
            Permission.CaseDecide,
            tx => DrawAudits.AnswerAsync(tx, context.RouteId("item"), request)
        );
        return Pages.Go("/console/opinions", "saved");
    }

    private static async Task<IResult> ShowTrainingAsync(HttpContext context)
    {
        var isManager = context.Actor().May(Permission.TrainingManage);
        var (people, samples, agreement) = await WorkPages.ReadAsync(
            context,
            Permission.CaseGrade,
            async tx =>
                (
                    await Qualifications.ListAsync(tx, isManager ? null : tx.Actor.Name),
                    isManager ? await Samples.ListAsync(tx) : null,
                    isManager ? await Agreement.ReadAsync(tx) : null
                )
        );
        return Pages.Show<TrainingPage>(
            context,
            "Training",
            new
            {
                Own = people.People.FirstOrDefault(one => one.Person == context.Actor().Name),
                People = isManager ? people : null,
                Samples = samples,
                Agreement = agreement,
            }
        );
    }

    private static async Task<IResult> PractiseAsync(HttpContext context, IFormCollection form)
    {
        var taken = await WorkPages.ActAsync(context, Permission.CaseGrade, MixIn.PractiseAsync);
        return Pages.Go($"/console/cases/{taken.CaseRef}", "case_claimed");
    }

    private static async Task<IResult> AddSampleAsync(HttpContext context, IFormCollection form)
    {
        var request = new SampleRequest
        {
            Title = form["title"],
            ProblemType = form["problemType"],
            Surface = form["surface"],
            Jurisdiction = form["jurisdiction"],
            Origin = form["origin"],
            Summary = form["summary"],
            Text = form["text"],
            Verdict = form["verdict"],
            Grade = SampleGradeOf(form),
            Explanation = form["explanation"],
        };
        await WorkPages.ActAsync(context, Permission.TrainingManage, tx => Samples.AddAsync(tx, request));
        return Pages.Go("/console/training", "created");
    }

    private static async Task<IResult> RetireSampleAsync(HttpContext context, IFormCollection form)
    {
        var reason = CaseLimits.Required(form["reason"], CaseLimits.ReasonCharacters, "reason");
        await WorkPages.ActAsync(
            context,
            Permission.TrainingManage,
            tx => Samples.RetireAsync(tx, context.RouteId("sample"), reason)
        );
        return Pages.Go("/console/training", "sample_retired");
    }

    /// <summary>Null: no fact was chosen, so the verdict alone counts. Chosen in part it is refused.</summary>
    private static GradeRequest? SampleGradeOf(IFormCollection form)
    {
        var names = new[] { "age", "activity", "depiction", "fact" };
        return names.All(name => string.IsNullOrEmpty(form[name]))
            ? null
            : WorkPages.GradeOf(form) with
            {
                Reasons = [Words.NameOf(GradeReason.ByTheFacts)],
            };
    }

    private static async Task<IResult> QualifyAsync(HttpContext context, IFormCollection form)
    {
        var request = new QualifyRequest
        {
            Person = form["person"],
            Track = form["track"],
            State = form["state"],
            Reason = form["reason"],
        };
        await WorkPages.ActAsync(
            context,
            Permission.TrainingManage,
            tx => Qualifications.GiveAsync(tx, request)
        );
        return Pages.Go("/console/training", "saved");
    }

    private static async Task<IResult> ShowAppealsAsync(HttpContext context)
    {
        var (appeals, corrections, opinions, due, programs) = await WorkPages.ReadAsync(
            context,
            Permission.AppealDecide,
            async tx =>
            {
                var appeals = await Appeals.ListAsync(tx);
                var programs = await DecidingPerson.ProgramsAsync(
                    tx,
                    appeals.Appeals.Select(one => one.DecidedBy)
                );
                return (
                    appeals,
                    await DraftCorrections.ListAsync(tx),
                    await ShowSourceOpinions.ListAsync(tx),
                    await DueNotices.ListAsync(tx),
                    programs
                );
            }
        );
        return Pages.Show<AppealsPage>(
            context,
            "Appeals",
            new
            {
                appeals.Appeals,
                corrections.Corrections,
                opinions.Opinions,
                Programs = programs,
                Due = due.Actions,
                Hidden = corrections.Hidden ?? due.Hidden,
            }
        );
    }

    private static async Task<IResult> DecideAppealAsync(HttpContext context, IFormCollection form)
    {
        var request = new AppealDecisionRequest
        {
            Outcome = form["outcome"],
            Reason = form["reason"],
            Person = form["person"],
        };
        await WorkPages.ActAsync(
            context,
            Permission.AppealDecide,
            tx => Appeals.DecideAsync(tx, context.RouteId("appeal"), request)
        );
        return Pages.Go("/console/appeals", "saved");
    }

    private static async Task<IResult> EndCorrectionAsync(HttpContext context, IFormCollection form)
    {
        var request = new CorrectionRequest { State = form["state"], Reason = form["reason"] };
        await WorkPages.ActAsync(
            context,
            Permission.CaseDecide,
            tx => DraftCorrections.EndAsync(tx, context.RouteId("correction"), request)
        );
        return Pages.Go("/console/appeals", "saved");
    }

    private static async Task<IResult> ReverseAsync(HttpContext context, IFormCollection form)
    {
        var action = await WorkPages.ActAsync(
            context,
            Permission.CaseDecide,
            tx =>
                ActOnAccount.ReverseAsync(
                    tx,
                    DecidingPerson.Of(tx, form["person"]),
                    context.RouteId("action"),
                    form["reason"]
                )
        );
        return Pages.Go($"/console/cases/{action.CaseRef}", "saved");
    }

    private static async Task<IResult> TellAsync(HttpContext context, IFormCollection form)
    {
        var action = await WorkPages.ActAsync(
            context,
            Permission.CaseDecide,
            tx => TellUser.RunAsync(tx, context.RouteId("action"))
        );
        return Pages.Go($"/console/cases/{action.CaseRef}", "sent");
    }
}
