using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>The one place where exceptions become answers.</summary>
internal sealed partial class ProblemWriter(ILogger<ProblemWriter> log)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (UnknownAddress.Of(context) is { } unknown)
            {
                var allow = context.Response.Headers.Allow;
                await WriteAsync(context, unknown, allow);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            var problem = Of(e, context.FindActor());
            if (!await FormAgain.TryAsync(context, problem, next))
            {
                await WriteAsync(context, problem);
            }
        }
    }

    public static async Task WriteAsync(
        HttpContext context,
        ProblemException problem,
        StringValues allow = default
    )
    {
        var details = problem.ToDetails();
        foreach (var (name, value) in context.Features.Get<ProblemFacts>()?.Members ?? [])
        {
            details.Extensions[name] = value;
        }
        context.Response.Clear();
        context.Response.StatusCode = problem.Status;
        context.Response.Headers.Allow = allow;
        if (problem.RetryAfter is { } after)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds)
                .ToString(CultureInfo.InvariantCulture);
        }
        if (ProblemPages.Wants(context))
        {
            await ProblemPages.WriteAsync(context, problem);
            return;
        }
        await context.Response.WriteAsJsonAsync(
            details,
            JsonSerializerOptions.Web,
            "application/problem+json",
            CancellationToken.None
        );
    }

    private ProblemException Of(Exception e, Actor? actor)
    {
        switch (e)
        {
            case ProblemException problem:
                return problem;
            case AccessDeniedException denied:
                return DeniedWords.ProblemOf(denied, actor);
            case PeopleException people:
                return new ProblemException(
                    people.Code == "no_such_person"
                        ? StatusCodes.Status404NotFound
                        : StatusCodes.Status422UnprocessableEntity,
                    people.Code,
                    people.Message
                );
            case SecondPersonException second:
                return ProblemException.Conflict(second.Code, second.Message);
            case RequestKeyReusedException:
                return new ProblemException(
                    StatusCodes.Status422UnprocessableEntity,
                    "idempotency_key_reused",
                    e.Message
                );
            case LedgerUnavailableException:
                return new ProblemException(
                    StatusCodes.Status503ServiceUnavailable,
                    "ledger_unavailable",
                    e.Message
                )
                {
                    RetryAfter = TimeSpan.FromSeconds(5),
                };
            case DatabaseUnavailableException:
                return new ProblemException(
                    StatusCodes.Status503ServiceUnavailable,
                    "database_unavailable",
                    "The database does not answer. Nothing is known to be done: send the request again."
                )
                {
                    RetryAfter = TimeSpan.FromSeconds(5),
                };
            case ContentException content:
                return CustodyProblems.Of(content);
            case RetentionException retention:
                return CustodyProblems.Of(retention);
            case DeliveryInputException input:
                return ProblemException.BadRequest(input.Code, input.Message);
            case OutboundException refused:
                return ProblemException.BadRequest(refused.Code, refused.Message);
            case BadHttpRequestException bad:
                return new ProblemException(bad.StatusCode, "bad_request", bad.Message);
            default:
                // The type only: messages of libraries may hold values.
                LogUnexpected(log, e.GetType().FullName, e.StackTrace);
                return new ProblemException(
                    StatusCodes.Status500InternalServerError,
                    "internal_error",
                    "Something went wrong here; the server's log says what. Nothing is known to be done."
                );
        }
    }

    [LoggerMessage(100, LogLevel.Error, "A request failed: {Type}\n{Trace}")]
    private static partial void LogUnexpected(ILogger log, string? type, string? trace);
}
