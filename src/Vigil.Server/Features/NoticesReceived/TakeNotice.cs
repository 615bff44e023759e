using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>POST /v1/notices.</summary>
internal sealed record NoticeRequest
{
    /// <summary>ncmec, hotline, authority, trusted_flagger or other.</summary>
    public string? SenderKind { get; init; }

    /// <summary>Which; sealed.</summary>
    public string? Sender { get; init; }

    /// <summary>Their own; the same from the same sender is the same notice.</summary>
    public string? Reference { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Until when they ask for an answer.</summary>
    public DateTimeOffset? Deadline { get; init; }
    public string? Category { get; init; }

    /// <summary>remove, or inform: they only tell.</summary>
    public string? Action { get; init; }

    /// <summary>Addresses, and the platform's own references of contents.</summary>
    public IReadOnlyList<string>? Contents { get; init; }

    /// <summary>Secrets: sealed, never shown.</summary>
    public IReadOnlyList<NoticeHash>? Hashes { get; init; }

    /// <summary>The platform's pseudonym, where they name one.</summary>
    public string? Account { get; init; }
    public string? Surface { get; init; }
    public string? Jurisdiction { get; init; }
    public string? Text { get; init; }
}

/// <param name="Located">"found": a content of it was known here. "opened": a case was opened for it.</param>
/// <param name="IsRepeat">The same sender sent this reference before; it was counted.</param>
internal sealed record NoticeTaken(
    Guid NoticeId,
    string CaseRef,
    string Located,
    bool IsRepeat,
    DateTimeOffset ReceivedAt
);

/// <summary>
/// A notice from outside is recorded and located in one transaction: the platform knows from its arrival on. Nobody is
/// acted against because of it; a person decides in the case.
/// </summary>
internal static class TakeNotice
{
    private const string Remove = "remove";

    public static async Task<NoticeTaken> RunAsync(Tx tx, NoticeRequest wanted)
    {
        var kind = Words.Read<SenderKind>(wanted.SenderKind, "senderKind");
        var category = Words.Read<NoticeCategory>(wanted.Category, "category");
        var details = NoticeInput.DetailsOf(wanted);
        var reference = details.Reference is null
            ? null
            : ReceivedNotice.Digest(tx, kind, details.Sender, details.Reference);
        if (reference is not null && await FindAsync(tx, reference) is { } known)
        {
            return await RepeatAsync(tx, known, details, wanted);
        }
        var received = NoticeInput.ReceivedOf(tx, wanted);
        var deadline = NoticeInput.DeadlineOf(wanted, received);
        var found = await tx.AskAsync<NoticeCaseWanted, NoticeCase>(
            new NoticeCaseWanted
            {
                From = details.Sender,
                Reference = details.Reference,
                ReceivedAt = received,
                AnswerBy = deadline,
                Account = details.Account,
                Contents = details.Contents,
                Surface = Given.Surface(wanted.Surface),
                Jurisdiction = Given.Jurisdiction(wanted.Jurisdiction),
                ProblemType = Words.Of(category),
                Text = NoticeInput.WordsOf(details, category),
            }
        );
        var notice = new ReceivedNotice
        {
            Id = tx.NewId(),
            SenderKind = kind,
            SenderDigest = ReceivedNotice.Digest(tx, kind, details.Sender),
            Category = category,
            WantsRemoval = NoticeInput.ActionOf(wanted.Action) == Remove,
            ReceivedAt = received,
            Deadline = deadline,
            CaseRef = found.Case.Value,
            ItemId = found.ItemId,
            IsFound = found.IsFound,
        };
        await InsertAsync(tx, notice, details, reference);
        await NoticeSteps.BeginAsync(tx, notice.Id, received, deadline, notice.WantsRemoval);
        await NoticeSteps.DoneAsync(tx, notice.Id, NoticeStep.Locate, LocatedOf(notice));
        await tx.RecordAsync(ActOf(notice, "notice.received", details));
        return TakenOf(notice, isRepeat: false);
    }

    private static NoticeTaken TakenOf(ReceivedNotice notice, bool isRepeat) =>
        new(notice.Id, notice.CaseRef, LocatedOf(notice), isRepeat, notice.ReceivedAt);

    private static string LocatedOf(ReceivedNotice notice) => notice.IsFound ? "found" : "opened";

    private static LedgerAct ActOf(ReceivedNotice notice, string action, NoticeDetails details) =>
        new(action, notice.Id.ToString())
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["sender"] = Words.Of(notice.SenderKind),
                ["case"] = notice.CaseRef,
                ["located"] = LocatedOf(notice),
            },
            Secret = $"{details.Sender}\n{details.Reference}",
        };

    private static Task<ReceivedNotice?> FindAsync(Tx tx, byte[] reference) =>
        tx.FindAsync<ReceivedNotice>(
            $"""
            select {ReceivedNotice.Columns} from notice_received
            where tenant = @tenant and reference_digest = @reference{tx.ForUpdate}
            """,
            new { reference }
        );

    /// <summary>Counted; what it names beyond the first is added, and begins the steps again.</summary>
    private static async Task<NoticeTaken> RepeatAsync(
        Tx tx,
        ReceivedNotice known,
        NoticeDetails again,
        NoticeRequest wanted
    )
    {
        var before = known.DetailsOf(tx);
        var contents = before.Contents.Union(again.Contents, StringComparer.Ordinal).ToList();
        var hashes = before.Hashes.Union(again.Hashes).ToList();
        if (contents.Count > NoticeLimits.Contents || hashes.Count > NoticeLimits.Hashes)
        {
            throw ProblemException.Conflict(
                "notice_full",
                "With these the notice names more than one may: send the rest under another reference."
            );
        }
        var isMore = contents.Count > before.Contents.Count || hashes.Count > before.Hashes.Count;
        await tx.ExecuteAsync(
            """
            update notice_received set repeats = repeats + 1, details = @details,
                state = case when @isMore then 'Open' else state end
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = known.Id,
                isMore,
                details = ReceivedNotice.Seal(
                    tx,
                    before with
                    {
                        Contents = contents,
                        Hashes = hashes,
                        Text = before.Text ?? again.Text,
                    },
                    known.Id
                ),
            }
        );
        if (isMore)
        {
            await NoticeSteps.BeginAsync(
                tx,
                known.Id,
                tx.Now,
                NoticeInput.DeadlineOf(wanted, tx.Now) ?? known.Deadline,
                known.WantsRemoval
            );
            await NoticeSteps.DoneAsync(tx, known.Id, NoticeStep.Locate, LocatedOf(known));
        }
        await tx.RecordAsync(ActOf(known, isMore ? "notice.extended" : "notice.repeated", before));
        return TakenOf(known, isRepeat: true);
    }

    private static Task<int> InsertAsync(
        Tx tx,
        ReceivedNotice notice,
        NoticeDetails details,
        byte[]? reference
    ) =>
        tx.ExecuteAsync(
            """
            insert into notice_received (tenant, id, sender_kind, sender_digest, reference_digest, details, category,
                wants_removal, received_at, recorded_at, recorded_by, deadline, state, case_ref, item_id, is_found,
                repeats)
            values (@tenant, @Id, @kind, @SenderDigest, @reference, @details, @category, @WantsRemoval, @ReceivedAt,
                @now, @me, @Deadline, 'Open', @CaseRef, @ItemId, @IsFound, 0)
            """,
            new
            {
                notice.Id,
                kind = notice.SenderKind.ToString(),
                notice.SenderDigest,
                reference,
                details = ReceivedNotice.Seal(tx, details, notice.Id),
                category = notice.Category.ToString(),
                notice.WantsRemoval,
                notice.ReceivedAt,
                now = tx.Now,
                me = tx.Actor.Name,
                notice.Deadline,
                notice.CaseRef,
                notice.ItemId,
                notice.IsFound,
            }
        );
}
