using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>POST /v1/notices/{id}/removal-wanted.</summary>
internal sealed record RemovalWanted
{
    /// <summary>Stands in the ledger.</summary>
    public string? Reason { get; init; }
}

internal enum RemovalState
{
    Removed,

    /// <summary>It is not there, or no more.</summary>
    NotFound,

    /// <summary>The platform says why in words.</summary>
    Refused,
}

/// <summary>POST /v1/notices/{id}/removal.</summary>
internal sealed record RemovalRequest
{
    public string? State { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? At { get; init; }
    public string? Text { get; init; }
}

internal enum ReplyOutcome
{
    Removed,
    NotFound,
    NotIllegal,

    /// <summary>It was known, and acted on before.</summary>
    AlreadyHandled,
    Forwarded,
    Refused,
}

/// <summary>POST /v1/notices/{id}/reply.</summary>
internal sealed record ReplyRequest
{
    public string? Outcome { get; init; }

    /// <summary>When they were told; left out: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What they were told; sealed.</summary>
    public string? Text { get; init; }
}

/// <summary>What is done about a notice after it was located: asked to be removed, removed, answered.</summary>
internal static class ActOnNotice
{
    /// <summary>A person asks the platform to take it down.</summary>
    public static async Task<NoticeView> WantRemovalAsync(Tx tx, Guid id, RemovalWanted wanted)
    {
        var notice = await ReceivedNotice.RequireAsync(tx, id);
        var details = notice.DetailsOf(tx);
        var reason = ReasonOf(details, wanted.Reason);
        var steps = await NoticeSteps.OfAsync(tx, id);
        if (steps.All(step => step.Step != NoticeStep.Remove))
        {
            throw ProblemException.Conflict("nothing_to_remove", "The sender asks for no removal.");
        }
        IReadOnlyList<string> contents =
        [
            .. details.Contents.Union(
                LocatedNow.Of(details, await LocatedNow.InAsync(tx, details)),
                StringComparer.Ordinal
            ),
        ];
        if (contents.Count == 0)
        {
            throw ProblemException.Conflict(
                "nothing_located",
                "The notice names no content that the platform could take down, and its fingerprints found none."
            );
        }
        await tx.ExecuteAsync(
            """
            update notice_received set removal_asked_at = @now, removal_asked_by = @me
            where tenant = @tenant and id = @id
            """,
            new
            {
                id,
                now = tx.Now,
                me = tx.Actor.Name,
            }
        );
        await tx.PublishAsync(
            new OutboxEvent(
                "notice.removal_wanted",
                notice.CaseRef,
                new
                {
                    noticeId = id,
                    caseRef = notice.CaseRef,
                    contents,
                    category = Words.Of(notice.Category),
                    removeBy = steps.First(step => step.Step == NoticeStep.Remove).DueAt,
                }
            )
        );
        await tx.RecordAsync(ActOf(notice, "notice.removal_wanted", reason));
        return await NoticeView.ReadAsync(tx, id);
    }

    /// <summary>The platform, or a person for it, says what became of that.</summary>
    public static async Task<NoticeDone> RemovedAsync(Tx tx, Guid id, RemovalRequest wanted)
    {
        var notice = await ReceivedNotice.RequireAsync(tx, id);
        var state = Words.Read<RemovalState>(wanted.State, "state");
        var text = Given.Optional(wanted.Text, NoticeLimits.TextCharacters, "text");
        var isDone = await NoticeSteps.DoneAsync(
            tx,
            id,
            NoticeStep.Remove,
            Words.Of(state),
            text,
            AtOf(tx, notice, wanted.At)
        );
        await tx.RecordAsync(ActOf(notice, "notice.removal", null, ("state", Words.Of(state))));
        return isDone
            ? new NoticeDone(id, Words.Of(state))
            : throw ProblemException.Conflict(
                "nothing_waits",
                "No removal of this notice waits: the sender asked for none, or it was told before."
            );
    }

    /// <summary>The sender was told: the notice is answered.</summary>
    public static async Task<NoticeView> ReplyAsync(Tx tx, Guid id, ReplyRequest wanted)
    {
        var notice = await ReceivedNotice.RequireAsync(tx, id);
        var outcome = Words.Read<ReplyOutcome>(wanted.Outcome, "outcome");
        var text = Given.Optional(wanted.Text, NoticeLimits.TextCharacters, "text");
        var steps = await NoticeSteps.OfAsync(tx, id);
        var review = steps.First(step => step.Step == NoticeStep.Review).Outcome;
        RefuseUntrue(outcome, steps.FirstOrDefault(step => step.Step == NoticeStep.Remove)?.Outcome, review);
        if (
            !await NoticeSteps.DoneAsync(
                tx,
                id,
                NoticeStep.Reply,
                Words.Of(outcome),
                text,
                AtOf(tx, notice, wanted.At)
            )
        )
        {
            throw ProblemException.Conflict("answered", "The sender was answered already.");
        }
        // What was confirmed and is asked to be removed waits for the platform, whatever the sender was told.
        if (
            outcome is not (ReplyOutcome.Removed or ReplyOutcome.Forwarded)
            && review != NoticePlaces.Confirmed
        )
        {
            await NoticeSteps.DoneAsync(tx, id, NoticeStep.Remove, NoticePlaces.NotWanted);
        }
        await tx.ExecuteAsync(
            "update notice_received set state = 'Answered' where tenant = @tenant and id = @id",
            new { id }
        );
        await tx.RecordAsync(ActOf(notice, "notice.replied", null, ("outcome", Words.Of(outcome))));
        return await NoticeView.ReadAsync(tx, id);
    }

    /// <exception cref="ProblemException">What the sender is told is not what stands here.</exception>
    private static void RefuseUntrue(ReplyOutcome outcome, string? removal, string? review)
    {
        if (outcome == ReplyOutcome.Removed && removal != Words.Of(RemovalState.Removed))
        {
            throw ProblemException.Conflict(
                "not_removed",
                "The platform has not said that it is removed: ask it, or answer otherwise."
            );
        }
        if (outcome == ReplyOutcome.NotIllegal && review is null or NoticePlaces.Confirmed)
        {
            throw ProblemException.Conflict(
                "not_decided_so",
                "That it is not unlawful stands in no decision here: decide in the cases of the notice first, or "
                    + "answer otherwise."
            );
        }
    }

    /// <summary>A decision left its case: the notice's review is done.</summary>
    public static Task ConfirmedAsync(Tx tx, CaseConfirmed confirmed) =>
        NoticePlaces.DecidedAsync(tx, confirmed.Case, [.. confirmed.Items], NoticePlaces.Confirmed);

    public static async Task ClearedAsync(Tx tx, ContentsCleared cleared) =>
        await NoticePlaces.DecidedAsync(
            tx,
            cleared.Case,
            cleared.ItemId is { } item ? [item] : await NoticePlaces.ItemsOfAsync(tx, cleared.Case),
            "not_csam"
        );

    /// <exception cref="ProblemException">Before the notice, or ahead.</exception>
    private static DateTimeOffset AtOf(Tx tx, ReceivedNotice notice, DateTimeOffset? at) =>
        at is null || (at >= notice.ReceivedAt && at <= tx.Now)
            ? at ?? tx.Now
            : throw ProblemException.BadRequest("bad_at", "'at' is between the notice's arrival and now.");

    /// <summary>It stands in the ledger, which names no content and nobody.</summary>
    private static string ReasonOf(NoticeDetails details, string? reason)
    {
        var text = Given.Required(reason, NoticeLimits.NameCharacters, "reason");
        return details
            .AllContents()
            .Concat(details.MoreAccounts)
            .Append(details.Account)
            .Any(name => name is { Length: >= 3 } && text.Contains(name, StringComparison.OrdinalIgnoreCase))
            ? throw ProblemException.BadRequest(
                "reason_names_somebody",
                "The reason stands in the ledger, which names no account and no content: say why without them."
            )
            : text;
    }

    private static LedgerAct ActOf(
        ReceivedNotice notice,
        string action,
        string? reason,
        params (string Name, string Value)[] facts
    ) =>
        new(action, notice.Id.ToString())
        {
            Reason = reason,
            Facts = facts
                .Append(("case", notice.CaseRef))
                .ToDictionary(fact => fact.Item1, fact => fact.Item2, StringComparer.Ordinal),
        };
}

internal sealed record NoticeDone(Guid NoticeId, string State);
