using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Showing;

/// <summary>What a case's page has forms for, for some or at times only: <see cref="CaseForms"/>.</summary>
internal static class CaseFormPages
{
    private const string Case = "/console/cases/{reference}";

    public static void AddNotices()
    {
        Notices.Add("case_assigned", "Done: the timeline says whose the case is now.");
        Notices.Add(
            "opinion_asked",
            "Another person is asked. Until they have answered, what was said is hidden."
        );
        Notices.Add("case_feedback", "What they say stands in the timeline.");
        Notices.Add(
            "case_feedback_open",
            "What they say stands in the timeline. The case is open, to be looked at again."
        );
        Notices.Add("case_purged", "What named the person is removed.");
        Notices.Add("notice_delayed", "The notice to the user waits until the day you named.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm($"{Case}/assign", Permission.CaseAssign, AssignAsync);
        routes.MapForm($"{Case}/items/{{item}}/opinion", Permission.CaseGrade, AskOpinionAsync);
        routes.MapForm($"{Case}/feedback", Permission.CaseDecide, FeedbackAsync);
        routes.MapForm($"{Case}/purge", Permission.CaseAssign, PurgeAsync);
        routes.MapForm($"{Case}/actions/{{action}}/delay", Permission.CaseDecide, DelayAsync);
    }

    private static async Task<IResult> AssignAsync(HttpContext context, IFormCollection form)
    {
        var request = new AssignRequest { To = form["to"], Note = form["note"] };
        await WorkPages.ActAsync(
            context,
            Permission.CaseAssign,
            tx => AssignCase.RunAsync(tx, context.Reference(), request)
        );
        return Back(context, "case_assigned");
    }

    private static async Task<IResult> AskOpinionAsync(HttpContext context, IFormCollection form)
    {
        await WorkPages.ActAsync(
            context,
            Permission.CaseGrade,
            tx => Opinions.RequestAsync(tx, context.Reference(), context.RouteId("item"), form["because"])
        );
        return Back(context, "opinion_asked");
    }

    private static async Task<IResult> FeedbackAsync(HttpContext context, IFormCollection form)
    {
        var request = new FeedbackRequest
        {
            From = form["from"],
            Outcome = form["outcome"],
            Text = form["text"],
        };
        var status = await WorkPages.ActAsync(
            context,
            Permission.CaseDecide,
            tx => Feedback.RunAsync(tx, context.Reference(), request)
        );
        return Back(context, status.State == "open" ? "case_feedback_open" : "case_feedback");
    }

    private static async Task<IResult> PurgeAsync(HttpContext context, IFormCollection form)
    {
        await WorkPages.ActAsync(
            context,
            Permission.CaseAssign,
            tx => PurgeCleared.RunAsync(tx, context.Reference(), form["reason"])
        );
        return Back(context, "case_purged");
    }

    private static async Task<IResult> DelayAsync(HttpContext context, IFormCollection form)
    {
        var request = new ActionReasonRequest
        {
            NotBefore = DayOf(form["notBefore"]),
            Reason = form["reason"],
        };
        await WorkPages.ActAsync(
            context,
            Permission.CaseDecide,
            async tx =>
            {
                var delayed = await TellUser.DelayAsync(tx, context.RouteId("action"), request);
                return delayed.CaseRef == context.Reference()
                    ? delayed
                    : throw ProblemException.NotFound("There is no such action in this case.");
            }
        );
        return Back(context, "notice_delayed");
    }

    /// <summary>Its first moment, in UTC.</summary>
    /// <exception cref="ProblemException">No day.</exception>
    private static DateTimeOffset DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
            : throw ProblemException.BadRequest(
                "bad_not_before",
                "Name the day until which the notice waits, as 2030-01-31."
            );

    private static IResult Back(HttpContext context, string notice) =>
        Pages.Go($"/console/cases/{context.Reference()}", notice);
}
