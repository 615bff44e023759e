using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.History.Erasing;

/// <summary>
/// `DELETE /v1/history/contents`: a subject's wish to be erased, by the platform's reference of a content or by its
/// pseudonym of an account. Both stand in headers: addresses end up in other people's logs.
/// </summary>
internal sealed class EraseContent(TendHistory tend, Db db, TimeProvider time)
{
    private const string ContentHeader = "Vigil-Content-Ref";
    private const string AccountHeader = "Vigil-Account";

    /// <summary>How long an answer waits for the erasure to be done.</summary>
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapDelete(
                "/v1/history/contents",
                (HttpContext context, EraseContent erase) => erase.ApiAsync(context)
            )
            .Require(Permission.HistoryErase)
            .WithName("EraseContent")
            .WithSummary("Erase from the history all that was kept of a content or an account")
            .WithDescription(
                $"Header {ContentHeader} or {AccountHeader}, as sent with the scans. 200: it is gone from the "
                    + "disk. 202: it is being erased; hunts pass over it already. Cases are not part of the history."
            )
            .WithTags("History")
            .Produces<ErasureView>()
            .Produces<ErasureView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapGet(
                "/v1/history/erasures/{id:guid}",
                async (HttpContext context, Guid id, EraseContent erase) =>
                    Results.Json(
                        await erase.FindAsync(context.Actor(), id)
                            ?? throw ProblemException.NotFound("There is no such erasure.")
                    )
            )
            .Require(Permission.HistoryErase)
            .WithName("ShowErasure")
            .WithSummary("Whether an erasure is done")
            .WithTags("History")
            .Produces<ErasureView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> ApiAsync(HttpContext context)
    {
        var (content, account) = (Header(context, ContentHeader), Header(context, AccountHeader));
        if (content is null == account is null)
        {
            throw ProblemException.BadRequest(
                "nothing_named",
                $"Send the header {ContentHeader} or {AccountHeader}, one of them."
            );
        }
        var view = await RunAsync(
            context.Actor(),
            content is not null
                ? new Erased(ErasureKind.ContentRef, content)
                : new Erased(ErasureKind.Account, account!)
        );
        return view.StoredState == "Done"
            ? Results.Json(view)
            : Results.Json(view, statusCode: StatusCodes.Status202Accepted);
    }

    public async Task<ErasureView> RunAsync(Actor actor, Erased wanted)
    {
        var id = await db.ActAsync(actor, Permission.HistoryErase, tx => AskAsync(tx, wanted));
        tend.Wake();
        var began = time.GetTimestamp();
        while (true)
        {
            var view = (await FindAsync(actor, id))!;
            if (view.StoredState == "Done" || time.GetElapsedTime(began) >= AnswerWait)
            {
                return view;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private Task<ErasureView?> FindAsync(Actor actor, Guid id) =>
        db.ReadAsync(
            actor,
            Permission.HistoryErase,
            tx => tx.FindAsync<ErasureView>($"{ErasureView.Select} and id = @id", new { id })
        );

    private async Task<Guid> AskAsync(Tx tx, Erased wanted)
    {
        if (!(await HistorySettings.ReadAsync(tx)).IsOn)
        {
            throw HistoryRules.IsOff();
        }
        var waiting = await tx.FindAsync<long>(
            "select count(*) from history_erasure where tenant = @tenant and state = 'Waiting'"
        );
        if (waiting >= HistoryRules.MaxWaitingErasures)
        {
            throw new ProblemException(
                StatusCodes.Status429TooManyRequests,
                "too_many_erasures",
                $"{waiting} erasures wait already: send this one when they are done."
            )
            {
                RetryAfter = TimeSpan.FromMinutes(1),
            };
        }
        // A decision under way that does not know of this one loses, and is tried again with it.
        await tx.ExecuteAsync(
            "update hunt set seen_at = seen_at where tenant = @tenant and state = 'Running'"
        );
        var id = await ErasureTable.AskAsync(tx, wanted);
        await tx.RecordAsync(
            new LedgerAct("history.erasure_asked", $"{id}")
            {
                Secret = wanted.Value,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["kind"] = Words.Of(wanted.Kind),
                },
            }
        );
        return id;
    }

    private static string? Header(HttpContext context, string name) =>
        context.Request.Headers[name] switch
        {
            [] => null,
            [{ Length: > 0 and <= HistoryRules.MaxRefCharacters } text] => text,
            _ => throw ProblemException.BadRequest(
                "bad_reference",
                $"{name} is sent once, with 1 to {HistoryRules.MaxRefCharacters} characters."
            ),
        };
}
