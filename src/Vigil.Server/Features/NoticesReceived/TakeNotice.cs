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

/// <param name="CaseRef">Of what this request named that was new; else the notice's own.</param>
/// <param name="Located">"found": a content of it was known here. "opened": a case was opened for it, or its own took
/// it.</param>
/// <param name="IsRepeat">The same sender sent this reference before; it was counted.</param>
/// <param name="Added">Of a repeat: contents, fingerprints and accounts that were not named before, and were located
/// now.</param>
/// <param name="History">Of its fingerprints in what was scanned before: "none" named, "waiting", "done",
/// "incomplete" or "off".</param>
internal sealed record NoticeTaken(
    Guid NoticeId,
    string CaseRef,
    string Located,
    bool IsRepeat,
    int Added,
    string History,
    DateTimeOffset ReceivedAt
);

/// <summary>
/// A notice from outside is recorded and located in one transaction: the platform knows from its arrival on. Nobody is
/// acted against because of it; a person decides in the case.
/// </summary>
internal static class TakeNotice
{
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
            return await RepeatNotice.RunAsync(tx, known, details, wanted);
        }
        var received = NoticeInput.ReceivedOf(tx, wanted);
        var deadline = NoticeInput.DeadlineOf(wanted, received);
        var removes = NoticeInput.WantsRemoval(wanted.Action);
        var (found, history) = await LocateNotice.RunAsync(
            tx,
            details,
            NoticeInput.CaseOf(wanted, details, category, received, deadline)
        );
        var notice = new ReceivedNotice
        {
            Id = tx.NewId(),
            SenderKind = kind,
            SenderDigest = ReceivedNotice.Digest(tx, kind, details.Sender),
            Category = category,
            WantsRemoval = removes,
            ReceivedAt = received,
            Deadline = deadline,
            CaseRef = found.Places[0].Case.Value,
            ItemId = found.Places[0].ItemId,
            IsFound = found.IsFound,
            History = history,
        };
        await InsertAsync(tx, notice, details.With(found.Located, found.IsWhole), reference);
        await NoticePlaces.AddAsync(tx, notice.Id, found.Places);
        await NoticeSteps.BeginAsync(tx, notice.Id, received, deadline, NoticeSteps.Of(removes));
        if (history != NoticeHistory.Waiting)
        {
            await NoticeSteps.DoneAsync(tx, notice.Id, NoticeStep.Locate, notice.Located);
        }
        await tx.RecordAsync(ActOf(notice, "notice.received", details, notice.Located));
        return TakenOf(notice);
    }

    private static NoticeTaken TakenOf(ReceivedNotice notice) =>
        new(
            notice.Id,
            notice.CaseRef,
            notice.Located,
            IsRepeat: false,
            Added: 0,
            Words.Of(notice.History),
            notice.ReceivedAt
        );

    public static LedgerAct ActOf(
        ReceivedNotice notice,
        string action,
        NoticeDetails details,
        string located
    ) =>
        new(action, notice.Id.ToString())
        {
            Facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["sender"] = Words.Of(notice.SenderKind),
                ["case"] = notice.CaseRef,
                ["located"] = located,
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
                repeats, history)
            values (@tenant, @Id, @kind, @SenderDigest, @reference, @details, @category, @WantsRemoval, @ReceivedAt,
                @now, @me, @Deadline, 'Open', @CaseRef, @ItemId, @IsFound, 0, @history)
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
                history = notice.History.ToString(),
            }
        );
}
